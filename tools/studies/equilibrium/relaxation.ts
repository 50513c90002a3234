/** How heat-bath sweeps relax independent sites to equilibrium, measured on vacant pairs and on the density. */
import { equilibriumFor } from "@spiediff/exact-reference";
import {
  type ArrheniusSystem,
  couplings,
  equilibriumField,
  heatBathSampler,
  heatBathSweeps,
  sweepContraction,
} from "@spiediff/kmc";
import { type RandomStream, randomStream } from "@spiediff/random";

/** A system, and the density of its flat profile. */
export interface RelaxingSystem {
  readonly label: string;
  readonly system: ArrheniusSystem;
  readonly density: number;
}

/** Means `[sweeps + 1]` less those of equilibrium, relative, with standard errors. */
export interface Deviation {
  readonly value: number[];
  readonly standardError: number[];
}

export interface Relaxation {
  /** Sweeps that a start makes. */
  readonly sweeps: number;
  /** Dobrushin's bound on what one leaves. */
  readonly contraction: number;
  /** Of the share of neighbours that are both vacant, from independent sites: the start as it is. */
  readonly pairs: Deviation;
  /** Of the density, from an empty lattice: a start as far away as can be. */
  readonly fromEmpty: Deviation;
  /** Of the pairs' reference, relative; of the field, which leaves out two loops, in the density. */
  readonly referenceError: number;
}

/** Follows realizations from two starts, sweep by sweep. */
export function relaxation(of: RelaxingSystem, realizations: number, seed: number): Relaxation {
  const { system, density } = of;
  const reference = equilibriumFor({ couplings: couplings(system) });
  // m = beta d z P(two neighbours vacant), with z = exp(beta f').
  const pairs = reference.mobility(density) / Math.exp(reference.drivingForce(density));
  return {
    sweeps: heatBathSweeps(system),
    contraction: sweepContraction(system),
    pairs: followed(of, realizations, randomStream(seed, of.label, "pairs"), {
      start: (eta, stream) => eta.forEach((_, x) => eta[x] = stream.uniform() < density ? 1 : 0),
      count: (eta, x, next) => (1 - eta[x]) * (1 - eta[next]),
      expected: pairs,
    }),
    fromEmpty: followed(of, realizations / 10, randomStream(seed, of.label, "empty"), {
      start: (eta) => void eta.fill(0),
      count: (eta, x) => eta[x],
      expected: density,
    }),
    // An error of f' moves either by less than twice itself, relative.
    referenceError: 2 * reference.error!.drivingForce(density),
  };
}

function followed(
  { system, density }: RelaxingSystem,
  realizations: number,
  stream: RandomStream,
  { start, count, expected }: {
    readonly start: (eta: Uint8Array, stream: RandomStream) => void;
    readonly count: (eta: Uint8Array, x: number, next: number) => number;
    readonly expected: number;
  },
): Deviation {
  const sweeps = heatBathSweeps(system), { sites } = system;
  const field = equilibriumField(system, new Float64Array(sites).fill(density));
  const sweep = heatBathSampler(system, field, () => {}, 1);
  const value = new Float64Array(sweeps + 1), squares = new Float64Array(sweeps + 1);
  const eta = new Uint8Array(sites);
  for (let r = 0; r < realizations; r++) {
    start(eta, stream);
    for (let s = 0; s <= sweeps; s++) {
      if (s > 0) sweep(eta, stream);
      let sum = 0;
      for (let x = 0; x < sites; x++) sum += count(eta, x, x + 1 < sites ? x + 1 : 0);
      const deviation = sum / sites / expected - 1;
      value[s] += deviation / realizations;
      squares[s] += deviation ** 2 / realizations;
    }
  }
  const standardError = squares.map((square, s) =>
    Math.sqrt(Math.max(0, square - value[s] ** 2) / (realizations - 1))
  );
  return { value: [...value], standardError: [...standardError] };
}
