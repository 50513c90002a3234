/**
 * Derivatives of a convex network's values and derivatives in its parameters, by the adjoints of
 * {@link convexFunction}: what a fit to curvatures and slopes needs, at a fiftieth of the cost of differences.
 */
import { softplus } from "@spiediff/numerics";
import { type ConvexShape, cut, JET } from "./convex_network.ts";

/** Fills the jet `[6]` at a point, and its derivatives `[6, P]`. */
export type ConvexGradient = (x: number, y: number, jet: Float64Array, out: Float64Array) => void;

const zeros = () => new Float64Array(JET);
const logistic = (v: number) => 1 / (1 + Math.exp(-v));

/** A softplus unit: its input with derivatives, the same of what comes out, and slopes of softplus to third order. */
interface Unit {
  readonly input: Float64Array;
  readonly output: Float64Array;
  readonly slopes: Float64Array;
}

const newUnits = (count: number): Unit[] =>
  Array.from({ length: count }, () => ({
    input: new Float64Array(JET),
    output: new Float64Array(JET),
    slopes: new Float64Array(3),
  }));

function activate({ input: [v, gx, gy, xx, xy, yy], output, slopes }: Unit): void {
  const rate = logistic(v), curve = rate * (1 - rate);
  slopes[0] = rate;
  slopes[1] = curve;
  slopes[2] = curve * (1 - 2 * rate);
  output[0] = softplus(v);
  output[1] = rate * gx;
  output[2] = rate * gy;
  output[3] = rate * xx + curve * gx * gx;
  output[4] = rate * xy + curve * gx * gy;
  output[5] = rate * yy + curve * gy * gy;
}

/** Adjoints of a unit's input by those of what comes out. */
function pullBack(
  { input, slopes: [rate, curve, third] }: Unit,
  from: Float64Array,
  to: Float64Array,
) {
  const [, gx, gy, xx, xy, yy] = input, [v, x, y, p, q, r] = from;
  to[0] = v * rate + curve * (x * gx + y * gy + p * xx + q * xy + r * yy) +
    third * (p * gx * gx + q * gx * gy + r * gy * gy);
  to[1] = x * rate + curve * (2 * p * gx + q * gy);
  to[2] = y * rate + curve * (q * gx + 2 * r * gy);
  to[3] = p * rate;
  to[4] = q * rate;
  to[5] = r * rate;
}

/** Weights as they act, with their derivatives in the parameters; and where each kind of parameters begins. */
function weightsOf({ first, second, fallsInSecond }: ConvexShape, parameters: Float64Array) {
  const slope = (raw: number) => fallsInSecond ? -softplus(raw) : raw;
  const slopeRate = (raw: number) => fallsInSecond ? -logistic(raw) : 1;
  const onFields = (raw: Float64Array) => ({
    value: raw.map((v, k) => k % 2 === 0 ? v : slope(v)),
    rate: raw.map((v, k) => k % 2 === 0 ? 1 : slopeRate(v)),
  });
  const positive = (raw: Float64Array) => ({ value: raw.map(softplus), rate: raw.map(logistic) });
  const lengths = [2 * first, first, second * first, 2 * second, second, second, 2];
  const [w, b, a, v, d, c, l] = cut(parameters, lengths);
  const starts = lengths.map((_, k) => lengths.slice(0, k).reduce((sum, n) => sum + n, 0));
  return {
    ...{ w: onFields(w), b, mix: positive(a), v: onFields(v), d },
    ...{ weights: positive(c), linear: onFields(l), starts },
  };
}

/** The function of a set of parameters, in the order W, b, a, V, d, c, l of {@link convexFunction}. */
export function convexGradient(shape: ConvexShape, parameters: Float64Array): ConvexGradient {
  const { first, second } = shape;
  const { w, b, mix, v, d, weights, linear, starts } = weightsOf(shape, parameters);
  const [, atB, atA, atV, atD, atC, atL] = starts, size = atL + 2;
  const one = newUnits(first), two = newUnits(second);
  const seed = new Float64Array(JET), adjoint = new Float64Array(JET), hidden = one.map(zeros);
  const forward = (x: number, y: number) => {
    one.forEach((unit, j) => enter(unit, w.value, b, j, x, y));
    two.forEach((unit, k) => {
      enter(unit, v.value, d, k, x, y, (input) => {
        for (let j = 0, at = k * first; j < first; j++, at++) {
          for (let q = 0; q < JET; q++) input[q] += mix.value[at] * one[j].output[q];
        }
      });
    });
  };
  /** Derivatives in the weights on the fields of unit `j`, from its adjoints. */
  const intoFields = (
    row: Float64Array,
    from: number,
    rate: Float64Array,
    j: number,
    at: number[],
  ) => {
    row[from + 2 * j] = rate[2 * j] * (adjoint[0] * at[0] + adjoint[1]);
    row[from + 2 * j + 1] = rate[2 * j + 1] * (adjoint[0] * at[1] + adjoint[2]);
  };
  return (x, y, jet, out) => {
    forward(x, y);
    out.fill(0);
    const at = [x, y];
    for (let q = 0; q < JET; q++) {
      const row = out.subarray(q * size, (q + 1) * size);
      hidden.forEach((own) => own.fill(0));
      jet[q] = 0;
      for (let k = 0; k < second; k++) {
        jet[q] += weights.value[k] * two[k].output[q];
        row[atC + k] = weights.rate[k] * two[k].output[q];
        seed.fill(0);
        seed[q] = weights.value[k];
        pullBack(two[k], seed, adjoint);
        row[atD + k] = adjoint[0];
        intoFields(row, atV, v.rate, k, at);
        for (let j = 0, m = k * first; j < first; j++, m++) {
          row[atA + m] = mix.rate[m] * through(adjoint, one[j].output, mix.value[m], hidden[j]);
        }
      }
      for (let j = 0; j < first; j++) {
        pullBack(one[j], hidden[j], adjoint);
        row[atB + j] = adjoint[0];
        intoFields(row, 0, w.rate, j, at);
      }
      for (let i = 0; i < 2; i++) {
        const part = q === 0 ? at[i] : q === i + 1 ? 1 : 0;
        jet[q] += linear.value[i] * part;
        row[atL + i] = linear.rate[i] * part;
      }
    }
  };
}

/** What unit `j` is given by the fields, and by what is added; it is activated. */
function enter(
  unit: Unit,
  weights: Float64Array,
  bias: Float64Array,
  j: number,
  x: number,
  y: number,
  add?: (input: Float64Array) => void,
): void {
  const inX = weights[2 * j], inY = weights[2 * j + 1];
  unit.input.set([inX * x + inY * y + bias[j], inX, inY, 0, 0, 0]);
  add?.(unit.input);
  activate(unit);
}

/** Carries adjoints through one weight between layers into `below`. @returns The weight's own derivative. */
function through(
  adjoint: Float64Array,
  output: Float64Array,
  weight: number,
  below: Float64Array,
): number {
  let sum = 0;
  for (let q = 0; q < JET; q++) {
    sum += adjoint[q] * output[q];
    below[q] += weight * adjoint[q];
  }
  return sum;
}
