/** A function of the density that a law consists of. */
export interface LawQuantity {
  readonly key: "mobility" | "diffusivity" | "curvature" | "drivingForce" | "freeEnergy" | "K1";
  readonly symbol: string;
  readonly title: string;
  readonly unit: string;
  /** Its unit where densities have one. */
  readonly fileUnit: string;
  readonly caption: string;
}

/** In the order in which they are shown; units with length = the domain, time = diffusive. */
export const LAW_QUANTITIES: readonly LawQuantity[] = [
  {
    key: "mobility",
    symbol: "m",
    title: "Mobility m(ρ)",
    unit: "length²/(energy·time)",
    fileUnit: "density·length²/(energy·time)",
    caption: "The flux is −m ∂ₓf′(ρ).",
  },
  {
    key: "diffusivity",
    symbol: "D",
    title: "Diffusivity D(ρ)",
    unit: "length²/time",
    fileUnit: "length²/time",
    caption: "D = m f″, member by member.",
  },
  {
    key: "curvature",
    symbol: "f''",
    title: "Curvature f″(ρ)",
    unit: "energy",
    fileUnit: "energy/density",
    caption: "The derivative of the driving force; a mixture with f″ < 0 separates.",
  },
  {
    key: "drivingForce",
    symbol: "f'",
    title: "Driving force f′(ρ)",
    unit: "energy",
    fileUnit: "energy",
    caption: "Zero at the reference density: its constant cannot be observed.",
  },
  {
    key: "freeEnergy",
    symbol: "f",
    title: "Free energy f(ρ)",
    unit: "energy",
    fileUnit: "energy·density",
    caption: "The integral of f′ from the reference density on.",
  },
  {
    key: "K1",
    symbol: "K1",
    title: "Operator entry K₁(ρ,ρ)",
    unit: "1/(energy·time)",
    fileUnit: "density·length/(energy·time)",
    caption: "−m/Δ on the mesh that the model was trained with.",
  },
];
