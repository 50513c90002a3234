/** Binary tree of sums: draws an index by its weight and changes a weight in `O(log n)`, without drift. */

/** Leaves `[size, 2 size)`; node `i` is the sum of `2i` and `2i + 1`. */
export interface SumTree {
  readonly size: number;
  readonly node: Float64Array;
}

/** A tree of zeros over `count` weights. */
export function createSumTree(count: number): SumTree {
  let size = 1;
  while (size < count) size *= 2;
  return { size, node: new Float64Array(2 * size) };
}

/** Sets one weight. */
export function setWeight({ size, node }: SumTree, index: number, weight: number): void {
  let i = size + index;
  node[i] = weight;
  for (i >>= 1; i > 0; i >>= 1) node[i] = node[2 * i] + node[2 * i + 1];
}

/** The index in whose share `target` lies, `0 <= target < node[1]`. */
export function indexAt({ size, node }: SumTree, target: number): number {
  let i = 1, rest = target;
  while (i < size) {
    i *= 2;
    // Rounding may leave `rest` at a sum's end: never enter a branch without weight.
    if (rest >= node[i] && node[i + 1] > 0) {
      rest -= node[i];
      i++;
    }
  }
  return i - size;
}
