/** The dissipative matrix in the fields' own units. */
import { choleskyFunction, choleskyParameters, type MatrixFunction } from "./cholesky_network.ts";
import type { InputScaling } from "./types.ts";

/** All that a network of M is besides its parameters; plain data. */
export interface MobilityNetwork {
  /** Blocks of the matrix, by their sizes. */
  readonly blocks: readonly number[];
  readonly hidden: number;
  readonly scaling: InputScaling;
  /** Of the entries, block after block, row by row; `sqrt(d_i d_j)` leaves matrices positive definite. */
  readonly units: readonly number[];
}

/** Number of parameters. */
export const mobilityParameters = (network: MobilityNetwork): number => choleskyParameters(network);

/** The function of a set of parameters. */
export function mobilityFunction(
  network: MobilityNetwork,
  parameters: Float64Array,
): MatrixFunction {
  const { scaling: { mean, width }, units } = network;
  const matrix = choleskyFunction(network, parameters);
  return (a, b, out) => {
    matrix((a - mean[0]) / width[0], (b - mean[1]) / width[1], out);
    for (let k = 0; k < units.length; k++) out[k] *= units[k];
  };
}
