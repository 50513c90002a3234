/** Generators for property tests. */
import fc from "fast-check";
import { randomEntropy } from "./_laws.ts";

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** Random networks as entropies. */
export const entropies = fc.array(
  fc.tuple(number(-0.3, 0.3), number(-2, 2), number(-2, 2), number(-1, 1)),
  { minLength: 1, maxLength: 8 },
).map(randomEntropy);

/** A vector `[3, nodes]` without structure. */
export const vectors = (nodes: number) =>
  fc.array(number(-1, 1), { minLength: 3 * nodes, maxLength: 3 * nodes }).map((values) =>
    Float64Array.from(values)
  );

/** A rough state `[3, nodes]` with `u` between 1 and 2. */
export const states = (nodes: number) =>
  vectors(nodes).map((values) => {
    for (let i = 0; i < nodes; i++) {
      values[i] = 0.4 + 0.4 * values[i];
      values[2 * nodes + i] = 1.5 + values[2 * nodes + i] / 2 + values[nodes + i] ** 2 / 2;
    }
    return values;
  });
