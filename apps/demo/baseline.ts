import { join } from "node:path";
import { type Stage, writeDurably } from "@spiediff/command-line";
import { holdOut, trainStatPinn } from "@spiediff/diffusion-train";
import type { Experiment } from "@spiediff/experiment";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { randomStream } from "@spiediff/random";
import { loadBackend, loadGraphRunner } from "@spiediff/tensor-backend";
import { densityRange, readJson, type TrainedRun } from "@spiediff/train";
import { errorsOfLaw, type ExactLaws, type LawErrors } from "./learned_functions.ts";

/** What deterministic networks make of the same data. */
export interface Baseline {
  readonly errors: LawErrors;
  readonly members: number;
  readonly seconds: number;
}

const FILE = "baseline.json";
const MEMBERS = 4;

/**
 * Trains the deterministic baseline (Stat-PINN) on the run's estimates, with the held-out elements
 * and the steps of the diffusion models shared out to its members, and measures it as they are.
 */
export function baselineStage(
  experiment: Experiment,
  folder: string,
  run: TrainedRun,
  laws: ExactLaws,
  made: { baseline?: Baseline },
): Stage {
  return {
    title: "Train the deterministic baseline",
    run: async () => {
      const path = join(folder, FILE);
      const of = run.training?.fingerprint;
      const kept = readJson(path) as ({ of?: string } & Baseline) | undefined;
      if (of !== undefined && kept?.of === of) {
        made.baseline = kept;
        return;
      }
      const baseline = await trainBaseline(experiment, run.estimates, laws);
      await writeDurably(path, JSON.stringify({ of, ...baseline }) + "\n");
      made.baseline = baseline;
    },
  };
}

async function trainBaseline(
  experiment: Experiment,
  estimates: readonly OperatorEstimate[],
  laws: ExactLaws,
): Promise<Baseline> {
  const start = performance.now();
  const { tf } = await loadBackend();
  const { training } = experiment;
  // The same elements are held out as for the diffusion models.
  const stream = randomStream(experiment.seed, "train");
  const data = holdOut(estimates, training.heldOut, stream.split("held-out"));
  const pinn = await trainStatPinn(
    tf,
    data,
    {
      hidden: training.hidden,
      learningRate: training.learningRate,
      members: MEMBERS,
      steps: training.steps,
      runner: await loadGraphRunner() ?? undefined,
    },
    stream.split("baseline"),
  );
  const law = { ...pinn, k1: (rho: number[]) => pinn.k1(rho, rho) };
  const errors = errorsOfLaw(law, laws, experiment.elements, densityRange(estimates));
  return { errors, members: MEMBERS, seconds: (performance.now() - start) / 1000 };
}
