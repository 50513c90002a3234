import fc from "fast-check";

/** Operator entries of one member: `elements` values in `[-largest, 0]`, zeros included. */
export const nonPositiveEntries = (elements: number, largest = 1e3): fc.Arbitrary<Float64Array> =>
  fc.array(fc.oneof(fc.double({ min: -largest, max: 0, noNaN: true }), fc.constant(0)), {
    minLength: elements,
    maxLength: elements,
  }).map((values) => Float64Array.from(values));

/** Nodal densities well inside (0, 1), without any smoothness. */
export const roughDensity = (elements: number): fc.Arbitrary<Float64Array> =>
  fc.array(fc.double({ min: 0.02, max: 0.98, noNaN: true }), {
    minLength: elements,
    maxLength: elements,
  }).map((values) => Float64Array.from(values));
