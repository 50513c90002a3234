/** Estimates of every line of a torus, with their errors, from blocks. */
import { nodalDensity } from "@spiediff/mesh";
import { bandWidth, firstColumn, meanOfRows, studentFactor } from "@spiediff/numerics";
import type { LineBlock } from "./line_block.ts";
import { checkShape, type LineShape, linesOf } from "./shape.ts";

/** Fewer blocks leave errors that nobody can tell. */
const FEWEST_BLOCKS = 8;

/**
 * What a profile says along one line of nodes, as on a ring of `M` elements: the flux through element `e` is
 * `J_e = -(m_e / Delta)(f'_{e+1} - f'_e)`. All arrays `[M]`, bands `[M * bandWidth(M)]`.
 */
export interface LineEstimate {
  readonly axis: number;
  /** Number of the line among those along its axis: its nodes on the other axes, the first fastest. */
  readonly line: number;
  /** Point values at the nodes. */
  readonly density: readonly number[];
  /** Nodal densities whose linear interpolant has the right mean on every element. */
  readonly elementDensity: readonly number[];
  readonly nodalDensityRule: "fourth-order";
  readonly mobility: readonly number[];
  readonly mobilityStandardError: readonly number[];
  /** What windows without any memory would give. */
  readonly instantaneous: readonly number[];
  readonly instantaneousStandardError: readonly number[];
  readonly flux: readonly number[];
  readonly fluxStandardError: readonly number[];
  readonly fluxCovariance: readonly number[];
  /** How fluxes' errors go with those of the fields `z` of the line. */
  readonly samplingCovariance: {
    readonly flux: readonly number[];
    /** Fields in rows, fluxes in columns. */
    readonly cross: readonly number[];
    readonly field: readonly number[];
  };
  /** Independent pieces behind the covariances: the blocks. */
  readonly realizations: number;
}

/**
 * All lines along all axes. Errors are those of means over blocks, so nothing is assumed of realizations
 * inside of one; covariances are kept along lines, and not between them: neighbouring lines' errors have
 * correlations below 0.1.
 *
 * @param blocks Of equal numbers of realizations.
 * @throws {RangeError} below 8 blocks.
 */
export function estimateLines(shape: LineShape, blocks: readonly LineBlock[]): LineEstimate[] {
  checkShape(shape);
  if (blocks.length < FEWEST_BLOCKS) {
    throw new RangeError(`Errors need at least ${FEWEST_BLOCKS} blocks, not ${blocks.length}.`);
  }
  const { dimension, elements: M } = shape, lines = linesOf(shape);
  const [mobility, instantaneous, field] = (["mobility", "instantaneous", "field"] as const)
    .map((name) => scatterOf(blocks.map((block) => block[name])));
  const fluxEstimator = windowsAgree(blocks) ? "smoothFlux" : "flux";
  const flux = scatterOf(blocks.map((block) => block[fluxEstimator]));
  return Array.from({ length: dimension * lines }, (_, ring) => {
    const from = ring * M;
    const part = ({ mean }: Scatter) => Array.from(mean.subarray(from, from + M));
    const band = (a: Scatter, b: Scatter) => bandOf(a, b, from, M);
    const errors = (one: Scatter) =>
      Array.from({ length: M }, (_, e) => Math.sqrt(covariance(one, one, from + e, from + e)));
    const z = part(field), fluxCovariance = band(flux, flux);
    return {
      axis: Math.floor(ring / lines),
      line: ring % lines,
      density: [...nodalDensity(z, "fourth-order")],
      elementDensity: [...nodalDensity(z, "consistent")],
      nodalDensityRule: "fourth-order",
      mobility: part(mobility),
      mobilityStandardError: errors(mobility),
      instantaneous: part(instantaneous),
      instantaneousStandardError: errors(instantaneous),
      flux: part(flux),
      fluxStandardError: errors(flux),
      fluxCovariance,
      samplingCovariance: {
        flux: fluxCovariance,
        cross: band(field, flux),
        field: band(field, field),
      },
      realizations: blocks.length,
    };
  });
}

/** Probability at which smooth windows are given up though nothing is wrong with them. */
const FALSE_ALARM = 1e-3;

/** Whether smooth windows and the elements' own bonds give the same fluxes: each difference in its own scatter. */
function windowsAgree(blocks: readonly LineBlock[]): boolean {
  const { mean, deviations } = scatterOf(
    blocks.map(({ flux, smoothFlux }) => flux.map((J, e) => J - smoothFlux[e])),
  );
  const n = blocks.length, largest = studentFactor(1 - FALSE_ALARM / mean.length, n - 1);
  return mean.every((difference, e) => {
    const square = deviations.reduce((sum, row) => sum + row[e] ** 2, 0);
    return Math.abs(difference) <= largest * Math.sqrt(square / (n * (n - 1)));
  });
}

/** Mean over blocks, and each block's difference from it. */
interface Scatter {
  readonly mean: Float64Array;
  readonly deviations: readonly Float64Array[];
}

function scatterOf(values: readonly Float64Array[]): Scatter {
  const mean = meanOfRows(values);
  return { mean, deviations: values.map((value) => value.map((v, i) => v - mean[i])) };
}

/** Covariance of the means' errors. */
function covariance(a: Scatter, b: Scatter, i: number, j: number): number {
  const n = a.deviations.length;
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a.deviations[k][i] * b.deviations[k][j];
  return sum / (n * (n - 1));
}

function bandOf(a: Scatter, b: Scatter, from: number, n: number): number[] {
  const width = bandWidth(n);
  return Array.from({ length: n * width }, (_, k) => {
    const i = Math.floor(k / width), j = (firstColumn(n, i) + k % width) % n;
    return covariance(a, b, from + i, from + j);
  });
}
