/**
 * `deno task study large-mesh`: a million sites on a thousand elements through the commands, with the memory and
 * the records that each leaves.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  equilibriumFor,
  exactK1OfField,
  hatAverages,
  longRangePressure,
  solveDiffusion,
} from "@spiediff/exact-reference";
import { parseExperiment, profileDensity } from "@spiediff/experiment";
import type { Claim } from "@spiediff/report";
import { ROOT } from "../../root.ts";
import { progress, workersOption, writeStudy } from "../_study.ts";

const SEED = 1;
const SITES = 1_000_000, ELEMENTS = 1000, REALIZATIONS = 256;
/** Macroscopic duration of 6 hop times. */
const H = 6 / SITES ** 2;
const TIME = 1e-3;
const PROFILE = "0.5+0.3*cos(2*pi*x)";
const system = { sites: SITES, halfWidth: 40, betaJ0: 1 };

const input = {
  name: "large-mesh",
  seed: SEED,
  particles: { ...system, initialState: "local-gibbs" },
  elements: ELEMENTS,
  profiles: [
    { name: "wide", mean: 0.5, modes: [{ k: 1, amplitude: 0.4, phase: 0 }] },
    { name: "double", mean: 0.5, modes: [{ k: 2, amplitude: 0.36, phase: 0.4 }] },
  ],
  sampling: { realizations: REALIZATIONS, burnIn: 0, h: [H], blocks: 16 },
  prediction: {
    profile: { name: "target", mean: 0.5, modes: [{ k: 1, amplitude: 0.3, phase: 0 }] },
    times: [0, TIME],
  },
  groundTruth: { realizations: 2 },
  training: { steps: { k1: 1200, freeEnergy: 1200 }, hidden: [48, 48, 48] },
};

const folder = mkdtempSync(join(tmpdir(), "spiediff-large-mesh-"));
const run = join(folder, "run");

interface Stage {
  readonly name: string;
  readonly seconds: number;
  /** Largest resident memory, MB. */
  readonly memory: number;
  readonly stdout: string;
}

/** Runs a command and watches the largest memory that the system has seen of it. */
async function stage(name: string, args: string[]): Promise<Stage> {
  progress(name);
  const from = performance.now();
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${ROOT}/apps/spiediff/main.ts`, name, ...args],
    stdout: "piped",
    stderr: "inherit",
  });
  const child = command.spawn();
  let memory = 0;
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      memory = Math.max(memory, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) * 1024 / 1e6);
    } catch { /* It has ended. */ }
  }, 50);
  const { success, stdout } = await child.output();
  clearInterval(look);
  if (!success) throw new Error(`spiediff ${name} failed.`);
  const seconds = (performance.now() - from) / 1000;
  progress(`${name}: ${seconds.toFixed(0)} s, ${memory.toFixed(0)} MB`);
  return { name, seconds, memory, stdout: new TextDecoder().decode(stdout) };
}

const sizeOf = (path: string): number =>
  readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0) / 1e6;

/**
 * Largest distance of a prediction from the long-range equation, solved by other means, in half-widths of the
 * band of whole curves.
 */
function predictionError(stdout: string): number {
  const { density } = JSON.parse(stdout) as {
    density: { mean: number[]; wholeCurve: { lower: number[]; upper: number[] } }[];
  };
  const field = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);
  const [solution] = solveDiffusion(longRangePressure(system.betaJ0), 1, field, [TIME], 200);
  const truth = hatAverages(solution, ELEMENTS);
  const { mean, wholeCurve: { lower, upper } } = density.at(-1)!;
  return Math.max(
    ...mean.map((rho, i) => Math.abs(rho - truth[i]) / ((upper[i] - lower[i]) / 2)),
  );
}

/** Chi-square per element of the estimated K1 against equilibrium. */
function operatorChiSquare(): number {
  const { profiles } = parseExperiment(input);
  const sums = profiles.map((profile) => {
    const { estimate } = JSON.parse(
      readFileSync(join(run, "estimates", `${profile.name}.json`), "utf8"),
    );
    const exact = exactK1OfField(
      equilibriumFor(system),
      (x) => profileDensity(profile, x),
      ELEMENTS,
    );
    return estimate.K1.reduce(
      (sum: number, K1: number, e: number) =>
        sum + ((K1 - exact[e]) / estimate.K1StandardError[e]) ** 2,
      0,
    );
  });
  return sums.reduce((a, b) => a + b, 0) / (sums.length * ELEMENTS);
}

try {
  const file = join(folder, "experiment.json");
  writeFileSync(file, JSON.stringify(input));
  const workers = ["--workers", String(workersOption())];
  const stages = [
    await stage("simulate", [run, "--experiment", file, ...workers]),
    await stage("estimate", [run]),
    await stage("train", [run]),
    await stage("predict", [
      join(run, "model"),
      ...["--profile", PROFILE, "--times", `0,${TIME}`, "--members", "100", "--json"],
    ]),
  ];
  const claims: Claim[] = [
    ...stages.map(({ name, memory }) => ({
      name: `largest memory of \`${name}\`, MB`,
      value: memory,
      max: 1000,
    })),
    { name: "records, MB", value: sizeOf(join(run, "records")), max: 100 },
    {
      name: "estimated K1 against equilibrium, chi-square per element",
      value: operatorChiSquare(),
      max: 1.5,
    },
    {
      name: "predicted mean against the long-range equation, largest over the band of whole curves",
      value: predictionError(stages[3].stdout),
      max: 1,
    },
    ...stages.map(({ name, seconds }) => ({ name: `seconds of \`${name}\``, value: seconds })),
  ];
  writeStudy({
    name: "large-mesh",
    seed: SEED,
    claims,
    figures: [],
    text: `# A mesh of 1000 elements

${SITES.toLocaleString("en")} sites, half-width 40, beta J0 = 1, on ${ELEMENTS} elements,
${REALIZATIONS} realizations of two profiles from local equilibrium, one window of 6 hop times, 16
blocks; then estimates, a training with the networks and steps of the quick preset, and 100 members
to t = ${TIME}. Memory is the largest that the kernel has seen of each command (\`VmHWM\`).`,
  });
} finally {
  rmSync(folder, { recursive: true });
}
