/** Snapshots at later times, to hold a trained model against. */
import { dirname, resolve } from "node:path";
import type { StageProgress } from "@spiediff/command-line";
import { type Scales, snapshotsFromJson } from "@spiediff/experiment";
import type { LaterSnapshots } from "@spiediff/fdt-operators";
import { fieldsOf, parseJson } from "@spiediff/user-text";
import { readFields } from "./import_snapshots.ts";
import { type PositionFiles, positionFiles } from "./positions/description.ts";
import { readPositions } from "./positions/read_positions.ts";
import { readUserText } from "./run_folder.ts";
import { checkLaterFields, checkRealizations } from "./snapshot_checks.ts";

/** Snapshots as a description has them, in the law's units. */
export interface DescribedSnapshots {
  readonly snapshots: readonly LaterSnapshots[];
  /** Times after the first one. */
  readonly h: readonly number[];
  readonly sites: number;
  readonly elements: number;
  readonly beta: number;
  /** Of particles that are on no lattice. */
  readonly scales?: Scales;
}

/**
 * Reads the snapshots or trajectories that a description names, the same as for an import. They may be as late as
 * they like, and of realizations that the model has not seen.
 *
 * @throws {UserError}, {TrajectoryError} naming the file that is wrong; {ConfigError} naming the description's field.
 */
export async function readLaterSnapshots(
  path: string,
  progress: StageProgress,
): Promise<DescribedSnapshots> {
  const text = readUserText(path, `The snapshot description ${path}`);
  const input = parseJson(text, "The snapshot description file");
  if (fieldsOf(input).values === "positions") {
    return await laterPositions(positionFiles(input), path, progress);
  }
  const description = snapshotsFromJson(text);
  const snapshots = description.profiles.map(({ name, files }): LaterSnapshots => {
    const fields = readFields(files.map((file) => resolve(dirname(path), file)), description);
    checkLaterFields(name, fields, description);
    const [start, ...later] = fields;
    return { profileName: name, start, later };
  });
  const { h, sites, elements, beta } = description;
  return { snapshots, h, sites, elements, beta };
}

/** Windows for mobility and fluxes alike are times to look at. */
async function laterPositions(
  description: PositionFiles,
  path: string,
  progress: StageProgress,
): Promise<DescribedSnapshots> {
  const { place, h, profiles } = await readPositions(description, dirname(path), progress);
  const snapshots = profiles.map(({ name, fields }): LaterSnapshots => {
    checkRealizations(name, fields);
    const [start, ...later] = fields;
    return { profileName: name, start, later };
  });
  const { elements, trajectory: { kT } } = description;
  return { snapshots, h, sites: place.sites, elements, beta: 1 / kT, scales: place.scales };
}
