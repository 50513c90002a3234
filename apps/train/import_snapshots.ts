/** From another code's snapshots to a run folder with records, as a simulation would leave it. */
import { dirname, join, resolve } from "node:path";
import { projectOccupation } from "@spiediff/mesh";
import { type Stage, type StageProgress, UserError } from "@spiediff/command-line";
import type { EnsembleRecord } from "@spiediff/ensemble";
import {
  experimentFromSnapshots,
  type Profile,
  type SnapshotExperiment,
  type SnapshotFiles,
  snapshotsFromJson,
} from "@spiediff/experiment";
import { fieldsOf, parseJson } from "@spiediff/user-text";
import { recordFromSnapshots } from "@spiediff/fdt-operators";
import { openArray } from "./array_file.ts";
import { measuredProfile } from "./measured_profile.ts";
import { positionFiles } from "./positions/description.ts";
import { importPositions } from "./positions/import_positions.ts";
import type { PositionSummary } from "./positions/summary.ts";
import {
  checkAllFields,
  checkProfileFields,
  massTolerance,
  unitWarning,
} from "./snapshot_checks.ts";
import type { Fields } from "./snapshot_fields.ts";
import { outsideWindow } from "./simulation_forecast.ts";
import { replaceRecords } from "./replace_records.ts";
import { claimRunFolder } from "./run_contents.ts";
import { readJson, readUserText, RUN_FILES } from "./run_folder.ts";

/** What an import has made. */
export interface Imported {
  readonly experiment: SnapshotExperiment;
  /** One sentence each. */
  readonly warnings: readonly string[];
  /** What was found, of trajectories. */
  readonly summary?: PositionSummary;
}

/** What an import writes, once everything is read and checked. */
interface ReadSnapshots extends Imported {
  readonly records: readonly EnsembleRecord[];
}

/**
 * Reads the snapshots or trajectories that a description names and writes their moments into a run folder.
 *
 * @param path The description, JSON as in docs/bring-your-own-data.md.
 * @param overwrite Remove what a simulation has left there; an earlier import is replaced in any case.
 * @returns The experiment that stands for them, and doubts about its windows.
 * @throws {UserError} naming the file that is wrong; {ConfigError} naming the description's field.
 */
export function importStage(
  path: string,
  folder: string,
  overwrite: boolean,
): Stage<Imported> {
  return {
    title: "Read snapshots",
    async run(progress: StageProgress) {
      // All of them before anything is written: an import is all or nothing.
      const { records, ...imported } = await readDescribed(path, progress);
      const { experiment } = imported;
      if (!isImported(folder)) await claimRunFolder(folder, experiment, overwrite);
      await replaceRecords(folder, experiment, records);
      return imported;
    },
  };
}

/** Reads and checks all that an import does, and writes nothing. */
export function checkImportStage(path: string): Stage<Imported> {
  return {
    title: "Check snapshots",
    async run(progress: StageProgress) {
      const { records: _, ...imported } = await readDescribed(path, progress);
      return imported;
    },
  };
}

async function readDescribed(path: string, progress: StageProgress): Promise<ReadSnapshots> {
  const text = readUserText(path, `The snapshot description ${path}`);
  const input = parseJson(text, "The snapshot description file");
  if (fieldsOf(input).values === "positions") {
    return await importPositions(positionFiles(input), path, progress);
  }
  const description = snapshotsFromJson(text);
  const profiles: { profile: Profile; fields: Fields }[] = [];
  for (const { name, files } of description.profiles) {
    const fields = readFields(files.map((file) => resolve(dirname(path), file)), description);
    checkProfileFields(name, fields, description);
    profiles.push({ profile: measuredProfile(name, fields[0]), fields });
    progress(profiles.length, description.profiles.length, name);
  }
  checkAllFields(profiles.map(({ profile: { name }, fields }) => ({ name, fields })));
  const experiment = experimentFromSnapshots(
    description,
    profiles.map(({ profile }) => profile),
    Math.min(...profiles.map(({ fields }) => fields[0].length)),
  );
  const records = profiles.map(({ profile, fields }) =>
    recordOf(experiment, profile.name, fields, massTolerance(fields, description))
  );
  const units = profiles.flatMap(({ profile: { name }, fields }) =>
    unitWarning(name, fields, description) ?? []
  );
  const { sites, drive } = description;
  const warnings = [...outsideWindow(experiment, { sites, drive }), ...units];
  return { experiment, records, warnings };
}

