/** Where the attempts of a word are recorded: in the memory of the compiled loops, where they run. */

/** Arrays of recorded attempts. */
export interface RecordArrays {
  /** Attempts that there is room for, a multiple of 64. */
  readonly capacity: number;
  /** `[capacity]`, bonds. */
  readonly attempted: Uint32Array;
  /** `[capacity, width / 32]`, a bit for each replica. */
  readonly accepted: Uint32Array;
  /** `[64, capacity / 32]`, a bit for each attempt, of 64 replicas. */
  readonly hops: Uint32Array;
}

/** Bytes of the arrays, in the order of {@link RecordArrays}; none for no attempts. */
export const recordSizes = (capacity: number, width: number): number[] =>
  capacity === 0 ? [] : [4 * capacity, capacity * width / 8, 8 * capacity];
