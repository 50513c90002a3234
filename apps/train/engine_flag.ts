import process from "node:process";
import { LOOPS, LOOPS_VARIABLE, type LoopsChoice, type LoopsName, loopsOf } from "@spiediff/kmc";

/** The flag of the commands that move particles. */
export const engineFlag = {
  engine: {
    kind: "enum",
    values: ["auto", ...LOOPS],
    brief: "Build of the particle loops, the fastest when absent; never changes a result",
    optional: true,
  },
} as const;

/**
 * Takes the flag: threads, and what this process starts or submits, inherit it.
 *
 * @returns The build that runs here.
 * @throws {RangeError} if it is not to be had.
 */
export function useEngine(choice: LoopsChoice | undefined): LoopsName {
  if (choice !== undefined) process.env[LOOPS_VARIABLE] = choice;
  return loopsOf();
}
