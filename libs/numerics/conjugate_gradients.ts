/** Solves `A x = b` and gives how often A was applied. */
export type SymmetricSolver = (
  /** `out = A v` for an A that is symmetric and positive definite in the solver's inner product. */
  apply: (v: Float64Array, out: Float64Array) => void,
  /** Right-hand side on entry, solution on return. */
  x: Float64Array,
) => number;

/**
 * Conjugate gradients (Hestenes & Stiefel 1952) from zero on, with memory of their own: they end when the
 * residual is below `tolerance` of the right-hand side, or after `most` products.
 *
 * @param dot Inner product. @defaultValue the sum of products
 */
export function conjugateGradients(
  size: number,
  tolerance = 1e-10,
  most = 1000,
  dot: (a: Float64Array, b: Float64Array) => number = sumOfProducts,
): SymmetricSolver {
  const [residual, direction, image] = Array.from({ length: 3 }, () => new Float64Array(size));
  return (apply, x) => {
    residual.set(x);
    direction.set(x);
    x.fill(0);
    let square = dot(residual, residual), products = 0;
    const enough = tolerance * tolerance * square;
    for (; products < most && square > enough; products++) {
      apply(direction, image);
      const step = square / dot(direction, image), before = square;
      for (let i = 0; i < size; i++) {
        x[i] += step * direction[i];
        residual[i] -= step * image[i];
      }
      square = dot(residual, residual);
      const share = square / before;
      for (let i = 0; i < size; i++) direction[i] = residual[i] + share * direction[i];
    }
    return products;
  };
}

function sumOfProducts(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
