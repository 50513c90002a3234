/**
 * `out = D values`, the antisymmetric circulant difference of fourth order,
 * `(8 (v_{i+1} - v_{i-1}) - (v_{i+2} - v_{i-2})) nodes / 12`; at least five nodes.
 */
export function difference(values: Float64Array, out: Float64Array): void {
  const n = values.length;
  const near = 8 * n / 12, far = n / 12;
  for (let i = 0; i < n; i++) {
    const right = i + 1 === n ? 0 : i + 1, left = i === 0 ? n - 1 : i - 1;
    const right2 = right + 1 === n ? 0 : right + 1, left2 = left === 0 ? n - 1 : left - 1;
    out[i] = near * (values[right] - values[left]) - far * (values[right2] - values[left2]);
  }
}
