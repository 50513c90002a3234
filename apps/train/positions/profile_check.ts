/** What a profile's data say of the units that they were given in, and of the windows. */
import type { EnsembleRecord } from "@spiediff/ensemble";
import { estimateOperators, type OperatorEstimate } from "@spiediff/fdt-operators";
import { diffusivityOfPotential } from "./hydrostatic.ts";

/** A value with its standard error. */
export interface Measured {
  readonly value: number;
  readonly standardError: number;
}

export interface ProfileCheck {
  readonly name: string;
  readonly realizations: number;
  /** Least and greatest nodal density, in units of density 1. */
  readonly density: readonly [number, number];
  /** `m / (beta D0 rho)` from the shortest window: 1 for particles that are overdamped. */
  readonly mobilityRatio: Measured;
  /** `D / D0`, which is `beta P'`: each way that the data have, and both. */
  readonly diffusivity: {
    readonly fluxes?: Measured;
    readonly fluctuations?: Measured;
    readonly potential?: Measured;
    readonly combined: Measured;
  };
}

/** @param windows Horizons of the record, in the law's units, in which `D0 = 1`. */
export function checkProfile(
  record: EnsembleRecord,
  beta: number,
  windows: { readonly mobility: readonly number[]; readonly fluxes: readonly number[] },
  potential?: { readonly k: number; readonly amplitude: number },
): ProfileCheck {
  const [shortest] = windows.mobility;
  const only = { mobility: [shortest], fluxes: windows.fluxes };
  const estimate = estimateOperators(record, { beta, windows: only });
  const { from, ...measured } = estimate.diagnostics.diffusivity!;
  const ofPotential = potential && diffusivityOfPotential(record, potential, beta);
  const ways = { [from]: measured, ...(ofPotential && { potential: ofPotential }) };
  return {
    name: record.profileName,
    realizations: record.realizations,
    density: [Math.min(...estimate.density), Math.max(...estimate.density)],
    mobilityRatio: mobilityRatio(estimate, beta),
    diffusivity: { ...ways, combined: combined(Object.values(ways)) },
  };
}

/** Sums over all elements: their errors are correlated, and so is what is taken of them. */
function mobilityRatio(
  { K1, K1Covariance, elementDensity }: OperatorEstimate,
  beta: number,
): Measured {
  const M = K1.length;
  const expected = beta * M * elementDensity.reduce((a, b) => a + b, 0);
  const sum = K1.reduce((a, b) => a + b, 0), variance = K1Covariance.reduce((a, b) => a + b, 0);
  return { value: -sum / expected, standardError: Math.sqrt(Math.max(0, variance)) / expected };
}

/** Independent values by the weights of their errors. */
export function combined(values: readonly Measured[]): Measured {
  const weights = values.map(({ standardError }) => standardError ** -2);
  const total = weights.reduce((a, b) => a + b, 0);
  const value = values.reduce((sum, own, k) => sum + own.value * weights[k], 0) / total;
  return { value, standardError: total ** -0.5 };
}
