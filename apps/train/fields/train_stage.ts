/** The stage from estimates of several fields to a model folder. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Stage, StageProgress } from "@spiediff/command-line";
import type { FieldsExperiment } from "@spiediff/experiment";
import { type FieldsEstimate, fieldsEstimateJson } from "@spiediff/fdt-operators";
import { fieldsProcessOf } from "@spiediff/kmc";
import { type FieldsManifest, modelFolder, verifyFieldsModel } from "@spiediff/model-artifact";
import { randomStream } from "@spiediff/random";
import { fingerprint, RUN_FILES } from "../run_folder.ts";
import { VERSION } from "../version.ts";

/** Raised with what a training does. */
const FORMAT = 1;

/** Learns and exports a model into the run folder; nothing is left to do where it is there. */
export function trainFieldsStage(
  experiment: FieldsExperiment,
  folder: string,
  estimates: readonly FieldsEstimate[],
): Stage<FieldsManifest> {
  return {
    title: "Learn M and the potential with their members; export",
    async run(progress: StageProgress) {
      const of = await trainingHash(experiment, estimates);
      const kept = await keptFieldsModel(folder, of);
      if (kept !== undefined) return kept;
      // Loaded only where something is left to learn.
      const [{ learnFields }, { exportFieldsModel }] = await Promise.all([
        import("./learn.ts"),
        import("./export_model.ts"),
      ]);
      const { law } = fieldsProcessOf(experiment.particles), { training, seed } = experiment;
      const stream = randomStream(seed, "train");
      const learned = learnFields(
        law,
        estimates,
        training,
        stream,
        (done, note) => progress(done, 2 + training.members, note),
      );
      return await exportFieldsModel(join(folder, RUN_FILES.model), experiment, learned, {
        training: of,
      });
    },
  };
}

/** Hash of everything that decides a model. */
export function trainingHash(
  { particles, elements, sampling, seed, profiles, training }: FieldsExperiment,
  estimates: readonly FieldsEstimate[],
): Promise<string> {
  const configuration = { particles, elements, sampling, seed, profiles, training };
  return fingerprint({
    ...{ code: VERSION, format: FORMAT, configuration },
    estimates: estimates.map(fieldsEstimateJson),
  });
}

/** The model that a run folder holds, if it is of this training. @throws {ModelError} if it is damaged. */
export async function keptFieldsModel(
  folder: string,
  training: string,
): Promise<FieldsManifest | undefined> {
  const path = join(folder, RUN_FILES.model);
  if (!existsSync(path)) return undefined;
  const { manifest } = await verifyFieldsModel(await modelFolder(path));
  return manifest.madeFrom.training === training ? manifest : undefined;
}
