import fc from "fast-check";

/** `n` values between two ends. */
export const values = (n: number, min: number, max: number): fc.Arbitrary<Float64Array> =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: n, maxLength: n })
    .map((all) => Float64Array.from(all));
