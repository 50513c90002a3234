/** From trajectories of another code to an experiment and its records. */
import { dirname } from "node:path";
import { type StageProgress, UserError } from "@spiediff/command-line";
import type { EnsembleRecord } from "@spiediff/ensemble";
import {
  experimentFromSnapshots,
  type Profile,
  type SnapshotExperiment,
  type SnapshotSource,
} from "@spiediff/experiment";
import { type KnownStart, recordFromSnapshots } from "@spiediff/fdt-operators";
import { measuredProfile } from "../measured_profile.ts";
import { checkIncrements, checkRealizations, hasGradient } from "../snapshot_checks.ts";
import { beyondLaw, gradientAtRest } from "./beyond_law.ts";
import { lagsOf, type PositionFiles } from "./description.ts";
import { checkProfile } from "./profile_check.ts";
import { type PositionProfile, type Positions, readPositions } from "./read_positions.ts";
import { type PositionSummary, summaryOf } from "./summary.ts";
import { predictionOf } from "./units.ts";
import { warningsOf } from "./warnings.ts";

export interface ImportedPositions {
  readonly experiment: SnapshotExperiment;
  readonly records: readonly EnsembleRecord[];
  readonly warnings: readonly string[];
  readonly summary: PositionSummary;
}

/**
 * Reads and checks everything; writes nothing.
 *
 * @param path The description's, from whose folder its files are named.
 * @throws {UserError}, {TrajectoryError}, {ConfigError} naming what is wrong.
 */
export async function importPositions(
  description: PositionFiles,
  path: string,
  progress: StageProgress,
): Promise<ImportedPositions> {
  const positions = await readPositions(description, dirname(path), progress);
  const source = sourceOf(description, positions);
  for (const { name, fields } of positions.profiles) {
    checkRealizations(name, fields);
    checkIncrements(name, fields, source);
  }
  checkGradients(description, positions.profiles);
  const profiles = positions.profiles.map(({ name, fields }) => measuredProfile(name, fields[0]));
  const experiment = experimentOf(source, profiles, positions);
  const tolerance = description.trajectory.cells ? CELLS_ROUNDING : 0;
  const records = positions.profiles.map((profile) => recordOf(experiment, profile, tolerance));
  const { beta } = source;
  const windows = source.offLattice!.windows;
  const checks = records.map((record, p) =>
    checkProfile(record, beta, windows, description.profiles[p].potential)
  );
  const atRest = description.frames.stationary !== undefined;
  const gradients = records.map((record, p) =>
    atRest ? gradientAtRest(record, positions.profiles[p].groups) : null
  );
  return {
    ...{ experiment, records },
    warnings: [
      ...positions.warnings,
      ...warningsOf(description, positions, checks),
      ...beyondLaw(description, checks, gradients),
    ],
    summary: summaryOf(description, positions, checks),
  };
}

/** The description in the law's units: lengths of the box, `L^2 / D0`, energies of the file. */
function sourceOf(description: PositionFiles, { place, h }: Positions): SnapshotSource {
  const { name, seed, elements, trajectory, training, frames } = description;
  const { scales, sites } = place;
  const lags = lagsOf(frames);
  const times = (of: readonly number[]) => of.map((lag) => h[lags.indexOf(lag)]);
  return {
    ...{ name, seed, elements, training, sites, h: [...h] },
    prediction: predictionOf(description, scales),
    ...{ beta: 1 / trajectory.kT, drive: 1, burnIn: 0 },
    offLattice: {
      scales,
      momentumRelaxation: trajectory.damping / scales.time,
      windows: { mobility: times(frames.covariance), fluxes: times(frames.drift) },
      starts: description.profiles.map((_, p) => startOf(description, p)),
    },
  };
}

/** What the description says of a profile's start. */
function startOf({ frames, profiles }: PositionFiles, p: number): KnownStart | null {
  const { potential } = profiles[p];
  if (potential) return { kind: "potential", ...potential };
  return frames.stationary === undefined ? null : { kind: "homogeneous" };
}

function experimentOf(
  source: SnapshotSource,
  profiles: readonly Profile[],
  { profiles: read }: Positions,
): SnapshotExperiment {
  const realizations = Math.min(...read.map(({ fields }) => fields[0].length));
  return experimentFromSnapshots(source, profiles, realizations);
}

/** Share of the particles by which the sum over cells may change: they are written to few digits. */
const CELLS_ROUNDING = 1e-4;

/** @param tolerance Share of the particles by which a realization's number may change; 0 where they are counted. */
function recordOf(
  experiment: SnapshotExperiment,
  profile: PositionProfile,
  tolerance: number,
): EnsembleRecord {
  const { elements, particles, sampling: { burnIn, h: horizons } } = experiment;
  const { sites, drive, momentumRelaxation } = particles;
  const { name, fields: [start, ...later], groups, rates } = profile;
  const mass = start[0].reduce((a, b) => a + b, 0);
  try {
    return recordFromSnapshots({
      profileName: name,
      system: { sites, drive, ...(momentumRelaxation && { momentumRelaxation }) },
      ...{ elements, burnIn, horizons, start, later, groups },
      ...(rates && { rates }),
      ...(tolerance > 0 && { massTolerance: tolerance * mass }),
    });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UserError(`Profile "${name}": ${cause.message}`);
  }
}

/** Flat profiles tell of f'' by their fluctuations only, and those are equilibrium's in stationary runs only. */
function checkGradients(
  { frames }: PositionFiles,
  profiles: readonly PositionProfile[],
): void {
  if (frames.stationary !== undefined) return;
  if (profiles.some(({ fields: [start] }) => hasGradient(start))) return;
  throw new UserError(
    "All profiles are flat, so that no flux tells of the free energy. Add a profile with a gradient, or give " +
      "frames.stationary where the runs are in equilibrium: then their fluctuations tell it.",
  );
}
