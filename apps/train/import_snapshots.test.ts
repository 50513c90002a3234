import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { snapshotsFromJson } from "@spiediff/experiment";
import { projectOccupation } from "@spiediff/mesh";
import { openNpyWriter } from "@spiediff/npy";
import { randomStream } from "@spiediff/random";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { latticeGasFields } from "./_lattice_gas.ts";
import { checkImportStage, importStage, readFields } from "./import_snapshots.ts";
import { readRecord } from "./recording/ring_recording.ts";
import type { Fields } from "./snapshot_fields.ts";

const SITES = 60, M = 5, R = 40, TIMES = 3;
const root = mkdtempSync(join(tmpdir(), "spiediff-import-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string) => join(root, name);

function npy(name: string, shape: number[], values: ArrayLike<number>): void {
  const file = openNpyWriter(at(name), shape);
  file.write(0, Float64Array.from(values));
  file.close();
}
const gas = (name: string, amplitude: number): Fields =>
  latticeGasFields({
    ...{ sites: SITES, elements: M, density: 0.5, amplitude, oneStart: false, realizations: R },
    times: [0.4, 0.8],
  }, randomStream(1, "import", name));
const fields = gas("wide", 0.7);
/** Realizations, times, values. */
const whole = (of: Fields) => of[0].flatMap((_, r) => of.flatMap((runs) => [...runs[r]]));

/** Times are `N^-2` of the lattice gas's own. */
const h = [0.4, 0.8].map((time) => time / SITES ** 2);
const description = (files: readonly (readonly string[])[], more: object = {}) => ({
  ...{ name: "mine", seed: 3, values: "z", sites: SITES, elements: M, h, drive: 2 },
  profiles: files.map((own, p) => ({ name: `p${p}`, files: own })),
  ...more,
});
const describedBy = (name: string, of: object) => {
  writeFileSync(at(name), JSON.stringify(of));
  return at(name);
};

beforeAll(() => {
  npy("all.npy", [R, TIMES, M], whole(fields));
  fields.forEach((runs, t) => npy(`time-${t}.npy`, [R, M], runs.flatMap((z) => [...z])));
});

describe("fields of a profile", () => {
  const parsed = snapshotsFromJson(JSON.stringify(description([["a"]])));

  it("are the same from one file of all times and from one file each", () => {
    expect(readFields([at("all.npy")], parsed)).toEqual(fields);
    expect(readFields([0, 1, 2].map((t) => at(`time-${t}.npy`)), parsed)).toEqual(fields);
  });

  it("are averages of occupations over hats, each realization and time by its own sites", () => {
    const stream = randomStream(2, "occupations");
    const occupied = Array.from({ length: R * TIMES * SITES }, () => stream.integer(2));
    npy("sites.npy", [R, TIMES, SITES], occupied);
    const read = readFields([at("sites.npy")], { ...parsed, values: "occupation" });
    expect([read.length, read[0].length]).toEqual([TIMES, R]);
    for (const [r, t] of [[0, 0], [0, 2], [7, 1], [R - 1, 2]]) {
      const from = (r * TIMES + t) * SITES;
      const own = projectOccupation(Float64Array.from(occupied.slice(from, from + SITES)), M);
      expect(read[t][r]).toEqual(own);
    }
    npy("odd.npy", [R, TIMES, SITES], occupied.with(5, 2));
    expect(() => readFields([at("odd.npy")], { ...parsed, values: "occupation" }))
      .toThrow(`${at("odd.npy")} holds the value 2; occupations are 0 or 1.`);
  });

  it("may have more sites than are projected at a time", () => {
    const sites = 2 ** 20 + 4, occupied = new Float64Array(3 * sites).fill(1);
    occupied.fill(0, sites, 2 * sites);
    npy("long.npy", [3, sites], occupied);
    const long = { ...parsed, values: "occupation" as const, sites, elements: 4, h: [] };
    const [runs] = readFields([at("long.npy")], long);
    expect(runs.map((z) => z.map((v) => Number(v.toFixed(12))).join())).toEqual(
      [1, 0, 1].map((density) => Array(4).fill(density / 4).join()),
    );
  });

  it("have the shape that the description says", () => {
    expect(() => readFields([at("time-0.npy")], parsed)).toThrow(
      `${at("time-0.npy")} has the shape [40, 5], not [realizations, 3 times, elements = 5].`,
    );
    expect(() => readFields([at("all.npy"), at("time-1.npy"), at("time-2.npy")], parsed)).toThrow(
      `${at("all.npy")} has the shape [40, 3, 5], not [realizations, elements = 5].`,
    );
    expect(() => readFields([at("all.npy")], { ...parsed, values: "occupation" }))
      .toThrow(/not \[realizations, 3 times, sites = 60\]/);
  });
});

describe("an import", () => {
  const other = gas("low", 0.3);
  const good = () => describedBy("good.json", description([["all.npy"], ["other.npy"]]));

  it("leaves the moments of every profile, and says which windows are of no use", async () => {
    npy("other.npy", [R, TIMES, M], whole(other));
    const folder = at("run"), progress: unknown[] = [];
    const { experiment, warnings } = await importStage(good(), folder, false)
      .run((...of) => void progress.push(of));
    expect(progress).toEqual([[1, 2, "p0"], [2, 2, "p1"]]);
    expect(experiment).toMatchObject({
      ...{ name: "mine", seed: 3, elements: M, sampling: { realizations: R, burnIn: 0, h } },
      particles: { system: "foreign", sites: SITES, drive: 2 },
    });
    expect(experiment.profiles.map(({ name }) => name)).toEqual(["p0", "p1"]);
    // Hop times 1/2 N^2: the windows are below four of them.
    expect(warnings[0]).toMatch(/are below 4 hop times|is below 4 hop times/);
    for (const [p, of] of [fields, other].entries()) {
      const { total, realizations } = (await readRecord(folder, experiment, `p${p}`))!;
      expect(realizations).toBe(R);
      const mean = of[0].reduce((sum, z) => sum + z[2] / R, 0);
      expect(total.start.mean[2]).toBeCloseTo(mean, 12);
      // What node 2 gains comes through element 1 and leaves through element 2.
      const gained = of[2].reduce((sum, z, r) => sum + (z[2] - of[0][r][2]) / R, 0);
      const { mean: q } = total.windows[1].current;
      expect(q[1] - q[2]).toBeCloseTo(gained, 12);
    }
  });

  it("that is only checked leaves nothing", async () => {
    const before = existsSync(at("checked"));
    const { experiment } = await checkImportStage(good()).run(() => {});
    expect([before, existsSync(at("checked")), experiment.profiles.length]).toEqual([
      false,
      false,
      2,
    ]);
  });

  it("is all or nothing, and replaces an earlier one alone", async () => {
    const folder = at("run");
    const kept = readFileSync(join(folder, "experiment.json"), "utf8");
    npy("bad.npy", [R, TIMES, M], whole(other).map((v, k) => k === 100 ? 2 : v));
    const bad = describedBy("bad.json", description([["all.npy"], ["bad.npy"]]));
    await expect(importStage(bad, folder, false).run(() => {})).rejects.toThrow(
      /^Profile "p1": z is 2 in/,
    );
    expect(readFileSync(join(folder, "experiment.json"), "utf8")).toBe(kept);
    const one = describedBy("one.json", description([["all.npy"]]));
    await importStage(one, folder, false).run(() => {});
    expect(existsSync(join(folder, "records", "p1.record"))).toBe(false);
    const simulated = at("simulated");
    mkdirSync(join(simulated, "records"), { recursive: true });
    writeFileSync(join(simulated, "experiment.json"), '{"name": "s", "seed": 1}');
    await expect(importStage(one, simulated, false).run(() => {})).rejects.toThrow(
      /holds records of/,
    );
    await importStage(one, simulated, true).run(() => {});
    expect(existsSync(join(simulated, "records", "p0.record"))).toBe(true);
  });

  it("names the file of the description, and what is wrong in it", async () => {
    const run = (path: string) => importStage(path, at("none"), false).run(() => {});
    await expect(run(at("nowhere.json"))).rejects.toThrow(
      `The snapshot description ${at("nowhere.json")}`,
    );
    await expect(run(describedBy("typo.json", description([["all.npy"]], { values: "zz" }))))
      .rejects
      .toThrow(/values/);
  });
});
