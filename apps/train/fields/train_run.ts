import type { StageRunner } from "@spiediff/command-line";
import { localExecutor } from "@spiediff/executor";
import type { FieldsExperiment } from "@spiediff/experiment";
import type { FieldsEstimate } from "@spiediff/fdt-operators";
import type { FieldsManifest } from "@spiediff/model-artifact";
import { estimateFieldsStage } from "./estimate_stage.ts";
import { simulateFieldsStage } from "./simulate_stage.ts";
import { trainFieldsStage } from "./train_stage.ts";

/** From particles to a model folder; each stage takes up what an earlier run has left. */
export async function trainFieldsRun(
  experiment: FieldsExperiment,
  folder: string,
  workers: number,
  run: StageRunner,
): Promise<{ readonly estimates: readonly FieldsEstimate[]; readonly manifest: FieldsManifest }> {
  await run(simulateFieldsStage(experiment, folder, { executor: localExecutor({ workers }) }));
  const estimates = await run(estimateFieldsStage(experiment, folder));
  const manifest = await run(trainFieldsStage(experiment, folder, estimates));
  return { estimates, manifest };
}
