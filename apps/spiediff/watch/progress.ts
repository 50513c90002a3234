import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { RingEstimate } from "@spiediff/fdt-operators";
import type { Experiment } from "@spiediff/experiment";
import { type LiveLaw, liveLaw } from "@spiediff/demo";
import { readEstimates, readRunExperiment, RUN_FILES } from "@spiediff/train/stages";

/** How far a run is, from the files in its folder alone. */
export interface RunProgress {
  readonly experiment: Experiment;
  /** What is being done, or that all is done. */
  readonly phase: string;
  readonly finished: boolean;
  /** Profiles simulated and estimated. */
  readonly recorded: number;
  readonly estimated: number;
  readonly law: LiveLaw | null;
}

/** Looks at a run folder. @throws {UserError} if it is not one. */
export async function runProgress(folder: string): Promise<RunProgress> {
  const experiment = readRunExperiment(folder);
  const { profiles } = experiment;
  const recorded = count(folder, "records", ".record");
  const estimated = count(folder, RUN_FILES.estimates, ".json");
  const all = await estimatesSoFar(folder, experiment);
  const law = all && await liveLaw(folder, experiment, all);
  const finished = law?.source === "model" && existsSync(join(folder, "report.html"));
  return { experiment, phase: phase(), finished, recorded, estimated, law };

  function phase(): string {
    if (finished) return "done: report.html is written";
    if (law?.source === "model") return "trained; no report yet";
    if (law) {
      const { name, steps } = law.training[law.training.length - 1];
      return `training: ${name}, step ${steps[steps.length - 1]}`;
    }
    if (all) return "training: before its first checkpoint";
    if (recorded === profiles.length) return "simulated; not all profiles estimated yet";
    return `simulating: ${Math.max(recorded, estimated)} of ${profiles.length} profiles done`;
  }
}

/** All estimates, or null while some are missing. */
async function estimatesSoFar(
  folder: string,
  experiment: Experiment,
): Promise<RingEstimate[] | null> {
  try {
    return await readEstimates(folder, experiment);
  } catch {
    return null;
  }
}

function count(folder: string, name: string, ending: string): number {
  return entries(join(folder, name)).filter((file) => file.endsWith(ending)).length;
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Changes whenever a file does that the page is made from. */
export function signature(folder: string): string {
  const folders = ["", "records", RUN_FILES.estimates, "checkpoints", RUN_FILES.model];
  return folders.flatMap((name) => entries(join(folder, name)).map((file) => join(name, file)))
    .filter((path) => !path.includes(".partial"))
    .map((path) => {
      try {
        const { mtimeMs, size } = statSync(join(folder, path));
        return `${path} ${mtimeMs} ${size}`;
      } catch {
        return path;
      }
    }).join("\n");
}
