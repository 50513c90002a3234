import { projectPositions } from "@spiediff/mesh";
import { recordFromSnapshots } from "@spiediff/fdt-operators";
import { randomStream } from "@spiediff/random";
import { describe, expect, it } from "vitest";
import { beyondLaw, gradientAtRest } from "./beyond_law.ts";
import type { PositionFiles } from "./description.ts";
import type { ProfileCheck } from "./profile_check.ts";

const described = (damping = 0) => ({ trajectory: { damping } }) as PositionFiles;
const check = (ratio: number, fluctuations?: number, error = 0.01): ProfileCheck => ({
  ...{ name: "one", realizations: 24, density: [0.4, 0.6] as const },
  mobilityRatio: { value: ratio, standardError: error },
  diffusivity: {
    ...(fluctuations !== undefined &&
      { fluctuations: { value: fluctuations, standardError: error } }),
    combined: { value: fluctuations ?? 1, standardError: error },
  },
});
const told = (checks: ProfileCheck[], gradient: number | null = null, damping = 0) =>
  beyondLaw(described(damping), checks, checks.map(() => gradient)).join("\n");

describe("what the law does not cover", () => {
  it("is not seen where there is nothing", () => {
    expect(told([check(1), check(0.9), check(1.1, 0.3)], 0.01)).toBe("");
  });

  it("hydrodynamic interactions: a mobility off by 15 % and five errors, of overdamped particles", () => {
    expect(told([check(0.86)])).toBe("");
    expect(told([check(0.8, undefined, 0.05)])).toBe("");
    expect(told([check(0.8)])).toMatch(
      /^m\/\(D0 rho\) is 0\.80 \+- 0\.01, .*hydrodynamic interactions/,
    );
    expect(told([check(1.2)])).toMatch(/hydrodynamic interactions/);
    expect(told([check(0.8)], null, 0.1)).toBe("");
    // Farther off it is a unit, which is told elsewhere.
    expect(told([check(0.2)]) + told([check(3)])).toBe("");
  });

  it("a potential that is on in a run at rest", () => {
    expect(told([check(1)], 2e-6)).toBe("");
    expect(told([check(1)], 5e-7))
      .toMatch(/^Profile "one": it is said to be at rest, and its mean density has a gradient/);
  });

  it("phases: fluctuations of five times an ideal gas' and more", () => {
    expect(told([check(1, 0.18)])).toBe("");
    expect(told([check(1, 0.1)]))
      .toMatch(/^Profile "one": its fluctuations are 10 times .* separate into phases\?/);
  });
});

describe("a gradient at rest", () => {
  const M = 8;
  /** Systems of 50 free particles in a potential, each at four times that follow each other closely. */
  const record = (amplitude: number, systems: number) => {
    const { uniform, normal } = randomStream(7, "rest", amplitude, systems);
    const place = (): number => {
      const x = uniform();
      return uniform() < Math.exp(-amplitude * (1 + Math.cos(2 * Math.PI * x))) ? x : place();
    };
    const z = (x: Float64Array) => projectPositions(x, M, 0.02);
    const start: Float64Array[] = [], later: Float64Array[] = [];
    for (let s = 0; s < systems; s++) {
      let x = Float64Array.from({ length: 50 }, place);
      for (let t = 0; t < 4; t++) {
        start.push(z(x));
        x = x.map((v) => v + 0.01 * normal());
        later.push(z(x));
      }
    }
    const groups = new Array(systems).fill(4);
    const system = { sites: 50, drive: 1 };
    const fields = { elements: M, burnIn: 0, horizons: [1e-4], start, later: [later], groups };
    return [recordFromSnapshots({ profileName: "a", system, ...fields }), groups] as const;
  };
  it("is by chance where there is no potential, however often a system is looked at", () => {
    // One fixed data set: 1 in 1000.
    expect(gradientAtRest(...record(0, 40))!).toBeGreaterThan(1e-3);
  });
  it("is seen where there is one, and not told of few systems", () => {
    expect(gradientAtRest(...record(0.5, 40))!).toBeLessThan(1e-6);
    expect(gradientAtRest(...record(0.5, 12))).toBeNull();
  });
});
