import { ddimSteps, ddpmSteps, noiseSchedule, type ReverseStep } from "@spiediff/diffusion";
import type { Field } from "@spiediff/law";
import { fieldOfModel } from "./field.ts";
import { drawMembers } from "./members.ts";
import { type Evaluate, reverseProcess } from "./reverse_process.ts";
import { fastSoftplus } from "./softplus.ts";
import type { EnsembleOptions, Model, Sampler } from "./types.ts";

/** The laws of all members, by direct inference. */
export interface Ensemble {
  readonly count: number;
  /** What the law is about. */
  readonly field: Field;
  /** `raw + correction` of the mobility for rows `[density]`; `headedMobility` makes m(rho) of it. */
  readonly mobility: Evaluate;
  /** `m = scale * softplus(corrected) >= 0`. */
  readonly headedMobility: (corrected: number) => number;
  /** f' for rows `[density]`, energy units, in the network's own gauge. */
  readonly drivingForce: Evaluate;
  /** Typical size of variations of f', from the manifest. */
  readonly drivingForceScale: number;
}

/**
 * Draws the members of an ensemble and binds them to the model's networks.
 *
 * @throws {RangeError} if an option is out of range.
 */
export function createEnsemble(model: Model, options: EnsembleOptions): Ensemble {
  checkEnsemble(options);
  const { manifest, networks } = model;
  const { mobility, drivingForce } = manifest;
  const schedule = noiseSchedule(manifest.diffusion.schedule);
  const steps = reverseSteps(options.sampler ?? manifest.sampler, schedule);
  const { seed, members: count, firstMember = 0 } = options;
  const members = drawMembers(seed, firstMember, count, manifest, steps);
  const headedMobility = (corrected: number) => mobility.scale * fastSoftplus(corrected);
  const field = fieldOfModel(manifest);
  return {
    count,
    field,
    headedMobility,
    drivingForceScale: drivingForce.state.std,
    mobility: reverseProcess({
      denoiser: networks.mobilityDenoiser,
      epinet: networks.mobilityEpinet,
      conditions: ["density"],
      output: "raw",
      featureDim: mobility.featureDim,
      normalise: (corrected) =>
        (headedMobility(corrected) - mobility.state.mean) / mobility.state.std,
      draws: members.mobility,
    }, steps),
    drivingForce: withIdealPart(
      drivingForce.idealEnergy,
      field,
      reverseProcess({
        denoiser: networks.drivingForceDenoiser,
        epinet: networks.drivingForceEpinet,
        conditions: ["density"],
        output: "driving_force",
        featureDim: drivingForce.featureDim,
        normalise: (value) => (value - drivingForce.state.mean) / drivingForce.state.std,
        draws: members.drivingForce,
      }, steps),
    ),
  };
}

/** f' with the part that is known and not learned. */
function withIdealPart(energy: number | undefined, { ideal }: Field, learned: Evaluate): Evaluate {
  if (energy === undefined) return learned;
  return async (conditions, member, rows, out) => {
    await learned(conditions, member, rows, out);
    const [density] = conditions;
    for (let r = 0; r < rows; r++) out[r] += energy * ideal.value(density[r]);
  };
}

function reverseSteps(
  sampler: Sampler,
  schedule: ReturnType<typeof noiseSchedule>,
): ReverseStep[] {
  return sampler.kind === "ddpm" ? ddpmSteps(schedule) : ddimSteps(schedule, sampler.steps);
}

const LARGEST_ENSEMBLE = 100_000;

/** @throws {RangeError} if an option is out of range. */
export function checkEnsemble(options: EnsembleOptions): void {
  const { members, firstMember = 0, level = 0.95 } = options;
  if (!Number.isInteger(members) || members < 1 || members > LARGEST_ENSEMBLE) {
    throw new RangeError(
      `members must be a whole number from 1 to ${LARGEST_ENSEMBLE}, not ${members}.`,
    );
  }
  if (!Number.isSafeInteger(firstMember) || firstMember < 0) {
    throw new RangeError(`firstMember must be a whole number from 0 on, not ${firstMember}.`);
  }
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`level must lie between 0 and 1, not ${level}.`);
  }
}
