import type { GradientEnergy } from "@spiediff/law";
import type { RingEstimate } from "./types.ts";

/**
 * An estimate as a local law would have it: `K1 = -m/Delta` and fluxes of `J = -m d f'` where those measured
 * are of `J = -m exp(-b rho'') d(f' - kappa rho'')`, with the differences that the solver takes. Errors stay
 * as they are: the factor differs from 1 by far less than they are known to (docs/theory.md section 5).
 */
export function localPart<Estimate extends Pick<RingEstimate, "density" | "K1" | "flux">>(
  estimate: Estimate,
  { kappa, mobilityExponent }: GradientEnergy,
): Estimate {
  const { density, K1, flux } = estimate;
  const M = density.length;
  const bend = density.map((rho, i) =>
    M * M * (density[(i + M - 1) % M] - 2 * rho + density[(i + 1) % M])
  );
  const factor = bend.map((own, e) => Math.exp(mobilityExponent * (own + bend[(e + 1) % M]) / 2));
  const local = K1.map((entry, e) => entry * factor[e]);
  return {
    ...estimate,
    K1: local,
    flux: flux.map((J, e) => J * factor[e] + local[e] * kappa * (bend[(e + 1) % M] - bend[e])),
  };
}

/** An estimate whose fluxes are those without a uniform field E: less `m_e E` of the measured mobility. */
export function withoutField<Estimate extends Pick<RingEstimate, "K1" | "flux">>(
  estimate: Estimate,
  field: number,
): Estimate {
  const { K1, flux } = estimate;
  return { ...estimate, flux: flux.map((J, e) => J + field * K1[e] / K1.length) };
}
