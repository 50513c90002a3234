import { describe, expect, it } from "vitest";
import { randomStream } from "@spiediff/random";
import { type LearnedLaw, learnedLaw } from "../learned_law.ts";
import { loadModel } from "../load_model.ts";
import { curveBandOver, EXCLUSION } from "@spiediff/law";
import { shortestForm } from "./closed_form.ts";
import { evenGrid } from "./density_grid.ts";
import { lawFormula } from "./formula.ts";
import { formulaText } from "./formula_text.ts";

const DENSITY = evenGrid(0.1, 0.9, 61);
const COUNT = 4000;
const REFERENCE = 0.45;
/** Standard deviations of the coefficients of the synthetic law's members. */
const SPREAD = { c: [0.002, 0.004, 0.006], b: [0.01, 0.02] };

/** Members `m = rho (1 - rho) (0.6 - 0.5 u + 0.4 u^2)`, `f' = ln(rho/(1 - rho))/2 - u + 0.3 u^2`, each its own. */
function synthetic(): LearnedLaw {
  const stream = randomStream(7, "formula-test");
  const mobility = new Float64Array(COUNT * DENSITY.length);
  const drivingForce = new Float64Array(COUNT * DENSITY.length);
  for (let m = 0; m < COUNT; m++) {
    const c = [0.6, -0.5, 0.4].map((value, k) => value + SPREAD.c[k] * stream.normal());
    const b = [-1, 0.3].map((value, k) => value + SPREAD.b[k] * stream.normal());
    const force = (rho: number) =>
      Math.log(rho / (1 - rho)) / 2 + b[0] * (rho - 0.5) + b[1] * (rho - 0.5) ** 2;
    DENSITY.forEach((rho, i) => {
      const u = rho - 0.5, at = m * DENSITY.length + i;
      mobility[at] = rho * (1 - rho) * (c[0] + c[1] * u + c[2] * u * u);
      drivingForce[at] = force(rho) - force(REFERENCE);
    });
  }
  const n = DENSITY.length;
  const none = new Float64Array(mobility.length);
  const members = { mobility, drivingForce, K1: none, diffusivity: none, curvature: none };
  const band = (values: Float64Array) => curveBandOver(values, n, 0.95);
  return {
    density: DENSITY,
    level: 0.95,
    mobility: band(mobility),
    drivingForce: band(drivingForce),
    K1: band(none),
    diffusivity: band(none),
    curvature: band(none),
    freeEnergy: band(none),
    gauge: { referenceDensity: REFERENCE },
    members: { ...members, freeEnergy: none },
  };
}

