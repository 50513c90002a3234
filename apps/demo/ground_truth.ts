import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Stage, type StageProgress, writeDurably } from "@spiediff/command-line";
import { runTrajectories, type TrajectoryStatistics } from "@spiediff/ensemble";
import type { SimulatedExperiment } from "@spiediff/experiment";
import { processOf } from "@spiediff/kmc";
import { canonicalJson, sha256 } from "@spiediff/model-artifact";
import { profileRuns } from "@spiediff/train";
import { comparedElements } from "./mesh.ts";

/** The direct simulation with the seconds of work that it took. */
export interface GroundTruth {
  readonly statistics: TrajectoryStatistics;
  /** Wall-clock seconds, those of an earlier, interrupted run included. */
  readonly seconds: number;
}

interface Kept {
  fingerprint: string;
  seconds: number;
  /** Fields of the realizations done, by their number. */
  realizations: Record<string, number[]>;
}

const FILE = "kmc-realizations.json";
/** Realizations between two writes of what is done. */
const KEEP_EVERY = 4;

/** Simulates the predicted profile directly, or reads the simulation that the folder holds. */
export function groundTruthStage(
  experiment: SimulatedExperiment,
  folder: string,
  workers: number,
): Stage<GroundTruth> {
  return {
    title: "Simulate the same times directly",
    async run(progress) {
      const isKept = await hasGroundTruth(experiment, folder);
      return await groundTruth(experiment, folder, workers, isKept ? () => {} : progress);
    },
  };
}

/**
 * Simulates the predicted profile directly, to the same times: slow, and the truth.
 *
 * Realizations are kept in the run folder as they are done, and taken up again after a kill.
 */
async function groundTruth(
  experiment: SimulatedExperiment,
  folder: string,
  workers: number,
  progress: StageProgress,
): Promise<GroundTruth> {
  const { particles, prediction, groundTruth: { realizations } } = experiment;
  const { profile, times } = prediction;
  const path = join(folder, FILE);
  const kept = readKept(path, await fingerprintOf(experiment));
  const start = performance.now();
  const save = () => {
    const seconds = kept.seconds + (performance.now() - start) / 1000;
    return writeDurably(path, JSON.stringify({ ...kept, seconds }) + "\n");
  };
  let writing = Promise.resolve();
  let fresh = 0;
  const runs = {
    ...profileRuns(experiment, profile, realizations),
    ...{ elements: comparedElements(experiment), times },
  };
  const statistics = await runTrajectories(processOf(particles).trajectories(runs), {
    workers,
    completed: new Map(
      Object.entries(kept.realizations)
        .map(([r, fields]): [number, Float64Array] => [Number(r), Float64Array.from(fields)])
        .filter(([r]) => r < realizations),
    ),
    onRealization: (r, fields) => {
      kept.realizations[r] = [...fields];
      if (++fresh % KEEP_EVERY === 0) writing = writing.then(save);
    },
    onProgress: (done, total) => progress(done, total, `${done} of ${total} realizations`),
  });
  await writing;
  await save();
  const seconds = kept.seconds + (performance.now() - start) / 1000;
  return { statistics, seconds };
}

/** Whether a folder holds the whole direct simulation of this very experiment. */
export async function hasGroundTruth(
  experiment: SimulatedExperiment,
  folder: string,
): Promise<boolean> {
  const kept = readKept(join(folder, FILE), await fingerprintOf(experiment));
  const { realizations } = experiment.groundTruth;
  return Array.from({ length: realizations }, (_, r) => r).every((r) => kept.realizations[r]);
}

/** Hash of everything that decides the direct simulation. */
function fingerprintOf(experiment: SimulatedExperiment): Promise<string> {
  const { particles, seed, prediction: { profile, times } } = experiment;
  const elements = comparedElements(experiment);
  const of = JSON.parse(JSON.stringify({ particles, elements, seed, profile, times }));
  return sha256(new TextEncoder().encode(canonicalJson(of)));
}

/** What an earlier run left; nothing if it was for another experiment or is unreadable. */
function readKept(path: string, fingerprint: string): Kept {
  try {
    const kept = JSON.parse(readFileSync(path, "utf8")) as Kept;
    if (kept.fingerprint === fingerprint) return kept;
  } catch { /* Not there or cut short: these realizations are simply done again. */ }
  return { fingerprint, seconds: 0, realizations: {} };
}
