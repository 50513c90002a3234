import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { packMoments } from "@spiediff/ensemble";
import { readNpy } from "@spiediff/npy";
import { latticeProfile, sampleEnsemble, simulateTrajectories } from "../mod.ts";

const folder = mkdtempSync(join(tmpdir(), "kmc-checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sites = 200;
const base = {
  system: { sites, halfWidth: 5, betaJ0: 1 },
  elements: 10,
  profile: latticeProfile("cosine", sites, (x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x)),
  initialState: "bernoulli" as const,
  seed: 7,
};
const sampling = {
  ...base,
  realizations: 90,
  blockSize: 16,
  burnIn: 1e-4,
  horizons: [1e-4, 2e-4],
};
const stopAfter = (realizations: number) => {
  const abort = new AbortController();
  return {
    signal: abort.signal,
    onProgress: (done: number) => done >= realizations && abort.abort(new Error("stopped")),
  };
};

describe("checkpoints of ensembles", () => {
  it.each(["scalar", "lanes"] as const)(
    "in %s end with the same bits after an interruption, and do not run again what is there",
    async (engine) => {
      const checkpointFile = join(folder, `moments-${engine}`);
      const recordsFile = `${checkpointFile}.npy`;
      const options = { ...sampling, engine, blockSize: engine === "lanes" ? 64 : 16 };
      const whole = await sampleEnsemble(options);
      await expect(
        sampleEnsemble({ ...options, checkpointFile, recordsFile, ...stopAfter(40) }),
      ).rejects.toThrow("stopped");
      const seen: number[] = [];
      const resumed = await sampleEnsemble({
        ...options,
        checkpointFile,
        recordsFile,
        workers: 2,
        onProgress: (done) => seen.push(done),
      });
      expect(seen[0]).toBeGreaterThanOrEqual(32);
      expect(seen.at(-1)).toBe(90);
      expect(packMoments(resumed.total)).toEqual(packMoments(whole.total));
      expect(resumed.blocks.map(packMoments)).toEqual(whole.blocks.map(packMoments));
      const again = await sampleEnsemble({ ...options, checkpointFile, recordsFile });
      expect(packMoments(again.total)).toEqual(packMoments(whole.total));
      // The records hold what the moments were made of.
      const { shape, values } = readNpy(recordsFile);
      expect(shape).toEqual([90, 3, 10]);
      let mean = 0, drift = 0;
      for (let r = 0; r < 90; r++) {
        mean += values[r * 30 + 4] / 90;
        drift += (values[r * 30 + 24] - values[r * 30 + 4]) / 90;
      }
      expect(mean).toBeCloseTo(whole.total.start.mean[4], 13);
      const q = whole.total.windows[1].current.mean;
      expect(drift).toBeCloseTo(q[3] - q[4], 13);
    },
  );

  it("refuse another ensemble's file and what is no checkpoint", async () => {
    const checkpointFile = join(folder, "moments-scalar");
    await expect(sampleEnsemble({ ...sampling, engine: "scalar", seed: 8, checkpointFile }))
      .rejects.toThrow(/moments-scalar belongs to another ensemble/);
    const text = join(folder, "text");
    writeFileSync(text, "Once upon a time, there was a file that was no checkpoint at all.");
    await expect(sampleEnsemble({ ...sampling, checkpointFile: text }))
      .rejects.toThrow(/not a checkpoint/);
    await expect(sampleEnsemble({ ...sampling, recordsFile: text }))
      .rejects.toThrow(/not an NPY file of float64 and shape \(90, 3, 10\)/);
  });

  it("make good what a kill cut short, at any byte", async () => {
    const checkpointFile = join(folder, "cut");
    const options = { ...sampling, realizations: 24, blockSize: 8 };
    const whole = await sampleEnsemble(options);
    await sampleEnsemble({ ...options, checkpointFile });
    const { size } = statSync(checkpointFile);
    for (const share of [0.001, 0.3, 0.34, 0.7, 0.999]) {
      truncateSync(checkpointFile, Math.floor(size * share));
      const resumed = await sampleEnsemble({ ...options, checkpointFile });
      expect(packMoments(resumed.total)).toEqual(packMoments(whole.total));
      expect(statSync(checkpointFile).size).toBe(size);
    }
    const bytes = readFileSync(checkpointFile);
    bytes[size >> 1] ^= 1;
    writeFileSync(checkpointFile, bytes);
    const resumed = await sampleEnsemble({ ...options, checkpointFile });
    expect(packMoments(resumed.total)).toEqual(packMoments(whole.total));
  });
});

describe("checkpoints of trajectories", () => {
  const long = { ...base, times: [0, 5e-4, 1e-3], realizations: 160 };

  it("end with the same bits after an interruption", async () => {
    const checkpointFile = join(folder, "trajectories");
    const recordsFile = join(folder, "trajectories.npy");
    const whole = await simulateTrajectories(long);
    await expect(simulateTrajectories({ ...long, checkpointFile, recordsFile, ...stopAfter(128) }))
      .rejects.toThrow("stopped");
    const run: number[] = [];
    const resumed = await simulateTrajectories({
      ...long,
      checkpointFile,
      recordsFile,
      workers: 2,
      onRealization: (r) => run.push(r),
    });
    expect(resumed).toEqual(whole);
    expect(run.length).toBeLessThan(160);
    const { shape, values } = readNpy(recordsFile);
    expect(shape).toEqual([160, 3, 10]);
    let mean = 0;
    for (let r = 0; r < 160; r++) mean += values[r * 30 + 25] * 10 / 160;
    expect(mean).toBeCloseTo(whole.mean[25], 12);
  });
});

describe("an ensemble killed with signal 9", () => {
  it("goes on with the same bits", async () => {
    const checkpointFile = join(folder, "killed");
    const options = { ...sampling, realizations: 4000, blockSize: 50, engine: "scalar" as const };
    const script = `
      import { readNpy } from "@spiediff/npy";
import { latticeProfile, sampleEnsemble } from ${
      JSON.stringify(new URL("../mod.ts", import.meta.url).href)
    };
      await sampleEnsemble({
        ...${JSON.stringify({ ...options, profile: undefined })},
        profile: latticeProfile("cosine", ${sites}, (x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x)),
        checkpointFile: ${JSON.stringify(checkpointFile)},
        workers: 2,
      });`;
    const file = join(folder, "run.ts");
    writeFileSync(file, script);
    const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
    const child = spawn(process.execPath, ["run", "-A", "--config", config, file]);
    const ended = new Promise((resolve) =>
      child.on("exit", (code, signal) => resolve(signal ?? code))
    );
    const sizeNow = () => existsSync(checkpointFile) ? statSync(checkpointFile).size : 0;
    while (sizeNow() < 30_000 && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill("SIGKILL");
    expect(await ended).toBe("SIGKILL");
    const before = sizeNow();
    const seen: number[] = [];
    const resumed = await sampleEnsemble({
      ...options,
      checkpointFile,
      onProgress: (done) => seen.push(done),
    });
    expect(before).toBeGreaterThan(0);
    expect(seen[0]).toBeGreaterThan(50);
    const whole = await sampleEnsemble(options);
    expect(packMoments(resumed.total)).toEqual(packMoments(whole.total));
  }, 60_000);
});
