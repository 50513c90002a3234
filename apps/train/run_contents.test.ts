import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Experiment, preset } from "@spiediff/experiment";
import { afterAll, describe, expect, it } from "vitest";
import { readRunExperiment, writeRunExperiment } from "./run_experiment.ts";
import { claimRunFolder } from "./run_contents.ts";
import { runClock, runSeconds } from "./run_seconds.ts";
import { selectExperiment } from "./select_experiment.ts";
import { bundleBytes, filesOf } from "./shards/bundle.ts";

const root = mkdtempSync(join(tmpdir(), "spiediff-contents-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const experiment = preset("quick", 1);
let folders = 0;
async function folderWith(...paths: string[]): Promise<string> {
  const folder = join(root, `${folders++}`);
  mkdirSync(folder);
  await writeRunExperiment(folder, experiment);
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), "");
  }
  return folder;
}

/** Everything that a run leaves, under the name by which a refusal says it. */
const CONTENTS: [string, string][] = [
  ["records", "records/a.record"],
  ["records", "shards/simulate/plan.json"],
  ["estimates", "estimates/a.json"],
  ["a training", "training.json"],
  ["a training", "checkpoints/mobility.json"],
  ["a training", "seeds/1/training.json"],
  ["a model", "model/manifest.json"],
  ...["kmc-realizations.json", "kmc.csv"].map((path): [string, string] => [
    "a direct simulation",
    path,
  ]),
  ...[
    ...["report.html", "metrics.json", "baseline.json", "k1.csv", "mobility.csv", "prediction.csv"],
    ...["diffusivity.csv", "driving-force.csv", "free-energy.csv"],
  ].map((path): [string, string] => ["a report", path]),
];

describe("a run folder of another experiment", () => {
  const other: Experiment = { ...experiment, seed: 2 };

  it.each(CONTENTS)("that holds %s (%s) is refused, or emptied", async (name, path) => {
    const folder = await folderWith(path, "notes.txt", "seconds.json");
    await expect(claimRunFolder(folder, other, false)).rejects.toThrow(
      `${folder} holds ${name} of the experiment "quick", which differs: seed is 1 there, not 2. ` +
        "Choose another folder, or add --overwrite, which removes them.",
    );
    expect(existsSync(join(folder, path))).toBe(true);
    await claimRunFolder(folder, other, true);
    const left = (name: string) => existsSync(join(folder, name));
    expect([path, "experiment.json", "seconds.json", "notes.txt"].map(left))
      .toEqual([false, false, false, true]);
  });

  it("is taken where nothing is lost by it", async () => {
    await claimRunFolder(await folderWith(), other, false);
    await claimRunFolder(join(root, "not there"), other, false);
    const folder = await folderWith("k1.csv", "model/manifest.json");
    await claimRunFolder(folder, experiment, true);
    expect(existsSync(join(folder, "k1.csv"))).toBe(true);
    await expect(claimRunFolder(folder, other, false)).rejects.toThrow(
      "holds a model, a report of",
    );
  });

  it("is told by what decides its data, and the first field that differs", async () => {
    const folder = await folderWith("k1.csv");
    const { prediction, training, groundTruth, particles, sampling, profiles } = experiment;
    const same: Partial<Experiment>[] = [
      { name: "other" },
      { prediction: { ...prediction, members: 3 } },
      { training: { ...training, batch: 3 } },
      { groundTruth: { ...groundTruth, realizations: 3 } },
    ];
    for (const change of same) {
      await claimRunFolder(folder, { ...experiment, ...change } as Experiment, false);
    }
    const [first] = profiles;
    const differ: [Partial<Experiment>, string][] = [
      [{ particles: { ...particles, drive: 2 } as never }, "particles.drive is 1 there, not 2"],
      [{ elements: 10 }, "elements is 25 there, not 10"],
      [{ sampling: { ...sampling, h: [1e-6] } }, "sampling.h.1 is 0.000004 there, not absent"],
      [{ sampling: { ...sampling, blocks: 4 } }, "sampling.blocks is absent there, not 4"],
      [
        { profiles: [{ ...first, name: "x" }, ...profiles.slice(1)] },
        'profiles.0.name is "wide" there, not "x"',
      ],
    ];
    for (const [change, text] of differ) {
      await expect(claimRunFolder(folder, { ...experiment, ...change } as Experiment, false))
        .rejects.toThrow(`differs: ${text}.`);
    }
  });

  it("is known by its experiment, which is read as it was written", async () => {
    expect(readRunExperiment(await folderWith())).toEqual(experiment);
    expect(() => readRunExperiment(root)).toThrow(
      /is not a run folder: it has no experiment\.json/,
    );
  });
});

describe("seconds of a run's stages", () => {
  it("are those of the last attempt that ended, or so far of this experiment's own", async () => {
    const folder = await folderWith();
    const clock = await runClock(folder, experiment);
    expect(clock.kept("train")).toEqual({ seconds: 0, ended: false });
    await clock.keep("train", 3, false);
    await clock.keep("estimate", 5, true);
    expect(clock.kept("train")).toEqual({ seconds: 3, ended: false });
    expect(clock.kept("estimate")).toEqual({ seconds: 5, ended: true });
    expect(runSeconds(folder)).toEqual({ estimate: 5 });
    const other = await runClock(folder, { ...experiment, seed: 9 });
    expect(other.kept("train")).toEqual({ seconds: 0, ended: false });
    expect(other.kept("estimate")).toEqual({ seconds: 5, ended: true });
    await clock.keep("train", 0, true);
    expect(clock.kept("train")).toEqual({ seconds: 0, ended: false });
    expect(runSeconds(folder)).toEqual({ train: 0, estimate: 5 });
    expect(runSeconds(join(root, "not there"))).toEqual({});
  });
});

describe("the experiment that flags name", () => {
  it("is the file before the preset, with the seed of the flag", () => {
    const file = join(root, "own.json");
    writeFileSync(file, JSON.stringify({ ...experiment, name: "own", seed: 4 }));
    const named = (flags: Partial<Parameters<typeof selectExperiment>[0]>) => {
      const { name, seed } = selectExperiment({ preset: "scarce", ...flags });
      return `${name} ${seed}`;
    };
    expect(named({})).toBe("scarce 1");
    expect(named({ seed: 7 })).toBe("scarce 7");
    expect(named({ experiment: file })).toBe("own 4");
    expect(named({ experiment: file, seed: 0 })).toBe("own 0");
  });
});

describe("a bundle of files", () => {
  it("gives back every byte by its path, in order", () => {
    const files = new Map([
      ["1/a.json", Uint8Array.of(10, 0, 255)],
      ["1/model/b.onnx", new Uint8Array()],
      ["2/a.json", Uint8Array.of(7)],
    ]);
    const bytes = bundleBytes(files);
    expect([...filesOf(bytes)]).toEqual([...files]);
    expect(() => filesOf(bytes.subarray(0, -1))).toThrow(/A bundle of \d+ bytes has \d+/);
    expect(() => filesOf(Uint8Array.of(...bytes, 0))).toThrow(/A bundle of/);
    for (const path of ["../a", "/a", "a/../../b", ".a", "a//b"]) {
      expect(() => filesOf(bundleBytes(new Map([[path, new Uint8Array(1)]])))).toThrow(
        /must be plain/,
      );
    }
  });
});
