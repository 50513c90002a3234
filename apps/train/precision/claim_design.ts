/** Whether a run folder may take up a design. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@spiediff/command-line";
import type { DesignName } from "@spiediff/design";
import type { SimulatedExperiment } from "@spiediff/experiment";
import { claimRunFolder } from "../run_contents.ts";
import { designFingerprint, readDesign } from "./design_file.ts";

/** The experiment that a run folder's design is of; undefined if it has none. @throws {UserError} as `readDesign`. */
export const designExperiment = async (
  folder: string,
): Promise<SimulatedExperiment | undefined> => (await readDesign(folder))?.experiment;

/**
 * Makes sure that a design goes on from its own data or from none.
 *
 * @param overwrite Remove what another design, or none, has left, in place of refusing.
 * @throws {UserError} saying what the folder holds.
 */
export async function claimDesign(
  folder: string,
  experiment: SimulatedExperiment,
  design: DesignName,
  overwrite: boolean,
): Promise<void> {
  const found = await readDesign(folder).catch((error) => {
    if (overwrite) return undefined;
    throw error;
  });
  if (found?.fingerprint === await designFingerprint(experiment, design)) return;
  const held = found
    ? `a design of the experiment "${found.experiment.name}" (--design ${found.design}), which differs`
    : existsSync(join(folder, "records"))
    ? "records that no design has asked for"
    : undefined;
  if (held === undefined) return;
  if (!overwrite) {
    throw new UserError(
      `${folder} holds ${held}. Choose another folder, or add --overwrite, which removes it.`,
    );
  }
  // One without profiles differs from whatever is held.
  await claimRunFolder(folder, { ...experiment, profiles: [] }, true);
}
