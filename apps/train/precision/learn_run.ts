/** Simulates round after round until a named precision or a budget is reached. */
import {
  secondsText,
  type Stage,
  type StageProgress,
  type StageRunner,
} from "@spiediff/command-line";
import {
  type Curves,
  type DesignName,
  type FittedLaw,
  type Goal,
  goalText,
} from "@spiediff/design";
import type { SimulatedExperiment } from "@spiediff/experiment";
import type { RingEstimate } from "@spiediff/fdt-operators";
import { estimateStage } from "../file_stages.ts";
import { fingerprint } from "../run_folder.ts";
import {
  type DesignFile,
  designFingerprint,
  type DesignResult,
  experimentOf,
  readDesign,
  type Round,
  writeDesign,
} from "./design_file.ts";
import { coreSeconds } from "./pilot.ts";
import { forecast, widened } from "./plan.ts";
import {
  isReached,
  judge,
  type Judged,
  percentsOf,
  planRest,
  realizationsIn,
  roundOf,
  shareOf,
} from "./rounds.ts";

export interface PrecisionRun {
  readonly folder: string;
  readonly experiment: SimulatedExperiment;
  readonly goals: readonly Goal[];
  readonly design: DesignName;
  /** Core-seconds of simulation, the pilot included; none when absent. */
  readonly budget?: number;
  readonly run: StageRunner;
  /** Threads, for the time that is left. */
  readonly workers: number;
  /** Brings about the records that the run folder lacks. */
  readonly simulate: (
    experiment: SimulatedExperiment,
    title: string,
    note: () => string,
  ) => Promise<void>;
}

/** What a run came to. */
export interface LearnedPrecision {
  readonly file: DesignFile;
  readonly result: DesignResult;
  readonly experiment: SimulatedExperiment;
  readonly estimates: readonly RingEstimate[];
  /** The law that the result's widths are of, and by what its deviations are widened. */
  readonly law: FittedLaw;
  readonly factors: Curves<number>;
}

/**
 * Goes on from what the run folder has: its data serve another aim, too. A killed run loses no finished shard.
 *
 * @throws {RangeError} if the experiment cannot answer a goal.
 */
export async function learnPrecision(request: PrecisionRun): Promise<LearnedPrecision> {
  const { folder, goals } = request;
  let file = await begun(request);
  for (;;) {
    const { judged, estimates, ...looked } = await lookedAt(request, file);
    file = looked.file;
    if (isReached(goals, file.rounds.at(-1)!.after!)) {
      return await ended(request, file, estimates, judged, "aim", 0);
    }
    const plan = planRest(file, goals, judged);
    const spent = spentSeconds(file), rest = plan.cost * file.secondsEach;
    const left = (request.budget ?? Infinity) - spent;
    // A round of too little is not begun.
    if (left < LEAST_LEFT * Math.min(rest, spent)) {
      return await ended(request, file, estimates, judged, "budget", plan.isReached ? rest : null);
    }
    if (!plan.isReached && hasStalled(file)) {
      return await ended(request, file, estimates, judged, "law", null);
    }
    const share = Math.min(shareOf(plan.cost, realizationsIn(file.rounds)), left / rest);
    const settings = { settings: judged.refitted.settings, factors: judged.factors };
    const next = roundOf(plan, share, file.rounds.length + 1, settings);
    file = { ...file, rounds: [...file.rounds, next], result: null };
    await writeDesign(folder, file);
  }
}

/** Share of what is left, or was spent, below which a budget's rest begins no round. */
const LEAST_LEFT = 0.05;
/** Where a round of half as much again as all before it narrows by less than this, the law's own error is reached. */
const STALLED = 0.95;

function hasStalled({ rounds }: DesignFile): boolean {
  const [before, last] = rounds.slice(-2).map(({ after }) => after?.refitted);
  return before !== undefined && last !== undefined &&
    last.every((percent, g) => percent > STALLED * before[g]);
}

const spentSeconds = ({ pilotSeconds, rounds }: DesignFile): number =>
  rounds.reduce((sum, { after }) => sum + (after?.coreSeconds ?? 0), pilotSeconds);

