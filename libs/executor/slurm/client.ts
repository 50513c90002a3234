import { execFile } from "node:child_process";
import { ShardError } from "../types.ts";

/** Runs one of Slurm's commands. @returns what it printed. @throws {ShardError} with what it complained of. */
export type SlurmClient = (command: string, args: readonly string[]) => Promise<string>;

/** Seconds after which a command that does not answer is given up. */
const PATIENCE = 120;
const MOST_OUTPUT = 1 << 28;

/** Slurm's commands on this machine. Arguments never pass a shell. */
export const slurmClient: SlurmClient = (command, args) =>
  new Promise((resolve, reject) => {
    const options = { timeout: 1000 * PATIENCE, maxBuffer: MOST_OUTPUT };
    execFile(command, [...args], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const missing = (error as { code?: unknown }).code === "ENOENT";
      const words = stderr.trim().split("\n").filter((line) => line !== "").join("; ");
      reject(
        new ShardError(
          missing
            ? `The command ${command} was not found; --executor slurm works where Slurm's commands are.`
            : `${command} failed: ${words || error.message}`,
        ),
      );
    });
  });
