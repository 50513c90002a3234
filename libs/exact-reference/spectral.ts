/** Fields on a uniform periodic grid: linear maps of their modes, and time steps. */

/**
 * First column `[n]` of the circulant matrix whose symbol at the wave number k is `re + i im` (even, odd in k); 0 at
 * the shortest wave of an even n, which has no partner.
 */
export function circulant(n: number, symbol: (k: number) => [number, number]): Float64Array {
  const column = new Float64Array(n);
  for (let d = 0; d < n; d++) {
    let sum = symbol(0)[0];
    for (let mode = 1; mode <= (n - 1) / 2; mode++) {
      const [re, im] = symbol(2 * Math.PI * mode);
      const angle = 2 * Math.PI * mode * d / n;
      sum += 2 * (re * Math.cos(angle) - im * Math.sin(angle));
    }
    column[d] = sum / n;
  }
  return column;
}

export function applyCirculant(
  column: Float64Array,
  values: Float64Array,
): Float64Array<ArrayBuffer> {
  const n = values.length;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += column[i >= j ? i - j : i - j + n] * values[j];
    out[i] = sum;
  }
  return out;
}

/**
 * The field at each time, by the classical Runge-Kutta method in steps of at most `limit`.
 *
 * @param times Rising, not negative.
 */
export function followed(
  rate: (field: Float64Array) => Float64Array,
  start: Float64Array<ArrayBuffer>,
  times: readonly number[],
  limit: number,
): Float64Array[] {
  let field = start;
  let now = 0;
  return times.map((time) => {
    const steps = Math.max(1, Math.ceil((time - now) / limit));
    const h = (time - now) / steps;
    for (let s = 0; s < steps && h > 0; s++) field = rungeKutta(rate, field, h);
    now = time;
    return Float64Array.from(field);
  });
}

function rungeKutta(
  rate: (density: Float64Array) => Float64Array,
  y: Float64Array<ArrayBuffer>,
  h: number,
): Float64Array<ArrayBuffer> {
  const k1 = rate(y);
  const k2 = rate(y.map((v, i) => v + h / 2 * k1[i]));
  const k3 = rate(y.map((v, i) => v + h / 2 * k2[i]));
  const k4 = rate(y.map((v, i) => v + h * k3[i]));
  return y.map((v, i) => v + h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
}
