/**
 * What of the machine some tests need. A test says so in its title, "(needs NAME)", and is skipped where
 * that is absent. `deno run -A tools/test_requirements.ts` prints what is there: a part of the key under
 * which Nx keeps results, so that a test that was skipped runs once it can.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { programPath, type Requirement, SLURM, type Unmet } from "@spiediff/slurm-test";

function program(name: string, packages = [name]): Requirement {
  return { name, packages, isThere: () => programPath(name) !== undefined };
}

/** The python3 on the path may be one that does not see Debian's modules. */
function pythonModule(name: string): Requirement {
  const hasIt = (python: string) => {
    try {
      execFileSync(python, ["-c", `import ${name}`], { stdio: "ignore", timeout: 20_000 });
      return true;
    } catch {
      return false;
    }
  };
  return {
    name: `Python's ${name}`,
    packages: [`python3-${name}`],
    isThere: () => ["python3", "/usr/bin/python3"].some(hasIt),
  };
}

export const REQUIREMENTS: readonly Requirement[] = [
  {
    name: "Chromium",
    // Texts have no width without any font.
    packages: ["chromium", "fonts-dejavu-core"],
    isThere: () => existsSync(Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium"),
  },
  program("bash"),
  program("fish"),
  program("zsh"),
  program("script", ["bsdutils"]),
  program("npm"),
  program("lmp", ["lammps"]),
  program("gcc", ["gcc", "libc6-dev"]),
  pythonModule("numpy"),
  pythonModule("onnx"),
  pythonModule("scipy"),
  pythonModule("h5py"),
  SLURM,
];

/** What a title says of its needs; null if nothing. */
export const needOf = (title: string): string | null =>
  /\(needs ((?:[^()]|\([^()]*\))+)\)/.exec(title)?.[1] ?? null;

/**
 * What was skipped and why, a line for each need.
 *
 * @param skipped Tests by what they need, as their titles say it: a name, or "NAME: reason".
 */
export function skippedText(skipped: Readonly<Record<string, number>>, unmet: readonly Unmet[]) {
  return Object.entries(skipped).sort(([, a], [, b]) => b - a).map(([need, count]) => {
    const why = unmet.find(({ name }) => name === need)?.reason;
    return `  ${count} that ${count === 1 ? "needs" : "need"} ${need}${why ? `: ${why}` : ""}`;
  }).join("\n");
}

if (import.meta.main) {
  console.log(REQUIREMENTS.filter((one) => one.isThere()).map(({ name }) => name).join(", "));
}
