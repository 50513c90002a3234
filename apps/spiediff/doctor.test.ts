import { describe, expect, it } from "vitest";
import { preset, profileDensity } from "@spiediff/experiment";
import { installHint } from "./doctor/installed.ts";
import { diffusionData, secondsOf } from "./doctor/speed.ts";
import { spiediff } from "./testing.ts";

describe("doctor", () => {
  it("says what is installed, what trains and why, and measures the machine", async () => {
    const { code, stdout } = await spiediff("doctor", "--json");
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found.packages["@tensorflow/tfjs"]).toMatch(/^\d+\.\d+\.\d+$/);
    expect(found.packages["@stricli/core"]).toMatch(/^\d+\.\d+\.\d+$/);
    expect(found.cores).toBeGreaterThanOrEqual(1);
    expect(found.training.steps).toMatch(/^(onnxruntime|wasm|tensorflow)$/);
    expect(found.training.reason.length).toBeGreaterThan(20);
    expect(found.particles.available).toEqual(expect.arrayContaining(["wasm", "typescript"]));
    expect(found.particles.advice).toMatch(/native code/);
    expect(found.speed.realizationsPerSecond[found.particles.engine]).toBeGreaterThan(1);
    for (const rate of ["trainingStepsPerSecond", "membersPerSecond"]) {
      expect(found.speed[rate], rate).toBeGreaterThan(1);
    }
    expect(found.speed.lrmSeconds.simulate).toBeGreaterThan(0.5);
  }, 120_000);
  it("only looks when asked to, for people", async () => {
    const { stdout } = await spiediff("doctor", "--quick");
    expect(stdout).toMatch(/^training {2,}\w+ for steps, tfjs \w+ for the rest$/m);
    expect(stdout).toMatch(/^particles {2,}(native|wasm) engine; .*native code/m);
    expect(stdout).toMatch(/^onnxruntime-node +1\./m);
    expect(stdout).not.toMatch(/per second/);
  }, 120_000);
  it("foretells an experiment's time from rates: particles on all cores, one training after the other", () => {
    const lrm = preset("lrm");
    const experiment = {
      ...lrm,
      profiles: lrm.profiles.slice(0, 3),
      sampling: { ...lrm.sampling, realizations: 700 },
      training: { ...lrm.training, steps: { k1: 1000, freeEnergy: 3000 } },
    };
    const rates = { trainingStepsPerSecond: 50, freeEnergyStepsPerSecond: 20 };
    expect(
      secondsOf(experiment, { ...rates, cores: 7, realizationsPerSecond: 10, epinetSeconds: 4 }),
    ).toEqual({ simulate: 30, train: 20 + 150 + 4 });
  });
  it("trains on plain diffusion for its rates: flux = -rho' between neighbours", () => {
    const { profiles: [profile] } = preset("lrm"), M = 400;
    const { profileName, density, mobility, mobilityStandardError, flux, fluxStandardError } =
      diffusionData(profile, M);
    expect(profileName).toBe(profile.name);
    expect(density.every((rho, i) => rho === profileDensity(profile, i / M))).toBe(true);
    flux.forEach((J, e) => {
      // m f'' = 1; to second order in Delta.
      expect(J).toBeCloseTo(-M * (density[(e + 1) % M] - density[e]), 2);
      expect(mobility[e]).toBeCloseTo(density[e] * (1 - density[e]), 1);
      expect(mobilityStandardError[e] / mobility[e]).toBeCloseTo(0.01, 12);
    });
    expect(fluxStandardError).toEqual(Array(M).fill(0.01));
  });
  it("leads those who start it by npx to one installation of Deno", () => {
    const hint = /npm install --global --prefix ~\/\.local deno@2\.9\.5/;
    expect(installHint("/home/a/.npm/_npx/0f1e/node_modules/deno/deno", "2.9.5")).toMatch(hint);
    expect(installHint("C:\\npm-cache\\_npx\\0f1e\\node_modules\\deno\\deno.exe", "2.9.5")).toMatch(
      hint,
    );
    expect(installHint("/home/a/.local/lib/node_modules/deno/deno", "2.9.5")).toBe(null);
    expect(installHint("/home/a/.npm/_npx/0f1e/node", undefined)).toBe(null);
  });
});
