/** A run's model against snapshots that it was not trained on. */
import { join } from "node:path";
import { type Stage, UserError } from "@spiediff/command-line";
import type { SnapshotFiles } from "@spiediff/experiment";
import {
  LEAST_P_VALUE,
  type SnapshotsAgainstLaw,
  snapshotsAgainstLaw,
} from "@spiediff/fdt-operators";
import { loadModel, type Model } from "@spiediff/predictor";
import { readLaterSnapshots } from "@spiediff/train/import-stages";
import { RUN_FILES } from "@spiediff/train/stages";
import { type PredictionOfSnapshots, predictSnapshots } from "./predict_snapshots.ts";

export interface ValidateOptions {
  readonly members: number;
  readonly level: number;
  readonly workers: number;
  /** Of the members; the model's own if left out. */
  readonly seed?: number | undefined;
}

/** What `validate` says. */
export interface Validation extends SnapshotsAgainstLaw {
  readonly verdict: "consistent" | "refused";
  /** After the first snapshot. */
  readonly times: readonly number[];
  /**
   * `[profiles][times]` how far single realizations scatter over what the model expects of a system of its
   * sites; null where it expects nothing.
   */
  readonly fluctuationRatio: readonly (readonly number[] | null)[];
}

/** Predicts every profile from its first snapshot, and holds the prediction against the later ones. */
export function validateStage(
  folder: string,
  path: string,
  options: ValidateOptions,
): Stage<Validation> {
  return {
    title: "Hold the model against snapshots",
    async run(progress) {
      const { description, snapshots } = readLaterSnapshots(path);
      const model = await loadModel(join(folder, RUN_FILES.model), { threads: options.workers });
      try {
        checkSystem(model, description, path);
        const { members, level, seed = model.manifest.seed } = options;
        const predicted: PredictionOfSnapshots[] = [];
        for (const own of snapshots) {
          predicted.push(
            await predictSnapshots(model, own, description.h, { members, level, seed }),
          );
          progress(predicted.length, snapshots.length, own.profileName);
        }
        const against = snapshotsAgainstLaw(snapshots, predicted);
        return {
          verdict: against.test.pValue < LEAST_P_VALUE ? "refused" : "consistent",
          ...against,
          times: description.h,
          fluctuationRatio: predicted.map(({ fluctuationRatio }) => fluctuationRatio),
        };
      } finally {
        await model.close();
      }
    },
  };
}

/** @throws {UserError} where the snapshots are of another system than the model. */
function checkSystem({ manifest: { system } }: Model, of: SnapshotFiles, path: string): void {
  for (const field of ["sites", "elements", "beta"] as const) {
    if (of[field] === system[field]) continue;
    throw new UserError(
      `${path} has ${field} ${of[field]}, but the model was trained with ${system[field]}.`,
    );
  }
}
