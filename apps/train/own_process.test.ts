import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSimulated } from "@spiediff/experiment";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { profileEnsemble } from "./estimate.ts";
import { ownExperiment } from "./own_process.ts";

/** Independent walkers that may be as many as they like. */
const WALKERS = `
export default {
  name: "walkers",
  field: { name: "walkers", unit: "a site", low: 0 },
  rate: (from: number) => from,
  sample(density: number, uniform: () => number) {
    let n = -1;
    for (let p = 1; p > Math.exp(-density); n++) p *= uniform();
    return n;
  },
};
`;

let root = "", module = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-own-"));
  module = join(root, "walkers.ts");
  await writeFile(module, WALKERS);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("the experiment of one's own process", () => {
  it("suits its domain, and holds all that is needed to go on without the file", async () => {
    const experiment = await ownExperiment({ process: module, seed: 7 });
    expect([experiment.name, experiment.seed]).toEqual(["walkers", 7]);
    expect(experiment.particles).toMatchObject({
      ...{ system: "own", title: "walkers", source: WALKERS, diffusivity: 1 },
      field: { name: "walkers", unit: "a site", low: 0, high: null, ideal: "logarithm" },
    });
    expect(Math.max(...experiment.profiles.map(({ mean }) => mean))).toBeGreaterThan(1);
    const plan = profileEnsemble(experiment, experiment.profiles[0]);
    expect(plan.simulator.isolated).toBe(true);
  });

  it("is a file's but for the process, with that file's place and units", async () => {
    const own = await ownExperiment({ process: module });
    const path = join(root, "mine.json");
    const particles = { system: "zero-range", sites: 240, beta: 2 };
    await writeFile(path, JSON.stringify({ ...own, name: "mine", elements: 12, particles }));
    const experiment = await ownExperiment({ process: module, experiment: path });
    if (!isSimulated(experiment)) throw new Error("foreign");
    expect([experiment.name, experiment.elements]).toEqual(["mine", 12]);
    expect(experiment.particles).toMatchObject({ system: "own", sites: 240, beta: 2, drive: 1 });
  });

  it("is refused with the file's name where the module is wrong", async () => {
    const wrong = join(root, "wrong.ts");
    await writeFile(wrong, WALKERS.replace("=> from,", "=> -from,"));
    await expect(ownExperiment({ process: wrong })).rejects.toThrow(
      /The process .*wrong\.ts cannot be simulated: walkers: the rate from site .* is -/,
    );
    await expect(ownExperiment({ process: join(root, "none.ts") })).rejects.toThrow(/none\.ts/);
  });
});
