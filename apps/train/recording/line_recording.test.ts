import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localExecutor } from "@spiediff/executor";
import { parseSimulation, preset } from "@spiediff/experiment";
import { afterAll, describe, expect, it } from "vitest";
import { estimateStage, readEstimates, simulateStage } from "../file_stages.ts";
import { readPacked, recordPath } from "../record_file.ts";
import { simulationSeconds } from "../simulation_forecast.ts";
import { lineRecording } from "./line_recording.ts";
import { readRecord } from "./ring_recording.ts";

const root = mkdtempSync(join(tmpdir(), "spiediff-lines-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const base = preset("exclusion-2d", 3);
const SIDE = 24, HOP = 1 / SIDE ** 2;
const experiment = parseSimulation({
  ...base,
  particles: { ...base.particles, sites: SIDE },
  elements: 4,
  profiles: base.profiles.slice(0, 2),
  sampling: { realizations: 70, burnIn: 0, h: [0.1 * HOP, 0.5 * HOP] },
});
const quiet = () => {};
const simulate = async (folder: string, shards: number) => {
  const executor = localExecutor({ workers: 1 });
  await simulateStage(experiment, folder, { executor, shards }).run(quiet);
};

describe("records of a square", () => {
  it("have the same bytes from one shard or seven", async () => {
    const folders = ["one", "seven"].map((name) => join(root, name));
    await simulate(folders[0], 1);
    await simulate(folders[1], 7);
    for (const { name } of experiment.profiles) {
      const [one, seven] = folders.map((folder) => readFileSync(recordPath(folder, name)));
      expect(seven.equals(one)).toBe(true);
    }
    const { head, blocks, total } = (await readPacked(folders[0], experiment, "mean-0.3"))!;
    expect(head).toMatchObject({ dimension: 2, side: SIDE, elements: 4, realizations: 70 });
    // Every realization in one block, numbers of them and means in the total.
    expect(blocks).toHaveLength(32);
    expect(total[0]).toBe(70);
    const counts = blocks.map(([count]) => count);
    const at = 1 + 2 * 5 * 32 - 1;
    const expected = blocks.reduce((sum, block, b) => sum + counts[b] * block[at], 0) / 70;
    expect(total[at]).toBeCloseTo(expected, 12);
  });

  it("become estimates of every line, by the longest window, and are kept", async () => {
    const folder = join(root, "one");
    const estimates = await estimateStage(experiment, folder).run(quiet);
    expect(estimates).toHaveLength(2 * 2 * 4);
    expect(estimates[13]).toMatchObject({
      ...{ profileName: "mean-0.5", line: { axis: 1, number: 1 }, realizations: 32 },
      circulationVariance: 0,
    });
    expect(await readEstimates(folder, experiment)).toEqual(estimates);
    const record = (await readPacked(folder, experiment, "mean-0.5"))!;
    const longest = {
      ...record,
      head: { ...record.head, horizons: [0.5 * HOP], windows: [0.5] },
      blocks: record.blocks.map((values) =>
        Float64Array.of(values[0], ...values.subarray(1 + 5 * 32))
      ),
    };
    const alone = lineRecording.estimate(longest, experiment);
    expect(alone).toEqual(estimates.slice(8).map(({ windows: _, ...own }) => own));
    const { windows, K1 } = estimates[8];
    expect(windows!.hs).toEqual([0.1 * HOP, 0.5 * HOP]);
    expect(windows!.closedK1[1].value).toEqual(K1);
    // Of gradient type: every window has the instantaneous mobility, within errors of some percent.
    windows!.closedK1[0].value.forEach((entry, e) =>
      expect(Math.abs(entry / windows!.instantaneousK1.value[e] - 1)).toBeLessThan(0.3)
    );
    // m = 1/4 less the profile's spread, in units of a ring's K1 = -4 m: at most 1, 3 % of noise in 64 entries.
    const all = estimates.slice(8).flatMap(({ K1 }) => K1);
    expect(Math.abs(all.reduce((a, b) => a + b, 0) / all.length / -0.96 - 1)).toBeLessThan(0.03);
  });

  it("are no records of a ring", async () => {
    await expect(readRecord(join(root, "one"), experiment, "mean-0.3")).rejects.toThrow(
      /are no \d+ numbers/,
    );
  });

  it("are forecast like any", async () => {
    expect(await simulationSeconds(experiment, 1)).toBeGreaterThan(0);
  });
});
