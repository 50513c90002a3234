import type { Quantity } from "../types.ts";

const DENSITY: Quantity = { name: "density", unit: "particles per site" };

/** Axis of a conserved quantity. */
export const quantityLabel = ({ name, unit } = DENSITY): string => `${name} ρ (${unit})`;

/** Axis of what separates two profiles of it. */
export const residualLabel = ({ name, unit } = DENSITY): string => `${name} residual (${unit})`;
