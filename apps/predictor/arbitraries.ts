import fc from "fast-check";

/** A profile of two modes inside (0.05, 0.95), as a function of x. */
export const smoothProfile: fc.Arbitrary<(x: number) => number> = fc.record({
  mean: fc.double({ min: 0.3, max: 0.7, noNaN: true }),
  first: fc.double({ min: 0, max: 0.7, noNaN: true }),
  second: fc.double({ min: 0, max: 0.25, noNaN: true }),
  phase: fc.double({ min: 0, max: 6.3, noNaN: true }),
}).map(({ mean, first, second, phase }) => {
  const room = Math.min(mean, 1 - mean) - 0.05;
  return (x) =>
    mean + room * (first * Math.cos(2 * Math.PI * x + phase) + second * Math.cos(4 * Math.PI * x));
});

/** Nodal densities without any smoothness. */
export const rough = (elements: number): fc.Arbitrary<Float64Array> =>
  fc.array(fc.double({ min: 0.1, max: 0.9, noNaN: true }), {
    minLength: elements,
    maxLength: elements,
  }).map((values) => Float64Array.from(values));
