/** One data set of a process: its law learned and held against the exact one, and what that cost. */
import process from "node:process";
import { exactLaws } from "@spiediff/demo";
import type { SimulatedExperiment } from "@spiediff/experiment";
import { type OperatorEstimate, realizationsFor } from "@spiediff/fdt-operators";
import { fieldOf } from "@spiediff/law";
import { modelField } from "@spiediff/model-artifact";
import { learnedLaw, loadModel } from "@spiediff/predictor";
import type { BandAgreement } from "@spiediff/report";
import { compareLaw, densityGrid, LEVEL } from "@spiediff/run-report";
import { estimateProfiles } from "@spiediff/train";
import { trainModel } from "../_learning.ts";
import { mean, spread } from "../_study.ts";

const MEMBERS = 400;
/** Relative error of m that costs are stated for. */
const TARGET = 0.01;

export interface LawOutcome {
  /** Relative L2 over the covered densities. */
  readonly errors: { readonly m: number; readonly f: number; readonly D: number };
  /** How the bands of m, f'' and D meet the exact law. */
  readonly agreement: Readonly<Record<"mobility" | "curvature" | "diffusivity", BandAgreement>>;
  /** m at the middle of the domain, and its standard deviation over the members. */
  readonly middle: { readonly value: number; readonly deviation: number };
  /** Ratios of variances, classic over control variate, at the windows that were learned from. */
  readonly variance: { readonly m: number; readonly flux: number };
  /** Seconds of one core: for all profiles, and for each entry of one profile to 1 % of m. */
  readonly seconds: { readonly simulation: number; readonly onePercent: number };
}

/** Simulates, estimates, learns and compares. */
export async function lawOutcome(
  experiment: SimulatedExperiment,
  name: string,
): Promise<LawOutcome> {
  const before = process.cpuUsage();
  const estimates = await estimateProfiles(experiment, { workers: 1 });
  const { user, system } = process.cpuUsage(before);
  const simulation = (user + system) / 1e6;
  const { folder } = await trainModel(experiment, estimates, name);
  const { errors, reference, middle } = await comparison(experiment, folder);
  const { k1, freeEnergyGaugeFree, diffusivity } = errors!;
  const each = simulation / (experiment.profiles.length * experiment.sampling.realizations);
  return {
    errors: { m: k1, f: freeEnergyGaugeFree, D: diffusivity },
    agreement: reference.agreement!,
    middle,
    variance: {
      m: mean(estimates.map((e) => reductionAt(e, e.K1Horizon).closedK1)),
      flux: mean(estimates.map((e) => reductionAt(e, e.fluxHorizon).smoothFlux)),
    },
    seconds: {
      simulation,
      onePercent: each * mean(estimates.map((e) => realizationsFor(e, TARGET))),
    },
  };
}

const reductionAt = ({ hs, diagnostics }: OperatorEstimate, horizon: number) =>
  diagnostics.varianceReduction[hs.indexOf(horizon)];

/** The law of a model folder beside the exact one. */
async function comparison(experiment: SimulatedExperiment, folder: string) {
  const model = await loadModel(folder, { threads: 1 });
  try {
    const { coverage: { density: covered }, system: { elements } } = model.manifest;
    const grid = densityGrid(covered, fieldOf(modelField(model.manifest)));
    const options = { seed: experiment.seed, members: MEMBERS, level: LEVEL, keepMembers: true };
    const law = await learnedLaw(model, grid, options);
    const learned = { ...law, members: law.members! };
    const compared = compareLaw(grid, covered, learned, exactLaws(experiment), elements);
    const { members } = await learnedLaw(model, [(covered[0] + covered[1]) / 2], options);
    const values = [...members!.mobility];
    return { ...compared, middle: { value: mean(values), deviation: spread(values) } };
  } finally {
    await model.close();
  }
}
