import { weightedLeastSquares } from "@spiediff/numerics";

/**
 * Deviations of rows from their mean once what goes with the fields of the same place is taken out. What is measured
 * at a place is held against a law at the fields that were measured there: what both have in common is no error.
 *
 * @param rows `[E, M]` each, one a realization. @param fields `[F, M]` each.
 */
export function givenFields(
  rows: readonly Float64Array[],
  fields: readonly Float64Array[],
  places: number,
): Float64Array[] {
  const R = rows.length, ones = new Float64Array(R).fill(1);
  const centred = (all: readonly Float64Array[], k: number) => {
    const values = Float64Array.from(all, (row) => row[k]);
    const mean = values.reduce((a, b) => a + b, 0) / R;
    return values.map((v) => v - mean);
  };
  const out = rows.map((row) => new Float64Array(row.length));
  for (let i = 0; i < places; i++) {
    const columns: Float64Array[] = [];
    for (let k = i; k < fields[0].length; k += places) columns.push(centred(fields, k));
    // Where a field never varies nothing goes with it.
    const map = weightedLeastSquares(columns, ones) ?? [];
    for (let k = i; k < rows[0].length; k += places) {
      const values = centred(rows, k);
      const gains = map.map((row) => row.reduce((sum, w, n) => sum + w * values[n], 0));
      gains.forEach((gain, c) => columns[c].forEach((v, n) => values[n] -= gain * v));
      values.forEach((v, n) => out[n][k] = v);
    }
  }
  return out;
}
