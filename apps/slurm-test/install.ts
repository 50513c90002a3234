import { execFile } from "node:child_process";
import { accessSync, constants, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

/** Something of the machine that some tests need, and the packages of Debian that bring it. */
export interface Requirement {
  readonly name: string;
  readonly packages: readonly string[];
  isThere(): boolean;
}

/** A requirement that this machine does not meet, and why: half a sentence. */
export interface Unmet {
  readonly name: string;
  readonly reason: string;
}

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

export const SLURM: Requirement = {
  name: "Slurm",
  packages: ["slurm-wlm", "munge"],
  isThere: () =>
    ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo"]
      .every((name) => programPath(name) !== undefined),
};

/** Most seconds for the lists of packages, for what is fetched, and for unpacking it. */
const UPDATE = 60, DOWNLOAD = 300, UNPACK = 600;

/** A network that swallows packets must not hold anybody up for long. */
const IMPATIENT = ["Retries=0", "http::Timeout=10", "https::Timeout=10"]
  .flatMap((option) => ["-o", `Acquire::${option}`]);

/**
 * Installs what is absent, if this is Debian and we may.
 *
 * @param say Told what is about to be installed.
 * @returns what is absent still, in the order given.
 */
export async function install(
  requirements: readonly Requirement[],
  say: (text: string) => void = () => {},
): Promise<Unmet[]> {
  const absent = () => requirements.filter((one) => !one.isThere());
  const all = (reason: string) => absent().map(({ name }) => ({ name, reason }));
  if (absent().length === 0) return [];
  if (programPath("apt-get") === undefined) return all("it is not installed");
  if (process.getuid?.() !== 0) return all("it is not installed, and only root can install it");
  const reasons = new Map<Requirement, string>();
  await alone(async () => {
    // Another process of ours may just have done it.
    const wanted = absent();
    if (wanted.length === 0) return;
    say(`Installing for the tests: ${wanted.map(({ name }) => name).join(", ")}.`);
    // With old lists, or none, the download says what is the matter.
    await apt(UPDATE, "update");
    const reason = await installPackages(wanted);
    if (reason === null) return;
    for (const one of wanted) {
      // A release that lacks one package must not lose the others.
      const own = wanted.length > 1 && /^E: .*package/i.test(reason)
        ? await installPackages([one])
        : reason;
      reasons.set(one, own ?? "its packages do not have it");
    }
  });
  return absent().map((one) => ({
    name: one.name,
    reason: `it could not be installed: ${reasons.get(one) ?? "its packages do not have it"}`,
  }));
}

/** Fetches first: that may be cut off at any moment, unpacking may not. @returns why it failed. */
async function installPackages(requirements: readonly Requirement[]): Promise<string | null> {
  const packages = requirements.flatMap(({ packages }) => packages);
  const args = ["install", "--yes", "--no-install-recommends", ...packages];
  return await apt(DOWNLOAD, ...args, "--download-only") ?? await apt(UNPACK, ...args);
}

/** Runs apt-get. @returns its first complaint; null if it had none. */
async function apt(seconds: number, ...args: string[]): Promise<string | null> {
  try {
    await promisify(execFile)(
      "apt-get",
      ["-q", "-o", "DPkg::Lock::Timeout=60", ...IMPATIENT, ...args],
      {
        timeout: 1000 * seconds,
        maxBuffer: Infinity,
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
      },
    );
    return null;
  } catch (error) {
    const { killed, stderr = "", message } = error as Error & { killed?: boolean; stderr?: string };
    if (killed) return `apt-get took more than ${seconds} s`;
    return /^E: .*$/m.exec(stderr)?.[0] ?? message;
  }
}

/** Runs something while no other process of ours does. */
async function alone(work: () => Promise<void>): Promise<void> {
  const lock = join(tmpdir(), "spiediff-test-install");
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid}`, { flag: "wx" });
      break;
    } catch {
      if (isLeftBehind(lock)) rmSync(lock, { force: true });
      await pause(500);
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Whether the process that wrote its number into a file has ended. */
function isLeftBehind(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(lock, "utf8")), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
