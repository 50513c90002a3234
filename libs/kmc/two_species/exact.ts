/**
 * `M f'' = 1` for two species that change places: both densities obey the heat equation, wave by wave
 * `exp(-(2 pi k)^2 t)`.
 */
export function decayOfWaves(values: Float64Array, time: number): Float64Array {
  const n = values.length, out = new Float64Array(n);
  for (let k = 0; 2 * k <= n; k++) {
    let cos = 0, sin = 0;
    for (let i = 0; i < n; i++) {
      const angle = 2 * Math.PI * k * i / n;
      cos += values[i] * Math.cos(angle);
      sin += values[i] * Math.sin(angle);
    }
    const share = (k === 0 || 2 * k === n ? 1 : 2) / n * Math.exp(-((2 * Math.PI * k) ** 2) * time);
    for (let i = 0; i < n; i++) {
      const angle = 2 * Math.PI * k * i / n;
      out[i] += share * (cos * Math.cos(angle) + sin * Math.sin(angle));
    }
  }
  return out;
}
