import { latticeProfile, simulateTrajectories } from "@spiediff/kmc";
import { loadModel, predict, type PredictOptions } from "@spiediff/predictor";
import { ROOT } from "../root.ts";
import { buildFolder } from "../standalone/folder.ts";
import { buildOneFile } from "../standalone/one_file.ts";
import { lawGraphLines, npmLines } from "./predictor_elsewhere.ts";
import { medianSeconds, timed } from "./timing.ts";
import type { BenchLine } from "./types.ts";

const MODEL = `${ROOT}/test-data/lrm-quick-model`;
const MEMBERS = 2000;
const FINAL_TIME = 0.05;
const wave = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);

/**
 * The long-range case, 25 elements, 2000 members or realizations, to the same time, on two threads:
 * prediction by DDIM-2 and DDPM-50 against direct simulation; then the standalone artifacts, `law.onnx` and
 * the npm package.
 */
export default async function predictor(): Promise<BenchLine[]> {
  const ddim = await predictionSeconds({});
  const ddpm = await predictionSeconds({ sampler: { kind: "ddpm" } }, 1);
  const direct = await directMilliseconds();
  const fine = await predictionSeconds({ elements: 200, members: 50 });
  const kmc = await kmcSeconds();
  return [
    { name: "predictor DDIM-2, 2000 members to t = 0.05, load included, s", value: ddim, max: 10 },
    { name: "predictor DDPM-50, the same, s", value: ddpm },
    { name: "predictor DDPM-50 over DDIM-2, times", value: ddpm / ddim },
    { name: "predictor DDIM-2 without tables, ms for each stage of 50000 rows", value: direct },
    { name: "predictor DDIM-2, 50 members on 200 elements (stiff method), s", value: fine },
    {
      name: "direct simulation, 2000 realizations to t = 0.05, scaled from 128 to t = 0.002, s",
      value: kmc,
    },
    { name: "direct simulation over DDIM-2, times", value: kmc / ddim, min: 100 },
    ...await artifactLines(),
  ];
}

/** From reading the model to the finished prediction. */
async function predictionSeconds(change: Partial<PredictOptions>, rounds = 3): Promise<number> {
  const times = [FINAL_TIME / 4, FINAL_TIME / 2, FINAL_TIME];
  return await medianSeconds(async () => {
    const model = await loadModel(MODEL, { threads: 2 });
    const p = await predict(model, wave, times, { seed: 1, members: MEMBERS, ...change });
    await model.close();
    const { operatorsNotPSD, maxMassDrift } = p.invariants;
    if (operatorsNotPSD > 0 || maxMassDrift > 1e-12) throw new Error("The physics does not hold.");
  }, { rounds, seconds: 0 });
}

/** One stage of all members by direct inference: what tables save. */
async function directMilliseconds(): Promise<number> {
  const model = await loadModel(MODEL, { threads: 2 });
  const options = { seed: 1, members: MEMBERS, tabulate: "never", fixedStep: 1e-4 } as const;
  const p = await predict(model, wave, [2e-4], options);
  await model.close();
  return 1e3 * p.seconds.integration / p.steps.lawEvaluations;
}

/**
 * Enough realizations to fill every lane of both workers, over a short span, scaled: the cost of a hop
 * hardly changes with time.
 */
async function kmcSeconds(): Promise<number> {
  const span = 0.002, realizations = 128;
  const system = { sites: 2000, halfWidth: 40, betaJ0: 1 };
  const seconds = await medianSeconds(() =>
    simulateTrajectories({
      system,
      elements: 25,
      profile: latticeProfile("bench", system.sites, wave),
      initialState: "bernoulli",
      realizations,
      seed: 1,
      workers: 2,
      times: [span],
    }), { rounds: 3, seconds: 0 });
  return seconds * (MEMBERS / realizations) * (FINAL_TIME / span);
}

/** Sizes, speed of the exported law, and the time from the start of a fresh process to its first result. */
async function artifactLines(): Promise<BenchLine[]> {
  const out = await Deno.makeTempDir({ prefix: "spiediff-bench-" });
  try {
    const folder = await buildFolder(`${out}/predictor`);
    const oneFile = await buildOneFile(folder.path, `${out}/predictor.run`, "gzip");
    const start = await medianSeconds(() => run(`${folder.path}/predictor`, out));
    const first = await timed(() => run(oneFile.path, out));
    const again = await medianSeconds(() => run(oneFile.path, out));
    return [
      { name: "predictor standalone folder, MB", value: folder.bytes / 1e6, max: 50 },
      { name: "predictor standalone folder, start to first result, s", value: start, max: 0.5 },
      { name: "predictor one file, MB", value: oneFile.bytes / 1e6 },
      { name: "predictor one file, first start to first result, s", value: first },
      { name: "predictor one file, later starts, s", value: again },
      ...await lawGraphLines(out),
      ...await npmLines(out),
    ];
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

async function run(program: string, out: string): Promise<void> {
  const deno = Deno.execPath().replace(/\/[^/]*$/, "");
  const args = ["predict", MODEL, "--profile", "0.5+0.1*cos(2*pi*x)", "--times", "0.001"];
  const { code, stderr } = await new Deno.Command(program, {
    args: [...args, "--members", "40"],
    clearEnv: true,
    env: { PATH: `${deno}:/usr/bin:/bin`, TMPDIR: out },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
}
