import fc from "fast-check";

/** A number between two ends, all as likely: fast-check's doubles are nearly all close to 0. */
const even = (min: number, max: number): fc.Arbitrary<number> =>
  fc.nat(1000).map((k) => min + (max - min) * k / 1000);

/** A profile of two modes inside (0.05, 0.95), as a function of x. */
export const smoothProfile: fc.Arbitrary<(x: number) => number> = fc.record({
  mean: even(0.3, 0.7),
  first: even(0, 0.7),
  second: even(0, 0.25),
  phase: even(0, 6.3),
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
