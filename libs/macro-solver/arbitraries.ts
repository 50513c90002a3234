import fc from "fast-check";

/** A number between two ends, all as likely: fast-check's doubles are nearly all close to 0. */
export const even = (min: number, max: number): fc.Arbitrary<number> =>
  fc.nat(1000).map((k) => min + (max - min) * k / 1000);

/** Mobilities of the pairs of one member: `pairs` values in `[0, largest]`, zeros included. */
export const mobilities = (pairs: number, largest = 1e3): fc.Arbitrary<Float64Array> =>
  fc.array(fc.oneof(fc.double({ min: 1e-9, max: largest, noNaN: true }), fc.constant(0)), {
    minLength: pairs,
    maxLength: pairs,
  }).map((values) => Float64Array.from(values));

/** Nodal densities well inside (0, 1), without any smoothness. */
export const roughDensity = (elements: number): fc.Arbitrary<Float64Array> =>
  fc.array(fc.double({ min: 0.02, max: 0.98, noNaN: true }), {
    minLength: elements,
    maxLength: elements,
  }).map((values) => Float64Array.from(values));
