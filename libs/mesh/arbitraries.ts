import fc from "fast-check";

/** A value between two ends: one in two of few digits, since fast-check's doubles are nearly all close to 0. */
export const value = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.double({ min, max, noNaN: true }),
    fc.nat(1000).map((k) => min + (max - min) * k / 1000),
  );

/** `n` values between two ends. */
export const values = (n: number, min: number, max: number): fc.Arbitrary<Float64Array> =>
  fc.array(value(min, max), { minLength: n, maxLength: n }).map((all) => Float64Array.from(all));
