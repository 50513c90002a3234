/** What the fluctuations of a homogeneous start say, as the fluxes of a small wave: what training can take. */
import { nodalDensity, projectField } from "@spiediff/mesh";
import { randomStream } from "@spiediff/random";
import { type Jackknife, standardError } from "../jackknife.ts";
import type { OperatorEstimate } from "../types.ts";

/** Amplitude of the wave over the density: so small that its law is linear. */
const AMPLITUDE = 0.01;

/**
 * The estimate of a homogeneous profile whose fluxes, which say nothing, make way for those of a small wave,
 * `J = -D d rho/dx` with `D = m f''` of the fluctuations. They are one number; errors of equal size in all elements
 * weigh as much as its own, and what they leave open beside it is drawn, so that a test that counts elements counts
 * right.
 *
 * @param diffusivity Jackknife of one entry.
 */
export function ofSmallWave(
  estimate: Omit<OperatorEstimate, "warnings">,
  diffusivity: Jackknife,
): Omit<OperatorEstimate, "warnings"> {
  const { elementDensity, profileName, realizations } = estimate;
  const M = elementDensity.length;
  const mean = elementDensity.reduce((a, b) => a + b, 0) / M;
  const z = projectField((x) => mean * (1 + AMPLITUDE * Math.cos(2 * Math.PI * x)), M);
  const density = nodalDensity(z, "fourth-order");
  const [D] = diffusivity.value;
  const slope = density.map((rho, e) => M * (density[(e + 1) % M] - rho));
  const size = Math.hypot(...slope);
  const error = standardError(diffusivity, 0) * size;
  const { normal } = randomStream(profileName, "small wave");
  const noise = slope.map(() => error * normal());
  // Beside the wave, and without a constant, which snapshots leave open.
  const along = noise.reduce((sum, v, e) => sum + v * slope[e], 0) / size ** 2;
  const beside = noise.map((v, e) => v - along * slope[e]);
  const constant = beside.reduce((a, b) => a + b, 0) / M;
  const flux = slope.map((v, e) => -D * v + beside[e] - constant);
  const diagonal = Array.from(
    { length: M * M },
    (_, at) => at % (M + 1) === 0 ? error ** 2 : 0,
  );
  const none = new Array(M * M).fill(0), zeros = new Array(M).fill(0);
  // That the inverse of a sample covariance is too large is allowed for where it is used: this is none.
  const wishart = Math.max(realizations - M - 2, realizations / 2) / (realizations - 1);
  const drift = Array.from(flux, (J, i) => flux[(i + M - 1) % M] - J);
  return {
    ...estimate,
    density: [...density],
    densityStandardError: zeros,
    elementDensity: [...nodalDensity(z, "consistent")],
    elementDensityStandardError: zeros,
    flux: [...flux],
    fluxStandardError: new Array(M).fill(error),
    fluxCovariance: diagonal,
    samplingCovariance: {
      flux: diagonal.map((v) => v * wishart),
      cross: none,
      field: none,
    },
    ...{ drift, driftStandardError: new Array(M).fill(Math.SQRT2 * error) },
  };
}
