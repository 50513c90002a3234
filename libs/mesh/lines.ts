/** Arrays `[M]`, `[M, M]` or `[M, M, M]` over the nodes or elements of a torus, the first axis fastest. */

/** How many dimensions a torus has. */
export type Dimension = 1 | 2 | 3;

/**
 * Changes every line of values along one axis.
 *
 * @param values `[M^d]`, changed in place.
 * @param change Gets a line `[M]`, changed in place; its memory is used for the next.
 */
export function changeLines(
  values: Float64Array,
  elements: number,
  dimension: Dimension,
  axis: number,
  change: (line: Float64Array) => void,
): void {
  const line = new Float64Array(elements);
  const stride = elements ** axis, count = elements ** (dimension - 1);
  for (let l = 0; l < count; l++) {
    const from = lineStart(l, stride, elements);
    for (let i = 0, at = from; i < elements; i++, at += stride) line[i] = values[at];
    change(line);
    for (let i = 0, at = from; i < elements; i++, at += stride) values[at] = line[i];
  }
}

/**
 * Maps every line along one axis to one of another length.
 *
 * @param shape Lengths of the axes.
 * @param map Gets a line `[shape[axis]]` of its own and gives `[length]`.
 * @returns Values of the shape with `length` in place of `shape[axis]`.
 */
export function mapLines(
  values: Float64Array,
  shape: readonly number[],
  axis: number,
  length: number,
  map: (line: Float64Array) => Float64Array,
): Float64Array {
  const own = shape[axis];
  const stride = shape.slice(0, axis).reduce((size, n) => size * n, 1);
  const out = new Float64Array(values.length / own * length);
  for (let l = 0, count = values.length / own; l < count; l++) {
    const from = lineStart(l, stride, own), to = lineStart(l, stride, length);
    map(Float64Array.from({ length: own }, (_, i) => values[from + i * stride]))
      .forEach((value, i) => out[to + i * stride] = value);
  }
  return out;
}

/**
 * Maps the lines along every axis, the first axis first.
 *
 * @param values `[from^d]`. @param map Gets a line `[from]` of its own and gives `[to]`.
 * @returns `[to^d]`.
 */
export function mapAllLines(
  values: Float64Array,
  from: number,
  to: number,
  dimension: Dimension,
  map: (line: Float64Array) => Float64Array,
): Float64Array {
  const shape = new Array<number>(dimension).fill(from);
  let mapped = values;
  for (let axis = 0; axis < dimension; axis++) {
    mapped = mapLines(mapped, shape, axis, to, map);
    shape[axis] = to;
  }
  return mapped;
}

/** Values `[n^d]` in the order in which another axis is the first; the others keep theirs. */
export function withAxisFirst(
  values: Float64Array,
  dimension: Dimension,
  axis: number,
): Float64Array {
  const n = sideOf(values.length, dimension);
  const stride = n ** axis;
  return values.map((_, index) => {
    const along = index % n, line = Math.floor(index / n);
    return values[lineStart(line, stride, n) + along * stride];
  });
}

/** Where line `l` of those along an axis begins. */
function lineStart(l: number, stride: number, length: number): number {
  const low = l % stride;
  return low + (l - low) * length;
}

/** Side of a square or cube of so many values. @throws {RangeError} if it is none. */
export function sideOf(values: number, dimension: Dimension): number {
  const side = Math.round(values ** (1 / dimension));
  if (side ** dimension !== values) {
    const shape = ["a ring", "a square", "a cube"][dimension - 1];
    throw new RangeError(`${values} values do not fill ${shape} of whole sides.`);
  }
  return side;
}
