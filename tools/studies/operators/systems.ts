/** The systems of this study with their exact answers. */
import {
  exactFluxOfField,
  exactK1OfField,
  type ExactReference,
  longRangeFinite,
  longRangeLimit,
  nearestNeighbour,
  symmetricExclusion,
} from "@spiediff/exact-reference";
import type { EnsembleRecord } from "@spiediff/ensemble";
import {
  type ArrheniusSystem,
  type InitialState,
  latticeProfile,
  sampleEnsemble,
} from "@spiediff/kmc";

export const sites = 2000;
export const elements = 25;
/** All horizons are recorded in the same realizations. */
export const horizons = [2.5e-7, 1e-6, 2.5e-6, 4e-6, 1e-5];

/** A case of the study. */
export interface Case {
  readonly name: string;
  readonly system: ArrheniusSystem;
  readonly initialState: InitialState;
  readonly burnIn: number;
  readonly reference: ExactReference;
  /** A theory that must be told apart, if there is one. */
  readonly rival?: ExactReference;
}

const cosine = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);

export const cases: Case[] = [
  {
    name: "SSEP",
    system: { sites, halfWidth: 1, betaJ0: 0 },
    initialState: "bernoulli",
    burnIn: 0,
    reference: symmetricExclusion(),
  },
  ...[1, 2].map((betaJ0): Case => ({
    name: `LRM L=40 bJ0=${betaJ0}`,
    system: { sites, halfWidth: 40, betaJ0 },
    initialState: "bernoulli",
    burnIn: 1e-5,
    reference: longRangeFinite({ halfWidth: 40, betaJ0 }),
    rival: longRangeLimit({ betaJ0 }),
  })),
  {
    name: "L=1 bJ0=2",
    system: { sites, halfWidth: 1, betaJ0: 2 },
    initialState: "local-gibbs",
    burnIn: 0,
    reference: nearestNeighbour({ betaJ0: 2 }),
    rival: longRangeLimit({ betaJ0: 2 }),
  },
];

/** Mean density at `t0`: the profile's mode decays during the burn-in, by a part in a thousand. */
function density({ reference, burnIn }: Case): (x: number) => number {
  const d = 1e-4;
  const diffusivity = reference.mobility(0.5) *
    (reference.drivingForce(0.5 + d) - reference.drivingForce(0.5 - d)) / (2 * d);
  const decay = Math.exp(-diffusivity * (2 * Math.PI) ** 2 * burnIn);
  return (x) => 0.5 + (cosine(x) - 0.5) * decay;
}

export const exactK1 = (c: Case, theory = c.reference) =>
  exactK1OfField(theory, density(c), elements);
export const exactFlux = (c: Case) => exactFluxOfField(c.reference, density(c), elements);

/** One ensemble of a case. */
export function sample(
  c: Case,
  seed: number,
  realizations: number,
  workers: number,
  change: { horizons?: number[]; controlVariates?: boolean } = {},
): Promise<EnsembleRecord> {
  return sampleEnsemble({
    system: c.system,
    elements,
    profile: latticeProfile("cosine", sites, cosine),
    initialState: c.initialState,
    burnIn: c.burnIn,
    horizons,
    realizations,
    seed,
    workers,
    ...change,
  });
}
