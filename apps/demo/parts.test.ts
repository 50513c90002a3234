import process from "node:process";
import { longRangeLimit } from "@spiediff/exact-reference";
import { parseExperiment, parseSimulation, preset } from "@spiediff/experiment";
import { startText, VERSION } from "@spiediff/train";
import { describe, expect, it } from "vitest";
import { commandLine } from "./run_command.ts";
import { originOf } from "./origin.ts";
import { exactLaws, referenceOf } from "./reference.ts";

/** Nearest neighbours, whose reference takes milliseconds. */
const quick = preset("short-weak");
const withParticles = (change: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  parseSimulation({ ...quick, ...more, particles: { ...quick.particles, ...change } as never });

it("the command that repeats a run names its experiment by what is not the default", () => {
  const flags = { preset: "lrm", quick: false } as const;
  expect(commandLine(flags, 1)).toBe("deno task demo --seed 1");
  expect(commandLine({ ...flags, preset: "scarce" }, 2)).toBe(
    "deno task demo --preset scarce --seed 2",
  );
  expect(commandLine({ ...flags, quick: true }, 3)).toBe("deno task demo --quick --seed 3");
  expect(commandLine({ ...flags, quick: true, experiment: "a.json" }, 4))
    .toBe("deno task demo --experiment a.json --quick --seed 4");
});

describe("a report's origin", () => {
  it("is now, by this code on this runtime", () => {
    const before = Date.now();
    const { createdAt, command, versions, start } = originOf(
      quick,
      "this one",
      "onnxruntime, tfjs",
    );
    expect(Date.parse(createdAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(createdAt)).toBeLessThanOrEqual(Date.now());
    expect([command, start]).toEqual(["this one", startText(quick)]);
    const { deno, node } = process.versions as { deno?: string; node: string };
    expect(versions).toEqual({
      spiediff: expect.stringMatching(
        new RegExp(`^${VERSION.replaceAll(".", "\\.")}( \\([0-9a-f]{12}\\))?$`),
      ),
      "training backend": "onnxruntime and tfjs",
      ...(deno === undefined ? { Node: node } : { Deno: deno }),
    });
  });

  it("of another code's particles says nothing of their start", () => {
    const { particles: { sites, beta, drive }, groundTruth: _, ...rest } = quick;
    const foreign = parseExperiment({
      ...rest,
      particles: { system: "foreign", sites, beta, drive },
    });
    expect(originOf(foreign, "x", "y")).not.toHaveProperty("start");
    expect(exactLaws(foreign)).toBeNull();
  });
});

describe("the reference of an experiment", () => {
  it("is computed once for what it depends on, and anew for anything else", () => {
    const own = referenceOf(quick);
    expect(referenceOf({ ...quick, elements: 10, name: "other" })).toBe(own);
    for (
      const other of [
        withParticles({}, { seed: 2 }),
        withParticles({ drive: 2 }),
        withParticles({ betaJ0: 0.5 }),
        withParticles({}, { sampling: { ...quick.sampling, burnIn: 1e-6 } }),
        withParticles({}, { sampling: { ...quick.sampling, h: [1e-6, 5e-6] } }),
      ]
    ) expect(referenceOf(other)).not.toBe(own);
    // Mobilities scale with the drive, energies with 1/beta.
    expect(referenceOf(withParticles({ drive: 2 })).mobility(0.4) / own.mobility(0.4)).toBeCloseTo(
      2,
      3,
    );
    const cold = referenceOf(withParticles({ beta: 2 }));
    const slope = (of: typeof own) => of.drivingForce(0.4) - of.drivingForce(0.3);
    expect(slope(cold) / slope(own)).toBeCloseTo(1 / 2, 3);
  });

  it("has a formula beside it: of all neighbours, a particle's own site for the constant kernel only", () => {
    const of = (experiment: Parameters<typeof exactLaws>[0]) => exactLaws(experiment)!.limit!;
    expect(of(withParticles({ drive: 3, beta: 2 })).mobility(0.3))
      .toBe(longRangeLimit({ betaJ0: 1, beta: 2, drive: 3 }).mobility(0.3));
    const table = withParticles({ halfWidth: 2, kernel: { name: "table", values: [0.2, 0.1] } });
    const limit = of(table).drivingForce(0.4) - of(table).drivingForce(0.3);
    const exact = longRangeLimit({
      betaJ0: 2 * (0.2 + 0.1) * quick.particles.betaJ0,
      beta: 1,
      drive: 1,
    });
    expect(limit).toBeCloseTo(exact.drivingForce(0.4) - exact.drivingForce(0.3), 12);
  });
});
