import { join } from "node:path";
import { type Stage, writeDurably } from "@spiediff/command-line";
import { holdOut, trainStatPinn } from "@spiediff/diffusion-train";
import type { Experiment } from "@spiediff/experiment";
import type { RingEstimate } from "@spiediff/fdt-operators";
import { randomStream } from "@spiediff/random";
import { errorsOfLaw, type ExactLaws, type LawErrors } from "@spiediff/run-report";
import { type GraphRunner, loadBackend, loadGraphRunner, type Tf } from "@spiediff/tensor-backend";
import { densityRange, readJson, type TrainedRun, trainingData } from "@spiediff/train";

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
): Stage<Baseline> {
  return {
    title: "Train the deterministic baseline",
    async run(progress) {
      const kept = keptBaseline(folder, run);
      if (kept !== undefined) return kept;
      progress(0, 1);
      const engine = {
        tf: (await loadBackend()).tf,
        runner: await loadGraphRunner() ?? undefined,
      };
      const baseline = await trainBaseline(engine, experiment, run.estimates, laws, MEMBERS);
      const of = run.training.fingerprint;
      await writeDurably(join(folder, FILE), JSON.stringify({ of, ...baseline }) + "\n");
      return baseline;
    },
  };
}

/** The baseline that a run folder has for this very training, if any. */
export function keptBaseline(folder: string, { training }: TrainedRun): Baseline | undefined {
  const kept = readJson(join(folder, FILE)) as ({ of?: string } & Baseline) | undefined;
  return kept?.of === training.fingerprint ? kept : undefined;
}

/** Trains the baseline on estimates and measures it; the studies' comparisons are of the same making. */
export async function trainBaseline(
  { tf, runner }: { readonly tf: Tf; readonly runner?: GraphRunner },
  experiment: Experiment,
  estimates: readonly RingEstimate[],
  laws: ExactLaws,
  members: number,
): Promise<Baseline> {
  const start = performance.now();
  const { hidden, learningRate, steps, heldOut } = experiment.training;
  // The same elements are held out as for the diffusion models.
  const stream = randomStream(experiment.seed, "train");
  const data = holdOut(trainingData(estimates, experiment), heldOut, stream.split("held-out"));
  const pinn = await trainStatPinn(
    tf,
    data,
    {
      ...{ hidden, learningRate, members, runner },
      steps: { mobility: steps.k1, freeEnergy: steps.freeEnergy },
    },
    stream.split("baseline"),
  );
  const { elements } = experiment;
  const law = {
    ...pinn,
    k1: (rho: number[]) => pinn.mobility(rho, rho).map((m) => -elements * m),
  };
  const errors = errorsOfLaw(law, laws, elements, densityRange(estimates));
  return { errors, members, seconds: (performance.now() - start) / 1000 };
}
