import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseFieldsExperiment } from "@spiediff/experiment";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportFieldsRun, runFieldsDemo } from "./fields_run.ts";
import type { FieldsRun } from "./run_types.ts";

const wave = (mean: number, amplitude: number, phase: number) => ({
  mean,
  modes: [{ k: 1, amplitude, phase }],
});
const mixture = (name: string, shift: number) => ({
  name,
  fields: { first: wave(0.3, 0.15, shift), second: wave(0.35, 0.15, 2 + 2.5 * shift) },
});
const fluid = (name: string, shift: number) => ({
  name,
  fields: {
    stretch: wave(0.4, 0.25, shift),
    momentum: wave(0, 0.4, 2 * shift + 1),
    temperature: wave(1, 0.3, 1 - shift),
  },
});
const common = {
  seed: 3,
  elements: 10,
  training: { hidden: 4, units: 4, members: 4 },
  groundTruth: { realizations: 12 },
};
const experiments = {
  "two species": parseFieldsExperiment({
    ...common,
    name: "mixture",
    particles: { system: "two-species", sites: 120 },
    profiles: [mixture("a", 0), mixture("b", 2)],
    sampling: { realizations: 400, window: 2e-4 },
    prediction: { profile: mixture("c", 1), times: [0, 0.01], nodes: 16 },
  }),
  "the oscillator ring": parseFieldsExperiment({
    ...common,
    name: "fluid",
    particles: { system: "oscillator-ring", sites: 120 },
    profiles: [fluid("a", 0), fluid("b", 2)],
    sampling: { realizations: 400, window: 4e-3 },
    prediction: { profile: fluid("c", 1), times: [0, 0.1], nodes: 16 },
  }),
};

describe.each(Object.entries(experiments))("the whole road of %s", (_, experiment) => {
  let folder = "", run: FieldsRun;
  const options = () => ({ folder, workers: 1, silent: true, command: "demo" });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "spiediff-fields-"));
    run = await runFieldsDemo(experiment, options());
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const valueOf = (name: string) => run.claims.find((claim) => claim.name.startsWith(name))!.value;

  it("learns M and a potential, and predicts what particles and equations do", () => {
    const errors = run.claims.filter(({ name }) => name.startsWith("error of M"));
    expect(errors.length).toBe(experiment.particles.system === "two-species" ? 3 : 4);
    // 800 realizations on twenty elements leave a few per cent in each entry.
    errors.forEach(({ value }) => expect(value).toBeLessThan(0.08));
    for (
      const { name, value } of run.claims.filter(({ name }) => name.includes("equation, over"))
    ) {
      expect(value, name).toBeLessThan(0.05);
    }
    for (const { name, value } of run.claims.filter(({ name }) => name.includes("particles"))) {
      // Student's t of eleven degrees of freedom at ten nodes that go together: below 2.5 in 999 of 1000 cases.
      expect(value, name).toBeLessThan(3);
    }
    expect(valueOf("share of the differential")).toBeGreaterThan(0.3);
  });

  it("keeps what it must", () => {
    const kept = run.claims.filter(({ max }) => max === 1e-12);
    expect(kept.length).toBeGreaterThanOrEqual(3);
    kept.forEach(({ name, value }) => expect(value, name).toBeLessThan(1e-12));
  });

  it("leaves a report and figures of merit, and is taken up without any work", async () => {
    const html = await readFile(join(folder, "report.html"), "utf8");
    expect(html).toContain("Figures of merit");
    expect(html.split("<figure").length).toBeGreaterThan(8);
    const metrics = JSON.parse(await readFile(join(folder, "metrics.json"), "utf8"));
    expect(metrics.claims).toEqual(JSON.parse(JSON.stringify(run.claims)));
    const again = await reportFieldsRun(experiment, options());
    expect(again.claims).toEqual(run.claims);
    expect(again.model.manifest.integrity).toBe(run.model.manifest.integrity);
  });

  it("takes nothing that is damaged, or of other data", async () => {
    const path = join(folder, "estimates", "a.json"), text = await readFile(path, "utf8");
    await writeFile(path, text.replace(/"flux":\[(-?)/, '"flux":[$19'));
    await expect(reportFieldsRun(experiment, options())).rejects.toThrow(/a.json is damaged/);
    await writeFile(path, text);
    const other = { ...experiment, seed: 4 };
    await expect(reportFieldsRun(other, options())).rejects.toThrow(/no estimate of profile "a"/);
  });
});
