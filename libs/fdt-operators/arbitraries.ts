import fc from "fast-check";

/** Symmetric positive semi-definite matrices `[n, n]` as `B B^T`, `n` from 5 to 12. */
export const covariances: fc.Arbitrary<{ n: number; matrix: Float64Array }> = fc
  .integer({ min: 5, max: 12 })
  .chain((n) =>
    fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: n * n, maxLength: n * n })
      .map((b) => ({
        n,
        matrix: Float64Array.from({ length: n * n }, (_, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          let sum = 0;
          for (let k = 0; k < n; k++) sum += b[i * n + k] * b[j * n + k];
          return sum;
        }),
      }))
  );
