import { exactK1, type ExactReference } from "@spiediff/exact-reference";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { learnedLaw, type Model } from "@spiediff/predictor";
import { moveOnto, withoutLine } from "./gauge.ts";

/** A learned curve with its 95 % band beside the exact one, arrays over the density grid. */
export interface ComparedCurve {
  readonly exact: number[];
  readonly mean: number[];
  readonly lo95: number[];
  readonly hi95: number[];
}

/** Everything learned about the law, on one density grid. */
export interface ComparedLaw {
  readonly density: number[];
  /** Densities that training covered; errors are measured there and nowhere else. */
  readonly covered: readonly [number, number];
  readonly K1: ComparedCurve;
  readonly K1Limit: number[];
  readonly drivingForce: ComparedCurve;
  readonly freeEnergy: ComparedCurve;
  readonly errors: LawErrors;
}

/** R_L2 figures over the covered densities (docs/theory.md section 7). */
export interface LawErrors {
  readonly k1: number;
  readonly k1AgainstLimit: number;
  readonly freeEnergyAffineGauge: number;
  readonly freeEnergyGaugeFree: number;
  readonly diffusivity: number;
}

const GRID_POINTS = 181;

/**
 * Evaluates a model's law over the grid and holds it against the exact one.
 *
 * Each member's f is moved by its own `a + b rho` onto the exact f (and its f' by `b`), so that bands
 * show what is left when the gauge is taken out.
 */
export async function compareLaw(
  model: Model,
  reference: ExactReference,
  limit: ExactReference,
  members: number,
  seed: number,
): Promise<ComparedLaw> {
  const { elements } = model.manifest.system;
  const covered = model.manifest.coverage.density;
  const density = Array.from(
    { length: GRID_POINTS },
    (_, i) => 0.02 + 0.96 * i / (GRID_POINTS - 1),
  );
  const inside = (i: number) => density[i] >= covered[0] && density[i] <= covered[1];
  const law = await learnedLaw(model, density, { seed, members, keepMembers: true });
  const exact = {
    K1: density.map((rho) => exactK1(reference, rho, rho, elements)),
    drivingForce: density.map((rho) => reference.drivingForce(rho)),
    freeEnergy: density.map((rho) => reference.freeEnergy(rho)),
  };
  const f: Float64Array[] = [], force: Float64Array[] = [];
  for (let m = 0; m < members; m++) {
    const row = (all: Float64Array) => all.subarray(m * GRID_POINTS, (m + 1) * GRID_POINTS);
    const moved = moveOnto(density, row(law.members!.freeEnergy), exact.freeEnergy, inside);
    f.push(moved.values);
    force.push(row(law.members!.drivingForce).map((v) => v + moved.line.b));
  }
  const freeEnergy = bandOf(f, exact.freeEnergy);
  const drivingForce = bandOf(force, exact.drivingForce);
  const K1 = {
    exact: exact.K1,
    mean: [...law.K1.mean],
    lo95: [...law.K1.lower],
    hi95: [...law.K1.upper],
  };
  const K1Limit = density.map((rho) => exactK1(limit, rho, rho, elements));
  const indices = density.map((_, i) => i).filter(inside);
  const pick = (values: ArrayLike<number>) => indices.map((i) => values[i]);
  const rho = pick(density);
  const bare = withoutLine(rho, pick(exact.freeEnergy));
  // m f'' from both: K1(rho, rho) = -m / Delta, and f'' by central differences on the same grid.
  const diffusivity = (k1: number[], fp: number[]) =>
    indices.filter((i) => i > 0 && i + 1 < GRID_POINTS).map((i) =>
      -k1[i] / elements * (fp[i + 1] - fp[i - 1]) / (density[i + 1] - density[i - 1])
    );
  return {
    density,
    covered,
    K1,
    K1Limit,
    drivingForce,
    freeEnergy,
    errors: {
      k1: relativeError(pick(K1.mean), pick(exact.K1)),
      k1AgainstLimit: relativeError(pick(K1.mean), pick(K1Limit)),
      freeEnergyAffineGauge: relativeError(pick(freeEnergy.mean), pick(exact.freeEnergy)),
      freeEnergyGaugeFree: relativeError(withoutLine(rho, pick(freeEnergy.mean)), bare),
      diffusivity: relativeError(
        diffusivity(K1.mean, drivingForce.mean),
        diffusivity(exact.K1, exact.drivingForce),
      ),
    },
  };
}

/** `R_L2 = ||estimate - exact|| / ||exact||` over a uniform grid. */
export function relativeError(estimate: ArrayLike<number>, exact: ArrayLike<number>): number {
  let difference = 0, norm = 0;
  for (let i = 0; i < exact.length; i++) {
    difference += (estimate[i] - exact[i]) ** 2;
    norm += exact[i] ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** Mean and central 95 % of members, each `[grid]`. */
function bandOf(members: readonly Float64Array[], exact: number[]): ComparedCurve {
  const mean: number[] = [], lo95: number[] = [], hi95: number[] = [];
  exact.forEach((_, i) => {
    const values = Float64Array.from(members, (member) => member[i]).sort();
    const quantile = (q: number) => {
      const at = q * (values.length - 1), k = Math.floor(at);
      return values[k] + (at - k) * ((values[k + 1] ?? values[k]) - values[k]);
    };
    mean.push(values.reduce((a, b) => a + b, 0) / values.length);
    lo95.push(quantile(0.025));
    hi95.push(quantile(0.975));
  });
  return { exact, mean, lo95, hi95 };
}

/** Estimates as points for the figure of K1: the mean of an element's densities, entry, error. */
export function operatorPoints(estimates: readonly OperatorEstimate[]) {
  const points = { x: [] as number[], value: [] as number[], standardError: [] as number[] };
  for (const { elementDensity, K1, K1StandardError } of estimates) {
    K1.forEach((entry, e) => {
      points.x.push((elementDensity[e] + elementDensity[(e + 1) % K1.length]) / 2);
      points.value.push(entry);
      points.standardError.push(K1StandardError[e]);
    });
  }
  return points;
}
