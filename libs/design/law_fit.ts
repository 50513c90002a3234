/** The surrogate's posterior: both curves from all data, and what the data say of its own settings. */
import { calibrate, drawBends, evenBends, likelyBends, type PriorShape } from "@spiediff/epinet";
import { type Field, workingDomain } from "@spiediff/law";
import { gaussLegendre, gaussPoints, unitPlusGram } from "@spiediff/numerics";
import { randomStream } from "@spiediff/random";
import { Matrix, solve } from "ml-matrix";
import { bothCurves, type CurveName, CURVES, type Curves, type LawCurve } from "./law_curve.ts";
import { type MeasuredProfile, mergeShapes } from "./measured_profile.ts";
import { type PriorBasis, priorBasis, unitBasis } from "./prior_basis.ts";
import { type WhitenedData, whitenedData } from "./whitened_data.ts";

/** What is not a coefficient of the law: fixed before a round of data is looked at, for honest stopping. */
export interface Settings {
  readonly prior: Curves<Pick<PriorShape, "bends">>;
  /** Relative error of the law at long waves. */
  readonly lawError: number;
  /** By how much profiles that are left out say that bands are too narrow; see {@link calibrate}. */
  readonly widthFactor: Curves<number>;
}

/** Posterior of a curve: mean, and inverse covariance of the coefficients. */
export interface FittedCurve extends LawCurve {
  /** `[basis, basis]`. */
  readonly precision: Matrix;
}

export interface FittedLaw {
  readonly curves: Curves<FittedCurve>;
  readonly settings: Settings;
  /** Least and greatest density of the data. */
  readonly covered: readonly [low: number, high: number];
}

export interface FitOptions {
  /** Densities that matter besides those of the data: the prior bends there, too. */
  readonly spans?: readonly [low: number, high: number];
  /** Likely ones when absent. */
  readonly settings?: Settings;
}

/** Steps of Gauss and Newton: the data are linear in D itself, and nearly so in its logarithm. */
const ITERATIONS = 8;

/**
 * Fits both curves under given settings, or under those that are likely.
 *
 * @param expectedLawError Centre of the prior of the law's own error.
 * @throws {RangeError} if there are no data, or none that can be weighed.
 */
export function fitLaw(
  measured: readonly MeasuredProfile[],
  field: Field,
  expectedLawError: number,
  { spans, settings }: FitOptions = {},
): FittedLaw {
  if (measured.length === 0) throw new RangeError("A law needs at least one measured profile.");
  const profiles = mergeShapes(measured);
  checkMobilities(profiles);
  const covered = rangeOf(profiles);
  const range = shapeRange(field, covered, spans);
  const used = settings ?? likelySettings(profiles, field, range, expectedLawError);
  const curves = bothCurves((name) => {
    const basis = priorBasis({ ...range, ...used.prior[name] });
    return fitCurve(name, profiles, firstCurve(name, profiles, field, basis), used.lawError);
  });
  return { curves, settings: used, covered };
}

function checkMobilities(profiles: readonly MeasuredProfile[]): void {
  for (const { name, mobility } of profiles) {
    const wrong = Array.from(mobility).findIndex((m) => !(m > 0));
    if (wrong < 0) continue;
    throw new RangeError(
      `The mobility of element ${wrong} of profile ${name} is ${mobility[wrong]}, not above 0: ` +
        "more realizations are needed.",
    );
  }
}

function rangeOf(profiles: readonly MeasuredProfile[]): [number, number] {
  const all = profiles.flatMap(({ density }) => Array.from(density));
  return [Math.min(...all), Math.max(...all)];
}

type Range = Omit<PriorShape, "bends">;

function shapeRange(
  field: Field,
  covered: readonly [number, number],
  spans: readonly [number, number] = covered,
): Range {
  const low = Math.min(covered[0], spans[0]), high = Math.max(covered[1], spans[1]);
  return { low, high, domain: workingDomain(field, [low, high]) };
}

