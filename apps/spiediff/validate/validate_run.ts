/** A run's model against snapshots that it was not trained on. */
import { join } from "node:path";
import { type Stage, UserError } from "@spiediff/command-line";
import {
  LEAST_P_VALUE,
  type SnapshotsAgainstLaw,
  snapshotsAgainstLaw,
} from "@spiediff/fdt-operators";
import { loadModel, type Model } from "@spiediff/predictor";
import { modelUnits } from "@spiediff/model-artifact";
import { type DescribedSnapshots, readLaterSnapshots } from "@spiediff/train/import-stages";
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
  /** After the first snapshot, in the unit of the particles' files. */
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
      const later = await readLaterSnapshots(path, () => {});
      const { snapshots, h } = later;
      const model = await loadModel(join(folder, RUN_FILES.model), { threads: options.workers });
      try {
        checkSystem(model, later, path);
        const units = modelUnits(model.manifest);
        const { members, level, seed = model.manifest.seed } = options;
        const predicted: PredictionOfSnapshots[] = [];
        for (const own of snapshots) {
          predicted.push(
            await predictSnapshots(model, own, h, { members, level, seed }),
          );
          progress(predicted.length, snapshots.length, own.profileName);
        }
        const against = snapshotsAgainstLaw(snapshots, predicted);
        return {
          verdict: against.test.pValue < LEAST_P_VALUE ? "refused" : "consistent",
          ...against,
          times: h.map((t) => t * units.time),
          fluctuationRatio: predicted.map(({ fluctuationRatio }) => fluctuationRatio),
        };
      } finally {
        await model.close();
      }
    },
  };
}

/** @throws {UserError} where the snapshots are of another system than the model. */
function checkSystem(
  { manifest }: Pick<Model, "manifest">,
  of: DescribedSnapshots,
  path: string,
): void {
  const { system } = manifest;
  const refuse = (own: string, trained: string | number): never => {
    throw new UserError(`${path} has ${own}, but the model was trained with ${trained}.`);
  };
  const isOff = (a: number, b: number) => Math.abs(a - b) > ROUNDING * Math.abs(b);
  for (const field of ["sites", "elements", "beta"] as const) {
    if (isOff(of[field], system[field])) refuse(`${field} ${of[field]}`, system[field]);
  }
  const units = modelUnits(manifest);
  if ((of.scales === undefined) !== units.isLaw) {
    const names = ["fields of a lattice", "positions of particles"];
    refuse(names[+(of.scales !== undefined)], names[+!units.isLaw]);
  }
  if (of.scales === undefined) return;
  for (const scale of ["length", "time", "density"] as const) {
    if (isOff(of.scales[scale], units[scale])) {
      refuse(`${SCALES[scale]} ${of.scales[scale]}`, units[scale]);
    }
  }
}

/** Relative difference of numbers that files and a manifest have written. */
const ROUNDING = 1e-6;
const SCALES = { length: "a box of", time: "a time L^2/D0 of", density: "a density unit of" };
