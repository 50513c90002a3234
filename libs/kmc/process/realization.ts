/** Realizations of a process, in the records that ensembles average. */
import { createRecord, type RealizationSource, type RunRealization } from "@spiediff/ensemble";
import { projectOccupation } from "@spiediff/mesh";
import { bandIndex } from "@spiediff/numerics";
import { checkStart } from "../checks.ts";
import { fillCompensators } from "../integrals.ts";
import { beginRecording, type Bonds, createBonds, loadContents, settle } from "./bonds.ts";
import { runUntil } from "./run.ts";
import type { BondProcess } from "./types.ts";

/** Realizations that start in local equilibrium. */
interface ProcessStart {
  readonly process: BondProcess;
  /** `[N]`, mean contents of the sites, inside of the field's domain. */
  readonly density: Float64Array;
  /** `M`, divides `N`. */
  readonly elements: number;
  /** Prefactor of all rates; 1 when absent. */
  readonly drive?: number;
  /** `beta E eps / 2` of an external field E to the right; 0 when absent. */
  readonly field?: number;
}

/** The same, recorded in windows. */
export interface ProcessPlan extends ProcessStart {
  /** Macroscopic time before `t0`. */
  readonly burnIn: number;
  /** Macroscopic, rising. */
  readonly horizons: readonly number[];
  /** Whether compensators and brackets are recorded. */
  readonly controlVariates: boolean;
}

/**
 * Prepares the arrays for {@link RunRealization}; the record is overwritten by the next call.
 *
 * @throws {RangeError} naming the field at fault, and while running the bond where the process is wrong.
 */
export function processRunner(plan: ProcessPlan): RunRealization {
  const { process, density, elements, burnIn, horizons, controlVariates, drive = 1, field } = plan;
  checkPlan(plan);
  const sites = density.length, clock = drive * sites * sites;
  const bonds = createBonds(process, sites, elements, field);
  const sample = process.sampler(density);
  const drawn = new Float64Array(sites);
  const perHop = elements / (sites * sites);
  const { start, windows } = createRecord(elements, horizons.length);
  return (stream) => {
    sample(drawn, stream);
    loadContents(bonds, drawn);
    runUntil(bonds, burnIn * clock, stream);
    projectOccupation(bonds.contents, elements, start);
    beginRecording(bonds, controlVariates);
    horizons.forEach((h, w) => {
      const window = windows[w];
      runUntil(bonds, h * clock, stream);
      for (let e = 0; e < elements; e++) window.current[e] = perHop * bonds.current[e];
      if (!controlVariates) return;
      settle(bonds);
      fillCompensators(bonds.netDrift, sites, perHop, window);
      fillBracket(bonds, perHop * perHop, window.bracket);
    });
    return { start, windows };
  };
}

/** Realizations for ensembles, each a word of its own. */
export function processSource(start: ProcessStart): RealizationSource {
  return {
    windows(windows) {
      const run = processRunner({ ...start, ...windows });
      return (stream, _, use) => use(run(stream));
    },
    trajectories(times) {
      const { process, density, elements, drive = 1, field } = start;
      checkStart(process, density, 0);
      const sites = density.length, clock = drive * sites * sites;
      const bonds = createBonds(process, sites, elements, field);
      const sample = process.sampler(density);
      const drawn = new Float64Array(sites);
      return (stream) => {
        sample(drawn, stream);
        loadContents(bonds, drawn);
        const fields = new Float64Array(times.length * elements);
        times.forEach((time, i) => {
          runUntil(bonds, time * clock, stream);
          const z = fields.subarray(i * elements, (i + 1) * elements);
          projectOccupation(bonds.contents, elements, z);
        });
        return fields;
      };
    },
  };
}

/** Transfers over different bonds never coincide: the bracket is diagonal. */
function fillBracket({ netSpread, elementOf, current }: Bonds, unit: number, out: Float64Array) {
  const elements = current.length;
  out.fill(0);
  netSpread.forEach((value, x) => {
    const e = elementOf[x];
    out[bandIndex(elements, e, e)] += unit * value;
  });
}

function checkPlan({ process, density, burnIn, horizons }: ProcessPlan): void {
  checkStart(process, density, burnIn);
  horizons.forEach((h, w) => {
    if (!(h > (horizons[w - 1] ?? 0) && Number.isFinite(h))) {
      throw new RangeError(`horizons must be positive and rise; number ${w} is ${h}.`);
    }
  });
}