/** What curves are corrections of: a constant D, and the mobility of particles without interaction. */
function firstCurve(
  name: CurveName,
  profiles: readonly MeasuredProfile[],
  field: Field,
  basis: PriorBasis,
): LawCurve {
  const ideal = name === "mobility" ? (rho: number) => -Math.log(field.ideal.slope(rho)) : () => 0;
  let size: number;
  if (name === "mobility") {
    const ratios = profiles.flatMap(({ elementDensity, mobility }) =>
      Array.from(mobility, (m, e) => {
        const next = elementDensity[(e + 1) % mobility.length];
        const points = gaussPoints(elementDensity[e], next, gaussLegendre[2]);
        return Math.log(m) - points.reduce((sum, rho) => sum + ideal(rho) / 2, 0);
      })
    );
    size = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  } else {
    let product = 0, square = 0;
    for (const { density, flux } of profiles) {
      const M = flux.length;
      for (let e = 0; e < M; e++) {
        const slope = -M * (density[(e + 1) % M] - density[e]);
        product += slope * flux[e];
        square += slope * slope;
      }
    }
    if (!(product > 0)) throw new RangeError("The fluxes do not run down the densities: no D.");
    size = Math.log(product / square);
  }
  return {
    basis,
    base: (rho) => size + ideal(rho),
    coefficients: new Float64Array(basis.size),
  };
}

function fitCurve(
  name: CurveName,
  profiles: readonly MeasuredProfile[],
  first: LawCurve,
  lawError: number,
): FittedCurve {
  let curve: FittedCurve | undefined;
  for (let step = 0; step < ITERATIONS; step++) {
    const now: LawCurve = curve ?? first;
    const precision = Matrix.eye(first.basis.size), right = Matrix.zeros(first.basis.size, 1);
    for (const profile of profiles) {
      const { design, residual, explained } = whitenedData(
        name,
        profile,
        now,
        first.basis,
        lawError,
      );
      const transposed = design.transpose();
      precision.add(transposed.mmul(design));
      right.add(transposed.mmul(Matrix.columnVector(residual.map((r, i) => r + explained[i]))));
    }
    const coefficients = Float64Array.from(solve(precision, right).to1DArray());
    const change = Math.max(...coefficients.map((c, k) => Math.abs(c - now.coefficients[k])));
    curve = { ...first, coefficients, precision };
    if (change < 1e-6) break;
  }
  return curve!;
}

/** Relative errors of the law that are tried. */
const LAW_ERRORS = Array.from({ length: 16 }, (_, k) => 2e-5 * 1.6 ** k);

/** The most likely prior of each curve, then the law's error, then how far left-out profiles believe both. */
function likelySettings(
  profiles: readonly MeasuredProfile[],
  field: Field,
  range: Range,
  expectedLawError: number,
): Settings {
  const dataOf = (name: CurveName, curve: LawCurve, basis: PriorBasis, lawError: number) =>
    profiles.map((profile) => whitenedData(name, profile, curve, basis, lawError));
  // At a curve that is near enough for what is linear.
  const near = bothCurves((name) => {
    const basis = priorBasis({
      ...range,
      bends: evenBends({ width: (range.high - range.low) / 3, size: 1 }),
    });
    return fitCurve(name, profiles, firstCurve(name, profiles, field, basis), expectedLawError);
  });
  // Which prior is the right one is left open by the data: a mean over what is likely, as in the epinets.
  const prior = bothCurves((name) => {
    const likely = likelyBends(
      range,
      0,
      (width) => dataOf(name, near[name], unitBasis(range, width), expectedLawError),
    );
    return { bends: drawBends(likely, randomStream("bends", `design/${name}`)) };
  });
  const bases = bothCurves((name) => priorBasis({ ...range, ...prior[name] }));
  const improbability = (lawError: number) =>
    CURVES.reduce(
      (sum, name) => sum + minusTwoLogLikelihood(dataOf(name, near[name], bases[name], lawError)),
      Math.log(lawError / expectedLawError) ** 2,
    );
  const costs = LAW_ERRORS.map(improbability);
  const lawError = LAW_ERRORS[costs.indexOf(Math.min(...costs))];
  const widthFactor = bothCurves((name) =>
    calibrate(dataOf(name, near[name], bases[name], lawError)).indexScale
  );
  return { prior, lawError, widthFactor };
}

function minusTwoLogLikelihood(data: readonly WhitenedData[]): number {
  const design = new Matrix(data.flatMap((one) => one.design.to2DArray()));
  const column = Matrix.columnVector(
    data.flatMap(({ residual, explained }) => Array.from(residual, (r, i) => r + explained[i])),
  );
  const covariance = unitPlusGram(design);
  if (covariance === null) return Infinity;
  return covariance.logDeterminant + column.transpose().mmul(covariance.solve(column)).get(0, 0) +
    data.reduce((sum, { logDeterminant }) => sum + logDeterminant, 0);
}
