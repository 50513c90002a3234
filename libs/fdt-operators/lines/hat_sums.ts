/** From rows of sites to lines of nodes: sums with the hats of the other axes as weights. */
import { hatFunction, mapLines } from "@spiediff/mesh";
import { type LineShape, linesOf } from "./shape.ts";

/** Sums over rows, and what they are of. */
export interface HatSums {
  /** `[d * N^(d-1) * M]` to `[d * M^d]`, weights to a power: of currents 1, of their brackets 2. */
  sum(segments: Float64Array, power: 1 | 2): Float64Array;
  /** Sum of the squared weights of one element's bonds. */
  readonly squares: number;
  /** Variance of a position along another axis under the squared weights, in elements squared. */
  readonly variance: number;
}

/** Prepares the weights of a shape. */
export function hatSums(shape: LineShape): HatSums {
  const { dimension, side, elements } = shape;
  const perElement = side / elements;
  /** Row, hat, weight: two hats reach every row. */
  const weights = Array.from({ length: side }, (_, y) => {
    const below = Math.floor(y / perElement);
    return [below, (below + 1) % elements].map((j) =>
      [j, hatFunction(j, y / side, elements)] as const
    );
  });
  const along = (power: 1 | 2) => (line: Float64Array) => {
    const out = new Float64Array(elements);
    line.forEach((value, y) => {
      for (const [j, weight] of weights[y]) out[j] += (power === 1 ? weight : weight ** 2) * value;
    });
    return out;
  };
  const maps = { 1: along(1), 2: along(2) };
  const squares = weights.reduce(
    (total, hats) => total + hats.reduce((sum, [j, w]) => sum + (j === 0 ? w * w : 0), 0),
    0,
  );
  const second = weights.reduce((total, hats, y) => {
    const away = Math.min(y, side - y) / perElement;
    return total + hats.reduce((sum, [j, w]) => sum + (j === 0 ? (w * away) ** 2 : 0), 0);
  }, 0);
  return {
    squares: perElement * squares ** (dimension - 1),
    variance: second / squares,
    sum(segments, power) {
      const perAxis = segments.length / dimension;
      const out = new Float64Array(dimension * elements * linesOf(shape));
      for (let axis = 0; axis < dimension; axis++) {
        let values: Float64Array = segments.slice(axis * perAxis, (axis + 1) * perAxis);
        const lengths = [elements, ...new Array<number>(dimension - 1).fill(side)];
        for (let other = 1; other < dimension; other++) {
          values = mapLines(values, lengths, other, elements, maps[power]);
          lengths[other] = elements;
        }
        out.set(values, axis * values.length);
      }
      return out;
    },
  };
}
