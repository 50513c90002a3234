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
import { recordFromSnapshots } from "@spiediff/fdt-operators";
import { measuredProfile } from "../measured_profile.ts";
import { checkIncrements, checkRealizations, hasGradient } from "../snapshot_checks.ts";
import { lagsOf, type PositionFiles } from "./description.ts";
import { checkProfile } from "./profile_check.ts";
import { type PositionProfile, type Positions, readPositions } from "./read_positions.ts";
import { type PositionSummary, summaryOf } from "./summary.ts";
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
  const records = positions.profiles.map((profile) => recordOf(experiment, profile));
  const { beta } = source;
  const windows = source.offLattice!.windows;
  const checks = records.map((record, p) =>
    checkProfile(record, beta, windows, description.profiles[p].potential)
  );
  return {
    ...{ experiment, records },
    warnings: [...positions.warnings, ...warningsOf(description, positions, checks)],
    summary: summaryOf(description, positions, checks),
  };
}

/** The description in the law's units: lengths of the box, `L^2 / D0`, energies of the file. */
function sourceOf(description: PositionFiles, { place, h }: Positions): SnapshotSource {
  const { name, seed, elements, trajectory, training, prediction, frames } = description;
  const { scales, sites } = place;
  const lags = lagsOf(frames);
  const times = (of: readonly number[]) => of.map((lag) => h[lags.indexOf(lag)]);
  return {
    ...{ name, seed, elements, training, prediction, sites, h: [...h] },
    ...{ beta: 1 / trajectory.kT, drive: 1, burnIn: 0 },
    offLattice: {
      scales,
      momentumRelaxation: trajectory.damping / scales.time,
      windows: { mobility: times(frames.covariance), fluxes: times(frames.drift) },
    },
  };
}

function experimentOf(
  source: SnapshotSource,
  profiles: readonly Profile[],
  { profiles: read }: Positions,
): SnapshotExperiment {
  const realizations = Math.min(...read.map(({ fields }) => fields[0].length));
  return experimentFromSnapshots(source, profiles, realizations);
}

function recordOf(experiment: SnapshotExperiment, profile: PositionProfile): EnsembleRecord {
  const { elements, particles, sampling: { burnIn, h: horizons } } = experiment;
  const { sites, drive, momentumRelaxation } = particles;
  const { name, fields: [start, ...later], groups } = profile;
  return recordFromSnapshots({
    profileName: name,
    system: { sites, drive, ...(momentumRelaxation && { momentumRelaxation }) },
    ...{ elements, burnIn, horizons, start, later, groups },
  });
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
