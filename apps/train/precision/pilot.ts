/** A few realizations that tell what more of them would cost and bring: noise, windows, burn-in, seconds. */
import process from "node:process";
import { candidateProfiles, type MeasuredProfile } from "@spiediff/design";
import type { EnsembleMoments, EnsembleRecord } from "@spiediff/ensemble";
import { type Profile, profileRange, type SimulatedExperiment } from "@spiediff/experiment";
import { estimateOperators, mobilityDrift, suggestHorizons } from "@spiediff/fdt-operators";
import { processOf } from "@spiediff/kmc";
import { sampleProfile } from "../estimate.ts";
import { measuredProfiles } from "./measured_profiles.ts";

/** Realizations of each of the pilot's two profiles, at least so many a field, and of a trial of the clock. */
const REALIZATIONS = 256, PER_FIELD = 8, TRIAL = 128;
/** Longer burn-ins that are tried. */
const BURN_INS = 4;
/** Standard errors of a mobility's change beyond which it is one, and changes that do not matter. */
const SEEN = 3, SMALL = 1e-3;

/** What a window brings and costs. */
export interface WindowPilot {
  readonly h: number;
  readonly measured: readonly MeasuredProfile[];
  /** Core-seconds of one realization. */
  readonly seconds: number;
}

export interface Pilot {
  readonly burnIn: number;
  /** Why that burn-in. */
  readonly burnInReason: string;
  readonly windows: readonly WindowPilot[];
  /** Standard deviation of the logarithm of a realization's seconds. */
  readonly secondsSpread: number;
  /** Core-seconds that the pilot took. */
  readonly spent: number;
}

export interface PilotHooks {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The two widest waves within the densities of an experiment's profiles. */
export function pilotProfiles({ profiles }: Pick<SimulatedExperiment, "profiles">): Profile[] {
  const ranges = profiles.map(profileRange);
  const low = Math.min(...ranges.map(([least]) => least));
  const high = Math.max(...ranges.map(([, most]) => most));
  const middle = (low + high) / 2;
  return candidateProfiles({ low, high }, []).filter(({ name, mean, modes: [{ amplitude }] }) =>
    /^k[12]-m/.test(name) && Math.abs(mean - middle) < 1e-3 * (high - low) &&
    amplitude > 0.49 * (high - low)
  ).map((profile, p) => ({ ...profile, name: `pilot-${p + 1}` }));
}

/** Seconds that all threads of this process have computed, whatever else the machine does. */
export function coreSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Runs the pilot, in this thread. */
export async function runPilot(
  experiment: SimulatedExperiment,
  { signal, onProgress }: PilotHooks = {},
): Promise<Pilot> {
  const { particles, elements } = experiment;
  const own = processOf(particles);
  const profiles = pilotProfiles(experiment);
  const suggested = suggestHorizons(own.clock, elements);
  const hs = suggested.length > 0 ? suggested : [...experiment.sampling.h];
  const realizations = Math.max(REALIZATIONS, PER_FIELD * elements);
  const began = coreSeconds();
  const sample = async (profile: Profile, h: readonly number[], burnIn: number, R: number) => {
    const sampling = { ...experiment.sampling, h: [...h], burnIn, realizations: R, blocks: 32 };
    const start = coreSeconds();
    const record = await sampleProfile({ ...experiment, sampling }, profile, {
      workers: 1,
      signal,
    });
    return { record, seconds: coreSeconds() - start };
  };
  const isFree = own.start().isEquilibrium && own.clock.shortest === undefined;
  let burnIn = isFree ? 0 : experiment.sampling.burnIn;
  let burnInReason = isFree
    ? "local equilibrium from the first instant, currents without memory"
    : "the experiment's own";
  // The first one also pays for what is compiled and started once.
  await sample(profiles[0], hs.slice(0, 1), burnIn, 64);
  let pilot: { record: EnsembleRecord; seconds: number }[] = [];
  for (let tried = 0; tried <= BURN_INS; tried++) {
    pilot = [];
    for (const [p, profile] of profiles.entries()) {
      pilot.push(await sample(profile, hs, burnIn, realizations));
      onProgress?.(p + 1, profiles.length + 1);
    }
    if (!pilot.some(({ record }) => changes(record))) break;
    burnIn = Math.max(2 * burnIn, hs[0]);
    burnInReason = "until the mobility no longer changes within the windows";
  }
  const short = await sample(profiles[0], hs.slice(0, 1), burnIn, TRIAL);
  const each = pilot.map(({ seconds }) => seconds / realizations);
  const long = each.reduce((sum, own) => sum + own, 0) / each.length;
  const shortest = Math.min(short.seconds / TRIAL, long);
  const share = (h: number) => hs.length === 1 ? 1 : (h - hs[0]) / (hs.at(-1)! - hs[0]);
  const records = pilot.map(({ record }) => record);
  const windows = hs.map((h, w): WindowPilot => ({
    h,
    measured: measuredProfiles(
      { ...experiment, profiles },
      records.map((record) =>
        estimateOperators(withOneWindow(record, w), { beta: particles.beta })
      ),
    ),
    seconds: shortest + share(h) * (long - shortest),
  }));
  return {
    ...{ burnIn, burnInReason, windows },
    secondsSpread: Math.abs(Math.log(each[0] / each[1])) / Math.SQRT2,
    spent: coreSeconds() - began,
  };
}

/** Whether the mobility changes within a record, by what matters and is seen. */
function changes(record: EnsembleRecord): boolean {
  const drift = mobilityDrift(record);
  return drift !== null && Math.abs(drift.value) > Math.max(SEEN * drift.standardError, SMALL);
}

/** A record as if only one of its windows had been recorded. */
function withOneWindow(record: EnsembleRecord, w: number): EnsembleRecord {
  const one = (moments: EnsembleMoments): EnsembleMoments => ({
    ...moments,
    windows: [moments.windows[w]],
  });
  return {
    ...record,
    horizons: [record.horizons[w]],
    blocks: record.blocks.map(one),
    total: one(record.total),
  };
}
