import { curvatureOf, exactK1 } from "@spiediff/exact-reference";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { type CurveBand, curveBandOver, learnedLaw, type Model } from "@spiediff/predictor";
import type { ReferenceRecord } from "@spiediff/report";
import { moveOnto, withoutLine } from "./gauge.ts";
import { type ComparedCurve, relativeError } from "./compared_curve.ts";
import type { ExactLaws } from "./reference.ts";
import { referenceRecord } from "./reference_record.ts";

/** Everything learned about the law, on one density grid. */
export interface ComparedLaw {
  readonly density: number[];
  /** Densities that training covered; errors are measured there and nowhere else. */
  readonly covered: readonly [number, number];
  readonly K1: ComparedCurve;
  /** What the curves' `reference` is, and how they meet it. */
  readonly reference: ReferenceRecord;
  /** Of the L -> infinity formula; null as `reference`. */
  readonly K1Limit: number[] | null;
  readonly mobility: ComparedCurve;
  /** `D = m f''`. */
  readonly diffusivity: ComparedCurve;
  /** f''. */
  readonly curvature: ComparedCurve;
  readonly drivingForce: ComparedCurve;
  readonly freeEnergy: ComparedCurve;
  readonly errors: LawErrors | null;
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
/** Probability inside of the bands of reports. */
export const LEVEL = 0.95;

/** Densities over which learned functions are shown. */
const SHOWN = [0.02, 0.98] as const;
/** Fewer points than these inside of the covered densities tell no curve from a line. */
const FEWEST_COVERED = 8;

/**
 * Densities over which learned functions are shown: those of all reports, so that they can be compared, or,
 * where training covered hardly any of these, as many over the covered ones.
 */
export function densityGrid(covered: readonly [number, number] = SHOWN): number[] {
  const grid = uniformGrid(...SHOWN);
  const inside = grid.filter((rho) => rho >= covered[0] && rho <= covered[1]);
  return inside.length < FEWEST_COVERED ? uniformGrid(...covered) : grid;
}

function uniformGrid(low: number, high: number): number[] {
  // The last point is the bound itself, not one that rounding puts beyond it.
  return Array.from(
    { length: GRID_POINTS },
    (_, i) => Math.min(high, low + (high - low) * i / (GRID_POINTS - 1)),
  );
}

/**
 * Evaluates a model's law over the grid and holds it against the exact one, where there is one.
 *
 * Each member's f is moved by its own `a + b rho` onto the exact f (and its f' by `b`), or else onto
 * the members' mean, so that bands show what is left when the gauge is taken out.
 */
export async function compareLaw(
  model: Model,
  laws: ExactLaws | null,
  members: number,
  seed: number,
): Promise<ComparedLaw> {
  const { elements } = model.manifest.system;
  const covered = model.manifest.coverage.density;
  const density = densityGrid(covered);
  const inside = (i: number) => density[i] >= covered[0] && density[i] <= covered[1];
  const law = await learnedLaw(model, density, {
    ...{ seed, members },
    level: LEVEL,
    keepMembers: true,
  });
  const known = laws && exactCurves(laws, density, elements);
  const target = known?.freeEnergy ?? law.freeEnergy.mean;
  const f: Float64Array[] = [], force: Float64Array[] = [];
  for (let m = 0; m < members; m++) {
    const row = (all: Float64Array) => all.subarray(m * GRID_POINTS, (m + 1) * GRID_POINTS);
    const moved = moveOnto(density, row(law.members!.freeEnergy), target, inside);
    f.push(moved.values);
    force.push(row(law.members!.drivingForce).map((v) => v + moved.line.b));
  }
  const curves = {
    K1: comparedCurve(law.K1, known?.K1 ?? null),
    mobility: comparedCurve(law.mobility, known?.mobility ?? null),
    diffusivity: comparedCurve(law.diffusivity, known?.diffusivity ?? null),
    curvature: comparedCurve(law.curvature, known?.curvature ?? null),
    drivingForce: bandOf(force, known?.drivingForce ?? null),
    freeEnergy: bandOf(f, known?.freeEnergy ?? null),
  };
  const indices = density.map((_, i) => i).filter(inside);
  const K1Limit = known?.K1Limit ?? null;
  return {
    ...{ density, covered, ...curves, K1Limit },
    reference: referenceRecord(laws, density, indices, { ...curves, K1Limit }),
    errors: known && lawErrors(indices, density, curves, known),
  };
}

/** Two functions of density that make a law. */
export interface LawFunctions {
  /** K1(rho, rho) at densities. */
  k1(density: number[]): ArrayLike<number>;
  /** f' at densities, in any gauge. */
  drivingForce(density: number[]): ArrayLike<number>;
}

/** Errors of any law on the grid that models are measured on; f is the integral of its f'. */
export function errorsOfLaw(
  law: LawFunctions,
  laws: ExactLaws,
  elements: number,
  covered: readonly [number, number],
): LawErrors {
  const density = densityGrid(covered);
  const inside = (i: number) => density[i] >= covered[0] && density[i] <= covered[1];
  const exact = exactCurves(laws, density, elements);
  const force = Array.from(law.drivingForce(density));
  const f = [0];
  for (let i = 1; i < density.length; i++) {
    f.push(f[i - 1] + (density[i] - density[i - 1]) * (force[i] + force[i - 1]) / 2);
  }
  const moved = moveOnto(density, f, exact.freeEnergy, inside).values;
  return lawErrors(density.map((_, i) => i).filter(inside), density, {
    K1: { mean: Array.from(law.k1(density)) },
    drivingForce: { mean: force },
    freeEnergy: { mean: Array.from(moved) },
  }, exact);
}

export type ExactCurves = Record<
  "K1" | "K1Limit" | "mobility" | "diffusivity" | "curvature" | "drivingForce" | "freeEnergy",
  number[]
>;

export function exactCurves(laws: ExactLaws, density: number[], elements: number): ExactCurves {
  const { reference, limit } = laws;
  const mobility = density.map((rho) => reference.mobility(rho));
  const curvature = density.map((rho) => curvatureOf(reference, rho));
  return {
    mobility,
    curvature,
    diffusivity: mobility.map((m, i) => m * curvature[i]),
    K1: density.map((rho) => exactK1(reference, rho, rho, elements)),
    K1Limit: density.map((rho) => exactK1(limit, rho, rho, elements)),
    drivingForce: density.map((rho) => reference.drivingForce(rho)),
    freeEnergy: density.map((rho) => reference.freeEnergy(rho)),
  };
}

/** Errors over the grid points `indices`. */
function lawErrors(
  indices: number[],
  density: number[],
  { K1, drivingForce, freeEnergy }: Record<
    "K1" | "drivingForce" | "freeEnergy",
    { readonly mean: number[] }
  >,
  exact: ExactCurves,
): LawErrors {
  const pick = (values: ArrayLike<number>) => indices.map((i) => values[i]);
  const rho = pick(density);
  // m f'' from both, up to the number of elements: K1(rho, rho) = -m / Delta, and f'' by central
  // differences on the same grid.
  const diffusivity = (k1: number[], fp: number[]) =>
    indices.filter((i) => i > 0 && i + 1 < density.length).map((i) =>
      -k1[i] * (fp[i + 1] - fp[i - 1]) / (density[i + 1] - density[i - 1])
    );
  return {
    k1: relativeError(pick(K1.mean), pick(exact.K1)),
    k1AgainstLimit: relativeError(pick(K1.mean), pick(exact.K1Limit)),
    freeEnergyAffineGauge: relativeError(pick(freeEnergy.mean), pick(exact.freeEnergy)),
    freeEnergyGaugeFree: relativeError(
      withoutLine(rho, pick(freeEnergy.mean)),
      withoutLine(rho, pick(exact.freeEnergy)),
    ),
    diffusivity: relativeError(
      diffusivity(K1.mean, drivingForce.mean),
      diffusivity(exact.K1, exact.drivingForce),
    ),
  };
}

/** Mean and bands of members, each `[grid]`. */
export function bandOf(
  members: readonly Float64Array[],
  reference: number[] | null,
): ComparedCurve {
  const n = members[0].length;
  const values = new Float64Array(members.length * n);
  members.forEach((member, m) => values.set(member, m * n));
  return comparedCurve(curveBandOver(values, n, LEVEL), reference);
}

function comparedCurve(band: CurveBand, reference: number[] | null): ComparedCurve {
  const { level, mean, lower, upper, wholeCurve } = band;
  return {
    reference,
    level,
    mean: [...mean],
    lower: [...lower],
    upper: [...upper],
    wholeCurve: { lower: [...wholeCurve.lower], upper: [...wholeCurve.upper] },
  };
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
