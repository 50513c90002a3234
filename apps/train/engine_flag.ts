import process from "node:process";
import { UserError } from "@spiediff/command-line";
import {
  type AnyParticles,
  LOOPS_VARIABLE,
  type LoopsChoice,
  type LoopsName,
  loopsOf,
  processOf,
} from "@spiediff/kmc";

/**
 * Takes the flag: threads, and what this process starts or submits, inherit it.
 *
 * @param particles Of the experiment; not every process has compiled loops.
 * @returns The build that runs here.
 * @throws {RangeError} if it is not to be had; {UserError} if the process has no such loops.
 */
export function useEngine(choice: LoopsChoice | undefined, particles: AnyParticles): LoopsName {
  const { loops } = processOf(particles);
  if (choice !== undefined && choice !== "auto" && !loops.includes(choice)) {
    throw new UserError(
      `--engine must be auto or ${loops.join(" or ")} for ${particles.system}, not ${choice}.`,
    );
  }
  if (choice !== undefined) process.env[LOOPS_VARIABLE] = choice;
  const found = loopsOf();
  return loops.includes(found) ? found : loops[0];
}
