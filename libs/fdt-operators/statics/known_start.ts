/** What is known of a start in equilibrium besides the particles: it tells of f'' without any flux. */
export type KnownStart =
  /** Homogeneous and at rest: its fluctuations are those of equilibrium. */
  | { readonly kind: "homogeneous" }
  /** At rest under the energy `amplitude cos(2 pi k x)` of a particle, x from 0 to 1, which is gone after the start. */
  | { readonly kind: "potential"; readonly k: number; readonly amplitude: number };
