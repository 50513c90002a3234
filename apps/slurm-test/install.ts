import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";

/** Programs of Debian's packages slurm-wlm and munge. */
const PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo"];
const PACKAGES = ["slurm-wlm", "munge"];

/** Daemons live where the search path of plain users does not look. */
const FOLDERS = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];

/** Full path of a program; undefined if it is not installed. */
export function programPath(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const missing = () => PROGRAMS.filter((name) => programPath(name) === undefined);

/**
 * Installs Slurm where it is absent, if this is Debian and we may.
 *
 * @returns null when it is there, else why it is not: one sentence.
 */
export async function installSlurm(): Promise<string | null> {
  if (missing().length === 0) return null;
  if (process.getuid?.() !== 0) return "Slurm is not installed, and only root can install it.";
  if (programPath("apt-get") === undefined) {
    return "Slurm is not installed, and there is no apt-get.";
  }
  await alone(() => {
    if (missing().length === 0) return;
    const apt = (...args: string[]) =>
      execFileSync("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", ...args], {
        stdio: "ignore",
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      });
    const install = () => apt("install", "--yes", "--no-install-recommends", ...PACKAGES);
    try {
      install();
    } catch {
      // A bare machine may not have its lists of packages yet.
      try {
        apt("update");
        install();
      } catch { /* Offline, or no such packages: told below. */ }
    }
  });
  const left = missing();
  return left.length === 0 ? null : `Slurm could not be installed: ${left.join(", ")} are missing.`;
}

/** Runs something while no other process of ours does. */
async function alone(work: () => void): Promise<void> {
  const lock = join(tmpdir(), "spiediff-slurm-install");
  for (let waited = 0;; waited++) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      // Left behind by a process that was killed.
      if (ageOf(lock) > 600) rmSync(lock, { recursive: true, force: true });
      await pause(500);
    }
  }
  try {
    work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Seconds since a folder was made; 0 if it is gone. */
function ageOf(path: string): number {
  try {
    return (Date.now() - statSync(path).mtimeMs) / 1000;
  } catch {
    return 0;
  }
}
