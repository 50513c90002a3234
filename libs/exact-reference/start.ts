/** The reference of what a run measures: of the state that it starts from, or of equilibrium. */
import type { RandomStream } from "@spiediff/random";
import { curvatureOf } from "./curvature.ts";
import { couplingsOf, equilibriumFor, independentSites } from "./lattice_gases.ts";
import type { ExactReference, KernelSystem, ReferenceError, ReferenceSystem } from "./types.ts";

/** How realizations begin, and when their windows lie. */
export interface SampledStart {
  readonly initialState: "bernoulli" | "local-gibbs";
  /** Lattice sites N; spacing 1/N. */
  readonly sites: number;
  /** Time of the first record, macroscopic units. */
  readonly burnIn: number;
  /** Longest window after it. */
  readonly longest: number;
}

/** Up to this share of the way from one state to the other a reference is still of the one that it says. */
const NEAR = 0.1;
/** Densities between which relaxation is the slowest or the fastest. */
const DENSITIES = [0.1, 0.3, 0.5, 0.7, 0.9];
/**
 * Correlations relax by diffusion: what is left of their absence falls as `(t / tau)^(-1/2)`, with tau so many
 * times the kernel's mean square range over the diffusivity. Measured of m, nearest neighbours, `beta J0 = 2`:
 * 0.06 is left after 40 hop times and 0.02 after 400, that is 0.05 and 0.05.
 */
const SLOW = 0.5;

/**
 * What m and f' of a run belong to: equilibrium for a start in local equilibrium; for independent sites their
 * own law (`independentSites`, an exact product current) until correlations form, and equilibrium long after.
 * The error contains what may have formed, or what may be missing, as a share of the distance between both;
 * where that is above a tenth, the kind is `"approximation"`.
 *
 * Source: docs/theory.md section 5.
 *
 * @param stream For equilibria that must be sampled; without it there are none.
 */
export function referenceOfStart(
  system: ReferenceSystem | KernelSystem,
  start: SampledStart,
  stream?: RandomStream,
): ExactReference {
  const equilibrium = equilibriumFor(system, stream);
  if (start.initialState === "local-gibbs" || equilibrium.name === "ssep") return equilibrium;
  const sites = independentSites(system);
  const { formed, missing } = relaxation(system, equilibrium, start);
  return formed <= missing
    ? between(sites, equilibrium, formed)
    : between(equilibrium, sites, missing);
}

/** Shares of equilibrium's correlations that may be there at the end, and may be missing at the beginning. */
function relaxation(
  system: ReferenceSystem | KernelSystem,
  equilibrium: ExactReference,
  { sites, burnIn, longest }: SampledStart,
) {
  const j = Array.from(couplingsOf(system), Math.abs).map((v, r) => r === 0 ? 0 : v);
  const total = j.reduce((a, b) => a + b, 0);
  const square = j.reduce((sum, v, r) => sum + v * r * r, 0) / total / sites ** 2;
  const diffusivities = DENSITIES.map((rho) =>
    equilibrium.mobility(rho) * curvatureOf(equilibrium, rho)
  );
  const fastest = Math.max(...diffusivities), slowest = Math.min(...diffusivities);
  return {
    formed: Math.min(1, 2 * fastest * (burnIn + longest) / square),
    missing: slowest > 0 ? Math.min(1, Math.sqrt(SLOW * square / (slowest * burnIn))) : 1,
  };
}

/** One state's reference where the truth is a share of the way to another's. */
function between(here: ExactReference, there: ExactReference, share: number): ExactReference {
  const own = here.error!;
  const error: ReferenceError = {
    mobility: (rho) =>
      own.mobility(rho) + share * Math.abs(there.mobility(rho) / here.mobility(rho) - 1),
    drivingForce: (rho) =>
      own.drivingForce(rho) + share * Math.abs(there.drivingForce(rho) - here.drivingForce(rho)),
    curvature: (rho) =>
      own.curvature(rho) + share * Math.abs(curvatureOf(there, rho) - curvatureOf(here, rho)),
  };
  return { ...here, kind: share <= NEAR ? here.kind : "approximation", error };
}
