/** One realization: start, burn-in, and what is recorded at `t0` and at each `t0 + h`. */
import { createRecord, type RunRealization, type Windows } from "@spiediff/ensemble";
import { projectOccupation } from "@spiediff/mesh";
import type { RandomStream } from "@spiediff/random";
import { advance } from "./advance.ts";
import { createIntegrals, type IntervalIntegrals } from "../integrals.ts";
import { createLattice, loadOccupation } from "./lattice.ts";
import type { Lattice } from "./lattice.ts";
import { elementCurrents, ledgerKeeper } from "./ledger.ts";
import { samplingAdvance } from "./sampled_integrals.ts";
import type { ArrheniusRun, ConfigurationSampler } from "./types.ts";

/** Prepares the arrays for {@link RunRealization}; arguments are taken as checked. */
export function realizationRunner(
  { system, elements, loops }: Pick<ArrheniusRun, "system" | "elements" | "loops">,
  sample: ConfigurationSampler,
  { burnIn, horizons, controlVariates }: Windows,
): RunRealization {
  const ledger = { elements: controlVariates ? elements : 0, attempts: 0 };
  const lattice = createLattice(system, undefined, loops, undefined, ledger);
  const configuration = new Uint8Array(system.sites);
  const integrate = controlVariates ? integrator(lattice) : null;
  const runWindows = windowRunner(lattice, elements, horizons, integrate);
  return (stream) => {
    sample(configuration, stream);
    loadOccupation(lattice, configuration);
    advance(lattice, burnIn, stream);
    return runWindows(stream);
  };
}

/** Evolves a lattice by a macroscopic time with what control variates need, overwriting `into`. */
export type Integrate = (time: number, stream: RandomStream, into: IntervalIntegrals) => void;

/**
 * Prepares the windows after `t0`: runs `lattice` on from where it is; the record is overwritten.
 *
 * @param integrate What runs it, interval by interval; `null` without control variates.
 */
export function windowRunner(
  lattice: Lattice,
  elements: number,
  horizons: readonly number[],
  integrate: Integrate | null,
): RunRealization {
  const { sites } = lattice;
  const before = new Uint8Array(sites);
  const interval = createIntegrals(elements);
  const perHop = elements / (sites * sites);
  const { start, windows } = createRecord(elements, horizons.length);
  return (stream) => {
    before.set(lattice.occupation);
    lattice.netHops = 0;
    projectOccupation(before, elements, start);
    let elapsed = 0;
    horizons.forEach((h, w) => {
      const { current, compensator, smoothCompensator, bracket } = windows[w];
      const previous = windows[w - 1];
      if (integrate === null) advance(lattice, h - elapsed, stream);
      else {
        integrate(h - elapsed, stream, interval);
        accumulate(compensator, interval.compensator, perHop, previous?.compensator);
        accumulate(
          smoothCompensator,
          interval.smoothCompensator,
          perHop,
          previous?.smoothCompensator,
        );
        accumulate(bracket, interval.bracket, perHop * perHop, previous?.bracket);
      }
      elementCurrents(before, lattice.occupation, lattice.netHops, current);
      for (let e = 0; e < elements; e++) current[e] *= perHop;
      elapsed = h;
    });
    return { start, windows };
  };
}

/** With window counts exact sums, samples otherwise. */
export const integrator = (lattice: Lattice): Integrate =>
  lattice.pairs === null ? ledgerKeeper(lattice).advance : samplingAdvance(lattice, lattice.pairs);

function accumulate(
  into: Float64Array,
  increment: Float64Array,
  scale: number,
  previous: Float64Array | undefined,
): void {
  for (let i = 0; i < into.length; i++) {
    into[i] = (previous === undefined ? 0 : previous[i]) + scale * increment[i];
  }
}
