/**
 * Share of a window's covariation that particles with momentum show of what overdamped ones do:
 * `1 - (1 - e^-x)/x`, `x = h / t_m` (docs/theory.md section 4).
 *
 * @param relaxation `t_m`, time in which momentum is forgotten; 0 for overdamped particles.
 */
export function momentumShare(h: number, relaxation = 0): number {
  if (relaxation === 0) return 1;
  const x = h / relaxation;
  // The first terms where the difference of large numbers would have no digits.
  return x < 1e-3 ? x / 2 - x * x / 6 : 1 + Math.expm1(-x) / x;
}
