/** Snapshots at later times, to hold a trained model against. */
import { dirname, resolve } from "node:path";
import { type SnapshotFiles, snapshotsFromJson } from "@spiediff/experiment";
import type { LaterSnapshots } from "@spiediff/fdt-operators";
import { readFields } from "./import_snapshots.ts";
import { readUserText } from "./run_folder.ts";
import { checkLaterFields } from "./snapshot_checks.ts";

/**
 * Reads the snapshots that a description names, the same as for an import. They may be as late as they
 * like, and of realizations that the model has not seen.
 *
 * @throws {UserError} naming the file that is wrong; {ConfigError} naming the description's field.
 */
export function readLaterSnapshots(
  path: string,
): { description: SnapshotFiles; snapshots: LaterSnapshots[] } {
  const description = snapshotsFromJson(readUserText(path, `The snapshot description ${path}`));
  const snapshots = description.profiles.map(({ name, files }): LaterSnapshots => {
    const fields = readFields(files.map((file) => resolve(dirname(path), file)), description);
    checkLaterFields(name, fields, description);
    const [start, ...later] = fields;
    return { profileName: name, start, later };
  });
  return { description, snapshots };
}
