import { fitBeside, type FittedNumber } from "./force_fit.ts";
import { fitRows } from "./free_energy_data.ts";
import { meanBetween, smoothMobility } from "./smooth_law.ts";
import type { OperatorData } from "./types.ts";

/** Longest waves that profiles are thought to consist of: noise of the others would blur their third derivatives. */
const MODES = 6;

/**
 * The gradient energy that fluxes show: kappa of `J = -m d_x (f' - kappa rho'')`, beside an f' that is a function
 * of density (docs/theory.md section 6.12). Profiles of one wave each about one mean cannot tell it from f'.
 *
 * @throws {RangeError} if the errors of a profile's fluxes cannot be weighed.
 */
export function learnedKappa(data: readonly OperatorData[]): FittedNumber {
  const densities = data.map((d) => d.elementDensity ?? d.density);
  const { value } = smoothMobility(densities, data.map((d) => Float64Array.from(d.mobility)));
  const mobility = densities.map((rho) =>
    Float64Array.from(
      rho,
      (a, e) => meanBetween((at) => [value(at)], a, rho[(e + 1) % rho.length])[0],
    )
  );
  const unit = data.map(({ density }, p) => {
    const M = density.length, bend = secondDerivative(density);
    return mobility[p].map((m, e) => M * m * (bend[(e + 1) % M] - bend[e]));
  });
  return fitBeside(fitRows(data, mobility), unit, data[0].field, data[0].expectedLawError);
}

/** Of the longest waves of point values on a ring of length 1. */
function secondDerivative(density: readonly number[]): Float64Array {
  const M = density.length;
  const bend = new Float64Array(M);
  for (let k = 1; k <= Math.min(MODES, (M - 1) / 2); k++) {
    const q = 2 * Math.PI * k;
    let re = 0, im = 0;
    density.forEach((v, i) => {
      re += 2 * v * Math.cos(q * i / M) / M;
      im += 2 * v * Math.sin(q * i / M) / M;
    });
    bend.forEach((_, i) =>
      bend[i] -= q * q * (re * Math.cos(q * i / M) + im * Math.sin(q * i / M))
    );
  }
  return bend;
}