/** The design that the folder has, or the first round of a new one after a pilot. */
async function begun(
  { folder, experiment, goals, design, budget, run }: PrecisionRun,
): Promise<DesignFile> {
  const until = goals.map(goalText);
  const found = await readDesign(folder);
  const own = await designFingerprint(experiment, design);
  if (found?.fingerprint === own) return { ...found, until };
  const stage: Stage<DesignFile> = {
    title: "Pilot",
    async run(onProgress: StageProgress) {
      const { window, plan, cost, fixedSeconds, settings, pilot, pilotSeconds } = await forecast(
        { experiment, goals, design },
        { onProgress },
      );
      const seconds = plan.cost * pilot.seconds;
      const share = Math.min(
        shareOf(plan.cost, 0),
        Math.max(0, (budget ?? Infinity) - pilotSeconds) / seconds,
      );
      const first = roundOf(plan, share, 1, { settings, factors: widened([settings.widthFactor]) });
      const realizations = plan.profiles.reduce((sum, one) => sum + one.realizations, 0);
      return {
        format: 1,
        fingerprint: own,
        ...{ experiment, design, until, window, pilotSeconds },
        forecast: { ...cost, realizations, fixedSeconds },
        secondsEach: pilot.seconds,
        rounds: [first],
        result: null,
      };
    },
  };
  const file = await run(stage);
  await writeDesign(folder, file);
  return file;
}

/** Makes the last round's data where they lack, and looks at all data for the goals of today. */
async function lookedAt(request: PrecisionRun, file: DesignFile) {
  const { folder, goals, run } = request;
  const round = file.rounds.at(-1)!, number = file.rounds.length;
  const experiment = experimentOf(file);
  const start = coreSeconds();
  if (round.after === undefined) {
    await request.simulate(experiment, `Round ${number}`, noteOf(request, file));
  }
  const { estimates, judged } = await run({
    title: `Law after round ${number}`,
    async run(progress: StageProgress) {
      const estimates = await estimateStage(experiment, folder).run(progress);
      return { estimates, judged: judge(file, estimates) };
    },
  });
  const hashes = estimates.map(async (estimate) =>
    [estimate.profileName, await fingerprint(estimate)] as const
  );
  const last: Round = {
    ...round,
    after: {
      ...percentsOf(file, goals, judged),
      coreSeconds: round.after?.coreSeconds ?? coreSeconds() - start,
      estimates: Object.fromEntries(await Promise.all(hashes)),
    },
  };
  const done: DesignFile = { ...file, rounds: [...file.rounds.slice(0, -1), last] };
  await writeDesign(folder, done);
  return { file: done, estimates, judged };
}

/** "density +-0.34 %, aim 0.2 %, about 40 s to it". */
function noteOf(
  { goals, workers }: PrecisionRun,
  { rounds, secondsEach }: DesignFile,
): () => string {
  const before = rounds.at(-2)?.after, round = rounds.at(-1)!;
  const aims = goals.map(({ quantity, percent }, g) =>
    `${quantity} ${before ? `+-${before.percent[g].toPrecision(2)} %, ` : ""}aim ${percent} %`
  ).join("; ");
  const total = realizationsIn([round]) / round.share * secondsEach / workers;
  const start = coreSeconds();
  const left = () => Math.max(0, total - (coreSeconds() - start) / workers);
  return () => `${aims}, about ${secondsText(left())} to it`;
}

async function ended(
  { folder, goals }: PrecisionRun,
  file: DesignFile,
  estimates: readonly RingEstimate[],
  { fixed, fixedFactors }: Judged,
  end: DesignResult["end"],
  rest: number | null,
): Promise<LearnedPrecision> {
  const { percent } = file.rounds.at(-1)!.after!;
  const reached = goals.map((goal, g) =>
    `${goal.quantity} +-${percent[g].toPrecision(2)} % (aim ${goal.percent} %)`
  ).join("; ");
  const why: Record<DesignResult["end"], string> = {
    aim: "The aim is reached",
    budget: "The budget is spent",
    law: "More data would not narrow it: the law itself is known no better",
  };
  const more = rest ? `; the rest would take about ${secondsText(rest)} of one core` : "";
  const result: DesignResult = {
    end,
    text: `${why[end]}: ${reached}${more}.`,
    percent,
    realizations: realizationsIn(file.rounds),
    coreSeconds: spentSeconds(file),
    rest,
  };
  const done = { ...file, result };
  await writeDesign(folder, done);
  const experiment = experimentOf(done);
  return { file: done, result, experiment, estimates, law: fixed, factors: fixedFactors };
}
