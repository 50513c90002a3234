/** A block of realizations, reduced to one value of everything that is estimated. */
import { changeLines, pointsAlong, withAxisFirst } from "@spiediff/mesh";
import { meanOfRows } from "@spiediff/numerics";
import { unsmooth } from "../smooth_flux.ts";
import { type HatSums, hatSums } from "./hat_sums.ts";
import { checkShape, type LineShape, type SegmentRecord } from "./shape.ts";

/** Of each line along each axis, `[d * M^(d-1) * M]`, elements or nodes of a line following each other. */
export interface LineBlock {
  readonly count: number;
  /** Mean mobility of an element, by the closed estimator with control variates. */
  readonly mobility: Float64Array;
  /** That of the bracket alone: what windows far shorter than any memory see. */
  readonly instantaneous: Float64Array;
  /** Flux density on the line, by the elements' own bonds. */
  readonly flux: Float64Array;
  /** The same by smooth windows, far less noisy, of profiles that are smooth on the scale of three elements. */
  readonly smoothFlux: Float64Array;
  /** Fields of a ring, density times length: `z` along the line, points across. */
  readonly field: Float64Array;
}

/** Takes in realizations of one shape, and gives their block. */
export interface LineCollector {
  add(record: SegmentRecord): void;
  /** The block of what came since the last. @throws {RangeError} of fewer than two realizations. */
  take(): LineBlock;
}

/**
 * Every line of nodes is a ring of its own: currents through its elements are weighted by the hats of the
 * other axes, which makes them those that change the line's `z`. Its mobility is `beta Cov(S_e, S_{e-1} + S_e +
 * S_{e+1}) / (2 tau sum of squared weights)`, in which the kinks of the hats cancel, with `S_e S_f` replaced by
 * `S_e S_f - M_e M_f + <M_e, M_f>` of the martingales `M = S - A` (docs/theory.md section 4).
 *
 * @throws {RangeError} naming the field of the shape at fault.
 */
export function lineCollector(shape: LineShape): LineCollector {
  checkShape(shape);
  const hats = hatSums(shape);
  const rows: Row[] = [];
  return {
    add({ start, end, current, compensator, bracket, smoothRate }) {
      const S = hats.sum(current, 1), A = hats.sum(compensator, 1);
      rows.push({
        field: start.map((z, i) => (z + end[i]) / 2),
        S,
        A,
        M: S.map((s, e) => s - A[e]),
        B: hats.sum(bracket, 2),
        R: hats.sum(smoothRate, 1),
      });
    },
    take() {
      if (rows.length < 2) {
        throw new RangeError(`A block needs at least 2 realizations, not ${rows.length}.`);
      }
      return blockOf(shape, hats, rows.splice(0));
    },
  };
}

interface Row {
  readonly field: Float64Array;
  readonly S: Float64Array;
  readonly A: Float64Array;
  readonly M: Float64Array;
  readonly B: Float64Array;
  readonly R: Float64Array;
}

function blockOf(shape: LineShape, hats: HatSums, rows: readonly Row[]): LineBlock {
  const { elements, window, beta = 1 } = shape;
  const count = rows.length;
  const mean = (key: keyof Row) => meanOfRows(rows.map((row) => row[key]));
  const bracket = mean("B"), current = mean("S"), martingale = mean("M");
  const product = bracket.slice();
  for (const { S, M } of rows) {
    for (let e = 0; e < product.length; e++) {
      const ring = e - e % elements;
      const around = [ring + (e + elements - 1) % elements, e, ring + (e + 1) % elements];
      const covariation = (x: Float64Array, mean: Float64Array) =>
        (x[e] - mean[e]) * around.reduce((sum, f) => sum + x[f] - mean[f], 0);
      // Both about their sample means, so that the martingales' own scatter cancels.
      product[e] += (covariation(S, current) - covariation(M, martingale)) / (count - 1);
    }
  }
  const unit = beta / (2 * window * hats.squares);
  return {
    count,
    mobility: acrossLines(product.map((p) => unit * p), shape, narrowing(hats.variance)),
    instantaneous: acrossLines(bracket.map((b) => unit * b), shape, narrowing(hats.variance)),
    flux: fluxOf(mean("A").map((a) => a / window), shape),
    smoothFlux: fluxOf(unsmoothed(mean("R"), elements), shape),
    field: fieldOf(mean("field"), shape),
  };
}

/** Lines' elements from what smooth windows have seen. */
function unsmoothed(rate: Float64Array, elements: number): Float64Array {
  const out = new Float64Array(rate.length);
  for (let from = 0; from < rate.length; from += elements) {
    out.set(unsmooth(rate.subarray(from, from + elements)), from);
  }
  return out;
}

/** Net rates in hops per hop time become flux densities, hat averages across become points. */
function fluxOf(rate: Float64Array, shape: LineShape): Float64Array {
  const { dimension, side, elements } = shape;
  const unit = side / (side / elements) ** dimension;
  const others = axesOf(shape).slice(1);
  return perAxis(
    rate.map((a) => unit * a),
    shape,
    (values) => pointsAlong(values, "fourth-order", dimension, others),
  );
}

function fieldOf(z: Float64Array, shape: LineShape): Float64Array {
  const { dimension, elements } = shape;
  const averages = z.map((value) => value * z.length);
  const others = axesOf(shape).slice(1);
  const out = new Float64Array(dimension * z.length);
  for (let axis = 0; axis < dimension; axis++) {
    const first = withAxisFirst(averages, dimension, axis);
    const points = pointsAlong(first, "fourth-order", dimension, others);
    out.set(points.map((value) => value / elements), axis * z.length);
  }
  return out;
}

const axesOf = ({ dimension }: LineShape) => Array.from({ length: dimension }, (_, axis) => axis);

/** Means over a weight of some variance become values at its middle, to fourth order. */
const narrowing = (variance: number) => (line: Float64Array) => {
  const own = line.slice(), n = line.length;
  for (let j = 0; j < n; j++) {
    line[j] -= variance / 2 * (own[(j + 1) % n] - 2 * own[j] + own[(j + n - 1) % n]);
  }
};

function acrossLines(
  values: Float64Array,
  shape: LineShape,
  change: (line: Float64Array) => void,
): Float64Array {
  const { dimension, elements } = shape;
  return perAxis(values, shape, (one) => {
    for (const other of axesOf(shape).slice(1)) {
      changeLines(one, elements, dimension, other, change);
    }
    return one;
  });
}

/** Of each axis apart, its own lines first. */
function perAxis(
  values: Float64Array,
  { dimension }: LineShape,
  map: (values: Float64Array) => Float64Array,
): Float64Array {
  const size = values.length / dimension, out = new Float64Array(values.length);
  for (let axis = 0; axis < dimension; axis++) {
    out.set(map(values.slice(axis * size, (axis + 1) * size)), axis * size);
  }
  return out;
}
