import { UserError } from "@spiediff/command-line";
import { type EnsemblePlan, type EnsembleRecord, runEnsemble } from "@spiediff/ensemble";
import {
  type Experiment,
  isSimulated,
  type Profile,
  profileDensity,
  realizationsOf,
  type SimulatedExperiment,
} from "@spiediff/experiment";
import { estimateOperators, type OperatorEstimate } from "@spiediff/fdt-operators";
import { type LoopsName, processOf, type ProfileRuns, ringProcessOf } from "@spiediff/kmc";

export interface EstimateHooks {
  readonly workers: number;
  /** Realizations done and asked for, over all profiles. */
  readonly onProgress?: (done: number, total: number) => void;
  /** An estimate that an earlier, interrupted run left behind. */
  readonly recall?: (profileName: string) => Promise<OperatorEstimate | undefined>;
  /** Keeps an estimate as soon as it is there. */
  readonly keep?: (estimate: OperatorEstimate) => Promise<void>;
  readonly signal?: AbortSignal;
}

/** Simulates every profile of the experiment and estimates its operator and fluxes. */
export async function estimateProfiles(
  experiment: Experiment,
  hooks: EstimateHooks,
): Promise<OperatorEstimate[]> {
  const { particles, profiles } = experiment;
  const total = profiles.reduce((sum, profile) => sum + realizationsOf(experiment, profile), 0);
  const estimates: OperatorEstimate[] = [];
  let before = 0;
  for (const profile of profiles) {
    const start = before;
    before += realizationsOf(experiment, profile);
    const known = await hooks.recall?.(profile.name);
    if (known) {
      estimates.push(known);
      hooks.onProgress?.(before, total);
      continue;
    }
    const record = await sampleProfile(experiment, profile, {
      workers: hooks.workers,
      onProgress: (done) => hooks.onProgress?.(start + done, total),
      signal: hooks.signal,
    });
    const estimate = estimateOperators(record, { beta: particles.beta });
    await hooks.keep?.(estimate);
    estimates.push(estimate);
  }
  return estimates;
}

/** A profile, with its number of realizations where it has its own. */
type SampledProfile = SimulatedExperiment["profiles"][number];

/** How one profile is simulated. */
type SampleHooks = Pick<EstimateHooks, "workers" | "signal"> & {
  readonly onProgress?: (done: number) => void;
  /** Build of the particle loops; as {@link ProfileRuns} has it. */
  readonly loops?: LoopsName;
};

/** Simulates one profile of the experiment. @throws {UserError} as {@link profileEnsemble}. */
export async function sampleProfile(
  experiment: Experiment,
  profile: SampledProfile,
  { loops, ...hooks }: SampleHooks,
): Promise<EnsembleRecord> {
  return await runEnsemble(profileEnsemble(experiment, profile, loops), hooks);
}

/**
 * The ensemble of one profile of a ring, of whichever process.
 *
 * @throws {UserError} if its particles are another code's. {RangeError} if they are on no ring.
 */
export function profileEnsemble(
  experiment: Experiment,
  profile: SampledProfile,
  loops?: LoopsName,
): EnsemblePlan<unknown> {
  requireOwnParticles(experiment);
  const { particles, sampling: { burnIn, h: horizons, blocks } } = experiment;
  return ringProcessOf(particles).windows({
    ...profileRuns(experiment, profile, realizationsOf(experiment, profile)),
    ...{ burnIn, horizons, blocks, ...loops && { loops } },
  });
}

/** Realizations of one profile of an experiment, as a process takes them. */
export function profileRuns(
  { particles, elements, seed }: SimulatedExperiment,
  profile: Profile,
  realizations: number,
): ProfileRuns {
  const { sites } = particles, { dimension } = processOf(particles);
  const at = (x: number) =>
    Array.from({ length: dimension }, (_, axis) => Math.floor(x / sites ** axis) % sites / sites);
  const density = Float64Array.from(
    { length: sites ** dimension },
    (_, x) => profileDensity(profile, at(x)),
  );
  return { elements, profile: { name: profile.name, density }, realizations, seed };
}

/** @throws {UserError} if an experiment's particles are another code's. */
export function requireOwnParticles(
  experiment: Experiment,
): asserts experiment is SimulatedExperiment {
  if (isSimulated(experiment)) return;
  throw new UserError(
    `The particles of "${experiment.name}" are another code's and cannot be simulated here. ` +
      "Bring their snapshots by `spiediff import`.",
  );
}
