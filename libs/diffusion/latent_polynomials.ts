/** Number of {@link latentPolynomials}. */
export const LATENT_TERMS = 4;

/**
 * The normalised Hermite polynomials `1, z, (z^2 - 1) / sqrt(2), (z^3 - 3 z) / sqrt(6)` of a member's latent:
 * functions of the latent that an epinet's steered index can be, orthonormal over a standard normal `z`.
 */
export function latentPolynomials(latent: number): [number, number, number, number] {
  const square = latent * latent;
  return [1, latent, (square - 1) / Math.SQRT2, latent * (square - 3) / Math.sqrt(6)];
}