/** Whether the folder's data come from an import: then new ones may take their place. */
function isImported(folder: string): boolean {
  const own = readJson(join(folder, RUN_FILES.experiment)) as
    | Partial<SnapshotExperiment>
    | undefined;
  return own?.particles?.system === "foreign";
}

function recordOf(
  experiment: SnapshotExperiment,
  profileName: string,
  [start, ...later]: Fields,
  massTolerance: number,
) {
  const { elements, particles: { sites, drive }, sampling: { burnIn, h: horizons } } = experiment;
  const system = { sites, drive };
  const snapshots = {
    ...{ profileName, system, elements, burnIn, horizons, start, later, massTolerance },
  };
  try {
    return recordFromSnapshots(snapshots);
  } catch (cause) {
    throw new UserError(`Profile "${profileName}": ${(cause as Error).message}`);
  }
}

/** The fields of all times from one file that holds them all, or from one file each. */
export function readFields(paths: readonly string[], description: SnapshotFiles): Fields {
  const times = description.h.length + 1;
  if (paths.length === 1 && times > 1) {
    const runs = readRuns(paths[0], [times], description);
    return Array.from({ length: times }, (_, t) => runs.map((run) => run[t]));
  }
  return paths.map((path) => readRuns(path, [], description).map(([z]) => z));
}

/** Numbers that are held at a time while occupations are projected. */
const BATCH = 1 << 20;

/**
 * The realizations of a file `[realizations, ...times, values]`.
 *
 * @param times Its axis of times, or nothing where it holds a single one.
 * @returns `[realizations][times]` of z `[M]`.
 */
function readRuns(
  path: string,
  times: readonly number[],
  description: SnapshotFiles,
): Float64Array[][] {
  const { values, sites, elements } = description;
  const width = values === "occupation" ? sites : elements;
  const array = openArray(path);
  try {
    const [realizations, ...row] = array.shape;
    if (row.join() !== [...times, width].join()) {
      const named = values === "occupation" ? "sites" : "elements";
      throw new UserError(
        `${path} has the shape [${array.shape.join(", ")}], not [realizations, ${
          times.map((count) => `${count} times, `).join("")
        }${named} = ${width}].`,
      );
    }
    const project = values === "occupation"
      ? (sites: Float64Array) => projectOccupation(checkedOccupation(sites, path), elements)
      : (z: Float64Array) => z;
    const perRun = (times[0] ?? 1) * width;
    const batch = Math.max(1, Math.floor(BATCH / perRun));
    const runs: Float64Array[][] = [];
    for (let first = 0; first < realizations; first += batch) {
      const count = Math.min(batch, realizations - first);
      const numbers = array.read(first, count);
      for (let r = 0; r < count; r++) {
        const run = numbers.subarray(r * perRun, (r + 1) * perRun);
        runs.push(
          Array.from(
            { length: times[0] ?? 1 },
            (_, t) => project(run.subarray(t * width, (t + 1) * width)),
          ),
        );
      }
    }
    return runs;
  } finally {
    array.close();
  }
}

function checkedOccupation(sites: Float64Array, source: string): Float64Array {
  const odd = sites.find((value) => value !== 0 && value !== 1);
  if (odd === undefined) return sites;
  throw new UserError(`${source} holds the value ${odd}; occupations are 0 or 1.`);
}
