import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExperimentInput } from "@spiediff/experiment";
import { runSpiediff } from "./mod.ts";

/** A run of seconds: everything that a real one has, and far too little data to be good. */
export const TINY: ExperimentInput = {
  name: "tiny",
  seed: 5,
  particles: { sites: 200, halfWidth: 4, betaJ0: 1 },
  elements: 10,
  profiles: [
    { name: "wide", mean: 0.5, modes: [{ k: 1, amplitude: 0.3 }] },
    { name: "low", mean: 0.4, modes: [{ k: 1, amplitude: 0.2, phase: 1 }] },
  ],
  sampling: { realizations: 200, burnIn: 1e-5, h: [1e-4, 2e-4] },
  training: { hidden: [8, 8], batch: 40, steps: { k1: 500, freeEnergy: 500 } },
  prediction: {
    profile: { name: "target", mean: 0.5, modes: [{ k: 1, amplitude: 0.3 }] },
    times: [0, 0.001, 0.002],
    members: 20,
  },
  groundTruth: { realizations: 16 },
};

/** Writes an experiment file, the tiny one by default. */
export async function experimentFile(
  folder: string,
  name: string,
  edit: (experiment: Record<string, never>) => void = () => {},
): Promise<string> {
  const experiment = structuredClone(TINY) as unknown as Record<string, never>;
  edit(experiment);
  const path = join(folder, `${name}.json`);
  await writeFile(path, JSON.stringify(experiment));
  return path;
}

/** Runs the command line and keeps what it prints. */
export async function spiediff(
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = "", stderr = "";
  const code = await runSpiediff(args, {
    stdout: { write: (text: string) => void (stdout += text) },
    stderr: { write: (text: string) => void (stderr += text) },
    env: {},
  });
  return { code, stdout, stderr };
}
