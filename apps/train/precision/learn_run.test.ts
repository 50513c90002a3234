import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stageRunner } from "@spiediff/command-line";
import { type DesignName, parseGoals } from "@spiediff/design";
import { localExecutor } from "@spiediff/executor";
import { preset, type SimulatedExperiment } from "@spiediff/experiment";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { simulateStage } from "../file_stages.ts";
import { claimDesign } from "./claim_design.ts";
import { readDesign } from "./design_file.ts";
import { learnPrecision } from "./learn_run.ts";

let folder = "";
beforeEach(async () => folder = await mkdtemp(join(tmpdir(), "spiediff-learn-")));
afterEach(() => rm(folder, { recursive: true, force: true }));

const experiment = preset("short-strong", 11);
const executor = localExecutor({ workers: 1 });
const simulate = async (own: SimulatedExperiment) =>
  await simulateStage(own, folder, { executor }).run(() => {});

const learn = (until: string, more: object = {}, design: DesignName = "active") =>
  learnPrecision({
    ...{ folder, experiment, design, simulate, workers: 1 },
    goals: parseGoals(until),
    run: stageRunner({ silent: true }),
    ...more,
  });

describe("rounds towards an aim", () => {
  it("end when it is reached, say so, and leave records, estimates and every decision", async () => {
    const { result, file, experiment: made, law } = await learn("D 2 % on 0.2..0.8");
    expect(result.end).toBe("aim");
    expect(result.percent[0]).toBeLessThanOrEqual(2);
    // By one last round scaled to the aim, not by many more realizations than it needs; rounds have a least size.
    expect(result.percent[0]).toBeGreaterThan(1);
    expect(result.text).toContain("The aim is reached: D +-");
    expect(await readDesign(folder)).toEqual(JSON.parse(JSON.stringify(file)));
    const records = (await readdir(join(folder, "records"))).sort();
    expect(records).toEqual(made.profiles.map(({ name }) => `${name}.record`).sort());
    for (const { batches, after } of file.rounds) {
      for (const { reason } of batches) expect(reason).toContain("narrows");
      expect(after!.coreSeconds).toBeGreaterThan(0);
    }
    expect(law.covered[0]).toBeLessThan(0.2);
    expect(law.covered[1]).toBeGreaterThan(0.8);
  });

  it("go on after a kill with what was decided, and from the data of a wider aim to a narrower one", async () => {
    const killed = learn("D 4 % on 0.3..0.7", {
      simulate: () => {
        throw new Error("killed");
      },
    });
    await expect(killed).rejects.toThrow("killed");
    const [planned] = (await readDesign(folder))!.rounds;
    expect(planned.after).toBeUndefined();
    const { file, result } = await learn("D 4 % on 0.3..0.7");
    expect(file.rounds[0].batches).toEqual(planned.batches);
    const narrower = Number((0.85 * result.percent[0]).toPrecision(3));
    const further = await learn(`D ${narrower} % on 0.3..0.7`);
    expect(further.file.rounds.length).toBeGreaterThan(file.rounds.length);
    expect(further.file.rounds[0].batches).toEqual(planned.batches);
    expect(further.result.realizations).toBeGreaterThan(result.realizations);
  });

  it("end when the budget is spent, and say what the rest would cost", async () => {
    const { result } = await learn("D 0.1 % on 0.2..0.8", { budget: 0.01 });
    expect(result.end).toBe("budget");
    expect(result.percent[0]).toBeGreaterThan(0.1);
    expect(result.rest).toBeGreaterThan(1);
    expect(result.text).toMatch(/The budget is spent: D \+-.*; the rest would take about/);
  });
});

it("a design goes on from its own data only", async () => {
  await learn("D 4 % on 0.3..0.7");
  await claimDesign(folder, experiment, "active", false);
  const other = () => claimDesign(folder, experiment, "fixed", false);
  await expect(other()).rejects.toThrow("holds a design of the experiment");
  await claimDesign(folder, experiment, "fixed", true);
  expect(await readdir(folder)).toEqual([]);
});
