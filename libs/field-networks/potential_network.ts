/** A convex or concave potential in the fields' own units. */
import { softplus } from "@spiediff/numerics";
import { type ConvexFunction, convexFunction, convexParameters, JET } from "./convex_network.ts";
import { type ConvexGradient, convexGradient } from "./convex_gradient.ts";
import { mixtureIdeal } from "./mixture_ideal.ts";
import type { InputScaling } from "./types.ts";

/** All that a potential's network is besides its parameters; plain data. */
export interface PotentialNetwork {
  readonly first: number;
  readonly second: number;
  /** Whether a concave potential rises, and a convex one falls, in its second variable. */
  readonly monotonous: boolean;
  readonly scaling: InputScaling;
  /** Of its values: positive for a convex potential, negative for a concave one. */
  readonly unit: number;
  /**
   * The potential of particles without interaction, a learned positive multiple of which is added: near the ends
   * of a domain every potential goes like it, which no network does. None where null.
   */
  readonly ideal: "mixture" | null;
}

/** Number of parameters; the share of what is ideal is the last. */
export const potentialParameters = (network: PotentialNetwork): number =>
  convexParameters({ ...network, fallsInSecond: network.monotonous }) +
  (network.ideal === null ? 0 : 1);

/** The function of a set of parameters: values and derivatives, as {@link ConvexFunction} has them. */
export function potentialFunction(
  network: PotentialNetwork,
  parameters: Float64Array,
): ConvexFunction {
  const { scaling: { mean, width: [a, b] }, unit, ideal } = network;
  const convex = convexFunction({ ...network, fallsInSecond: network.monotonous }, parameters);
  const jet = new Float64Array(JET);
  const share = ideal === null ? 0 : softplus(parameters.at(-1)!);
  return (x, y, out) => {
    convex((x - mean[0]) / a, (y - mean[1]) / b, out);
    out[0] *= unit;
    out[1] *= unit / a;
    out[2] *= unit / b;
    out[3] *= unit / (a * a);
    out[4] *= unit / (a * b);
    out[5] *= unit / (b * b);
    if (ideal === null) return;
    mixtureIdeal(x, y, jet);
    for (let k = 0; k < JET; k++) out[k] += share * jet[k];
  };
}

/** Values, derivatives, and their derivatives `[6, P]` in the parameters. */
export function potentialGradient(
  network: PotentialNetwork,
  parameters: Float64Array,
): ConvexGradient {
  const { scaling: { mean, width: [a, b] }, unit, ideal } = network;
  const size = parameters.length, own = ideal === null ? size : size - 1;
  const convex = convexGradient({ ...network, fallsInSecond: network.monotonous }, parameters);
  const units = [1, a, b, a * a, a * b, b * b].map((length) => unit / length);
  const rows = new Float64Array(JET * own), mixture = new Float64Array(JET);
  const raw = parameters[size - 1], share = ideal === null ? 0 : softplus(raw);
  const rate = 1 / (1 + Math.exp(-raw));
  return (x, y, jet, out) => {
    convex((x - mean[0]) / a, (y - mean[1]) / b, jet, rows);
    if (ideal !== null) mixtureIdeal(x, y, mixture);
    for (let q = 0; q < JET; q++) {
      jet[q] = units[q] * jet[q] + share * mixture[q];
      for (let k = 0; k < own; k++) out[q * size + k] = units[q] * rows[q * own + k];
      if (ideal !== null) out[q * size + own] = rate * mixture[q];
    }
  };
}