describe("the shortest closed form", () => {
  const law = synthetic();
  const formula = lawFormula(law, 2, EXCLUSION);

  it("of a law that is made of one is that one, with its errors and covariance", () => {
    const { mobility, drivingForce } = formula;
    expect(mobility!.coefficients).toHaveLength(3);
    expect(drivingForce!.coefficients).toHaveLength(2);
    const held = (form: typeof mobility, exact: number[], spread: number[]) =>
      exact.forEach((value, k) => {
        // Means of 4000 members; 4.5 standard errors: a false alarm of all five in 3e-5 of the seeds.
        const tolerance = 4.5 * spread[k] / Math.sqrt(COUNT);
        expect(Math.abs(form!.coefficients[k] - value)).toBeLessThan(tolerance);
        // The sample deviation's relative error is 1/sqrt(2 * 4000) = 1.1 %.
        expect(Math.abs(form!.errors[k] / spread[k] - 1)).toBeLessThan(0.05);
        exact.forEach((_, j) => {
          if (j === k) return;
          // Drawn independently: correlations vanish up to 1/sqrt(4000).
          const correlation = form!.covariance[k][j] / (form!.errors[k] * form!.errors[j]);
          expect(Math.abs(correlation)).toBeLessThan(4.5 / Math.sqrt(COUNT));
        });
      });
    held(mobility, [0.6, -0.5, 0.4], SPREAD.c);
    held(drivingForce, [-1, 0.3], SPREAD.b);
  });

  it("is printed as code that lies inside of the bands, and as LaTeX", () => {
    const text = formulaText(formula, 0.95);
    const code = text.split("JavaScript:\n")[1];
    const { mobility, drivingForce, curvature, diffusivity } = new Function(
      `${code}; return { mobility, drivingForce, curvature, diffusivity };`,
    )() as Record<string, (rho: number) => number>;
    DENSITY.forEach((rho, i) => {
      for (
        const [band, f] of [[law.mobility, mobility], [law.drivingForce, drivingForce]] as const
      ) {
        // The resolution of float32 is granted where a band has no width.
        expect(f(rho)).toBeGreaterThanOrEqual(band.wholeCurve.lower[i] - 1e-6);
        expect(f(rho)).toBeLessThanOrEqual(band.wholeCurve.upper[i] + 1e-6);
      }
      const slope = (drivingForce(rho + 1e-5) - drivingForce(rho - 1e-5)) / 2e-5;
      expect(curvature(rho) / slope).toBeCloseTo(1, 6);
      expect(diffusivity(rho)).toBe(mobility(rho) * curvature(rho));
    });
    expect(drivingForce(REFERENCE)).toBeCloseTo(0, 8);
    expect(text).toMatch(
      /m\(\\rho\) = \\rho\(1-\\rho\)\\left\(0\.\d+ - 0\.\d+\\,u \+ 0\.\d+\\,u\^\{2\}/,
    );
    expect(text).toMatch(/f'\(\\rho\) = 0\.5\\ln\\frac\{\\rho\}\{1-\\rho\} - /);
  });

  it("has no more terms than the least largest distance asks for", () => {
    // The line nearest to x^2 on [-1, 1] is 1/2, at most 1/2 away (Chebyshev); least squares is 2/3 away.
    const x = evenGrid(-1, 1, 101);
    const target = x.map((v) => v * v);
    const family = {
      base: () => 0,
      basis: (k: number, v: number) => v ** k,
      terms: [1, 5] as const,
    };
    const form = (half: number) => {
      const band = curveBandOver(target, x.length, 0.95);
      const wholeCurve = { lower: target.map((v) => v - half), upper: target.map((v) => v + half) };
      return shortestForm(family, x, target, { ...band, wholeCurve }, false);
    };
    expect(form(0.55)!.coefficients).toHaveLength(1);
    expect(form(0.45)!.coefficients).toHaveLength(3);
    // One member has no spread.
    expect(form(0.45)!.errors).toEqual([0, 0, 0]);
  });

  it("says so where no short form is inside", () => {
    const narrow = (band: LearnedLaw["mobility"]) => {
      const wild = band.mean.map((v, i) => v * (1 + 0.5 * Math.sin(40 * DENSITY[i])));
      return { ...band, wholeCurve: { lower: wild, upper: wild } };
    };
    const none = lawFormula({ ...law, mobility: narrow(law.mobility) }, 2, EXCLUSION);
    expect(none.mobility).toBeNull();
    expect(formulaText(none, 0.95)).toMatch(
      /m: no form of at most 10 terms lies inside of the 95 %/,
    );
  });

  it("finds the mean-field interaction f' = ln(rho/(1 - rho)) - rho of the quick model", async () => {
    const model = await loadModel("../../test-data/lrm-quick-model", { threads: 1 });
    const [low, high] = model.manifest.coverage.density;
    const learned = await learnedLaw(model, evenGrid(low, high), {
      seed: 1,
      members: 400,
      keepMembers: true,
    });
    await model.close();
    const { drivingForce } = lawFormula(learned, 1, EXCLUSION);
    // The model's own claim: its data are of beta J0 = 1, for which -u is exact.
    const { coefficients: [b], errors: [error] } = drivingForce!;
    expect(error).toBeLessThan(0.02);
    expect(Math.abs(b + 1)).toBeLessThan(4 * error);
  });
});
