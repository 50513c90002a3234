/** Mean `[n]` of one row or more of `n` numbers. */
export function meanOfRows(rows: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(rows[0].length);
  for (const row of rows) row.forEach((value, i) => mean[i] += value / rows.length);
  return mean;
}
