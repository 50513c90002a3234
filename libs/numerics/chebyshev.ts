/** A smooth function on an interval by its Chebyshev series. */
export interface ChebyshevSeries {
  value(x: number): number;
  /** Integral from the interval's lower end. */
  integral(x: number): number;
  derivative(x: number): number;
  /** Largest of the last coefficients over the largest: what the cut series leaves, for smooth functions. */
  readonly tail: number;
}

/** Coefficients that tell whether a series has ended. */
const TAIL = 3;

/**
 * Interpolates at the zeros of the Chebyshev polynomial of degree `points`, all inside of the interval
 * (Trefethen, "Approximation Theory and Approximation Practice", 2013, chapters 3 and 4).
 */
export function chebyshevSeries(
  f: (x: number) => number,
  low: number,
  high: number,
  points: number,
): ChebyshevSeries {
  const angle = Array.from({ length: points }, (_, j) => Math.PI * (j + 0.5) / points);
  const values = angle.map((a) => f(low + (high - low) * (1 + Math.cos(a)) / 2));
  const coefficients = Float64Array.from({ length: points }, (_, k) => {
    const sum = values.reduce((total, v, j) => total + v * Math.cos(k * angle[j]), 0);
    return (k === 0 ? 1 : 2) * sum / points;
  });
  const integrals = integrated(coefficients, (high - low) / 2);
  const size = (from: number) => Math.max(...coefficients.subarray(from).map(Math.abs));
  const at = (series: Float64Array) => (x: number) =>
    clenshaw(series, (2 * x - low - high) / (high - low));
  return {
    value: at(coefficients),
    integral: at(integrals),
    derivative: at(differentiated(coefficients, (high - low) / 2)),
    tail: size(0) === 0 ? 0 : size(Math.max(0, points - TAIL)) / size(0),
  };
}

/** The series of the integral from -1, for an interval of half-length `half`. */
function integrated(c: Float64Array, half: number): Float64Array {
  const out = new Float64Array(c.length + 1);
  const at = (k: number) => c[k] ?? 0;
  for (let k = 1; k < out.length; k++) {
    out[k] = half * ((k === 1 ? 2 : 1) * at(k - 1) - at(k + 1)) / (2 * k);
  }
  // T_k(-1) = (-1)^k, so that the integral vanishes at the lower end.
  for (let k = 1; k < out.length; k++) out[0] -= (k % 2 === 0 ? 1 : -1) * out[k];
  return out;
}

/** The series of the derivative, for an interval of half-length `half`. */
function differentiated(c: Float64Array, half: number): Float64Array {
  const out = new Float64Array(c.length + 1);
  for (let k = c.length - 1; k > 0; k--) out[k - 1] = (out[k + 1] ?? 0) + 2 * k * c[k] / half;
  out[0] /= 2;
  return out.subarray(0, Math.max(1, c.length - 1));
}

/** `sum of c_k T_k(t)`. */
function clenshaw(c: Float64Array, t: number): number {
  let next = 0, afterNext = 0;
  for (let k = c.length - 1; k > 0; k--) {
    [next, afterNext] = [2 * t * next - afterNext + c[k], next];
  }
  return t * next - afterNext + c[0];
}
