/**
 * What one window `[t0, t0 + h]` of a process with `F` conserved fields leaves, on `M` elements of a ring. Fields
 * are averages over hat functions, `[F, M]`.
 */
export interface FieldsRecord {
  /** At `t0`. */
  readonly start: Float64Array;
  /** Their means over the window. */
  readonly fields: Float64Array;
  /**
   * `[F, M]` mean fluxes to the right through the middles of the elements, over quadratic B-splines (three
   * elements wide), each jump by its expectation: those are differences of local functions, which over a
   * B-spline become differences of averages over hats.
   */
  readonly flux: Float64Array;
  /**
   * `[F (F + 1) / 2, M]`, the lower triangle of M row by row, from products of what the jumps over the bonds
   * of an element carried: without bias at any `h`.
   */
  readonly dissipation: Float64Array;
}

/** A record of zeros. */
export function createFieldsRecord(fields: number, elements: number): FieldsRecord {
  const array = (rows: number) => new Float64Array(rows * elements);
  return {
    start: array(fields),
    fields: array(fields),
    flux: array(fields),
    dissipation: array(fields * (fields + 1) / 2),
  };
}
