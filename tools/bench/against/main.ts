/**
 * `deno task bench --against COMMIT [--pairs N] [--only TEXT]`: the present tree and an older commit in
 * turn, old new old new …, by commands in processor seconds of the process. Two JSON objects a command: the
 * ratio new over old of the whole command, and of its stage, which is what `--help` does not take as well; each
 * with its 95 % interval. Exits with 1 where a ratio exceeds 1.05 beyond its interval.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../../root.ts";
import { COMMAND_CASES, type CommandCase } from "./cases.ts";
import { summariseRatios } from "./ratio.ts";

/** A command may get slower by this much, beyond the interval of its ratio, before it counts as slower. */
const ALLOWED = 1.05;

interface Tree {
  readonly name: "old" | "new";
  readonly path: string;
}

/** Runs the program of a tree. @returns Seconds of processor time, user and system. */
function run(tree: Tree, folder: string, command: readonly string[]): number {
  const substitutes: Record<string, string> = {
    RUN: join(folder, "run"),
    "RUN/model": join(folder, "run", "model"),
    EXPERIMENT: join(folder, "experiment.json"),
  };
  const args = command.map((word) => substitutes[word] ?? word);
  const program = [Deno.execPath(), "run", "-A", join(tree.path, "apps/spiediff/main.ts"), ...args];
  // The shell's own clock counts what its finished children took.
  const { code, stderr } = new Deno.Command("bash", {
    args: ["-c", 'TIMEFORMAT="%U %S"; time "$@" > /dev/null', "bash", ...program],
    cwd: tree.path,
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  const text = new TextDecoder().decode(stderr).trim();
  if (code !== 0) throw new Error(`${tree.name}: ${args.join(" ")} failed:\n${text}`);
  const [user, system] = text.split("\n").at(-1)!.split(" ").map(Number);
  return user + system;
}

function prepare(tree: Tree, folder: string, one: CommandCase): void {
  Deno.mkdirSync(folder, { recursive: true });
  if (one.experiment) {
    Deno.writeTextFileSync(join(folder, "experiment.json"), JSON.stringify(one.experiment));
  }
  for (const command of one.prepare) run(tree, folder, command);
}

function timed(tree: Tree, folder: string, one: CommandCase): number {
  for (const path of one.remove) {
    try {
      Deno.removeSync(join(folder, "run", path), { recursive: true });
    } catch { /* Not there yet. */ }
  }
  return run(tree, folder, one.command);
}

/** Ratios new over old of a pair of runs: of all, and without the start of the program. */
interface PairRatio {
  readonly command: number;
  readonly stage: number;
}

function pairRatios(one: CommandCase, trees: readonly Tree[], pairs: number): PairRatio[] {
  const top = Deno.makeTempDirSync({ prefix: "spiediff-against-" });
  try {
    const folders = trees.map(({ name }) => join(top, name));
    trees.forEach((tree, i) => prepare(tree, folders[i], one));
    // The first run of each fills caches and is not counted.
    trees.forEach((tree, i) => timed(tree, folders[i], one));
    return Array.from({ length: pairs }, () => {
      const [old, now] = trees.map((tree, i) => timed(tree, folders[i], one));
      const [oldStart, start] = trees.map((tree, i) => run(tree, folders[i], ["--help"]));
      return { command: now / old, stage: (now - start) / (old - oldStart) };
    });
  } finally {
    Deno.removeSync(top, { recursive: true });
  }
}

function git(...args: string[]): void {
  const { success, stderr } = new Deno.Command("git", { args, cwd: ROOT }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** The commit in a folder of its own, with what it needs. */
function checkOut(commit: string): string {
  const path = Deno.makeTempDirSync({ prefix: "spiediff-old-" });
  git("worktree", "add", "--detach", path, commit);
  const { success, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["install", "--frozen"],
    cwd: path,
    stdout: "null",
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return path;
}

/** Compares and prints. @returns Exit code. */
export function against(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: {
      against: { type: "string" },
      pairs: { type: "string", default: "10" },
      only: { type: "string", default: "" },
    },
  });
  const pairs = Number(values.pairs);
  const chosen = COMMAND_CASES.filter(({ name }) => name.includes(values.only));
  if (!values.against || !Number.isInteger(pairs) || pairs < 2 || chosen.length === 0) {
    console.error(
      "Usage: deno task bench --against COMMIT [--pairs N, at least 2] [--only TEXT]\nCases: " +
        COMMAND_CASES.map(({ name }) => name).join("; "),
    );
    return 2;
  }
  const old = checkOut(values.against);
  let slower = 0;
  try {
    for (const one of chosen) {
      console.error(`${one.name} …`);
      const trees = [{ name: "old", path: old }, { name: "new", path: ROOT }] as const;
      const ratios = pairRatios(one, trees, pairs);
      for (const part of ["command", "stage"] as const) {
        const { median, interval } = summariseRatios(ratios.map((ratio) => ratio[part]));
        if (interval[0] > ALLOWED) slower++;
        console.log(JSON.stringify({
          name: `${one.name}, ${part}, processor time over ${values.against}`,
          value: median,
          interval,
          pairs,
        }));
      }
    }
  } finally {
    git("worktree", "remove", "--force", old);
  }
  if (slower > 0) console.error(`${slower} line(s) slower by more than 5 %.`);
  return slower > 0 ? 1 : 0;
}
