/**
 * Poisson variates, exact in law (up to 53-bit uniforms).
 *
 * Small means: inversion by sequential search. Large means: Hörmann's transformed rejection PTRS
 * ("The transformed rejection method for generating Poisson random variables", 1993).
 *
 * @param mean Non-negative and finite.
 * @param uniform Source of uniforms on `[0, 1)`.
 * @throws {RangeError} if `mean` is negative or not finite.
 */
export function poisson(mean: number, uniform: () => number): number {
  if (!(mean >= 0) || !Number.isFinite(mean)) {
    throw new RangeError(`A Poisson mean must be finite and not negative, not ${mean}.`);
  }
  return mean < 10 ? bySearch(mean, uniform) : byRejection(mean, uniform);
}

function bySearch(mean: number, uniform: () => number): number {
  let k = 0;
  let p = Math.exp(-mean);
  let u = uniform() - p;
  // The bound only cuts the loop where the remaining tail is below the uniforms' resolution.
  while (u >= 0 && k < 200) {
    k++;
    p *= mean / k;
    u -= p;
  }
  return k;
}

function byRejection(mean: number, uniform: () => number): number {
  const root = Math.sqrt(mean);
  const b = 0.931 + 2.53 * root;
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const vr = 0.9277 - 3.6224 / (b - 2);
  const logMean = Math.log(mean);
  for (;;) {
    const u = uniform() - 0.5;
    const v = 1 - uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vr) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const accept = Math.log(v * inverseAlpha / (a / (us * us) + b));
    if (accept <= k * logMean - mean - logFactorial(k)) return k;
  }
}

/** ln k! by Stirling's series, relative error below 1e-15 for k >= 10; a table below. */
export function logFactorial(k: number): number {
  if (k < FACTORIALS.length) return Math.log(FACTORIALS[k]);
  const x = k + 1;
  const r = 1 / (x * x);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + series;
}
const FACTORIALS = [1];
for (let k = 1; k < 10; k++) FACTORIALS.push(k * FACTORIALS[k - 1]);
