/**
 * `deno task mutate [--seed N] [--count N] [--only FOLDER]... [--jobs N] [--limit SECONDS] [--json]`: plants a
 * seeded sample of mistakes, one at a time, each in a copy of the workspace, and prints those that no test
 * notices. Exits with 1 below the score that CONTRIBUTING.md asks for. A run that was cut off goes on.
 */
import { parseArgs } from "node:util";
import { ROOT } from "../root.ts";
import { readEquivalents } from "./equivalents.ts";
import { allMutants, mutantJudge, sourcesToMutate } from "./runner.ts";
import { endAllTests } from "./run_tests.ts";
import { packageOf, sampleMutants } from "./sample.ts";
import { describeVerdict, scoreOf, type Verdict } from "./score.ts";
import { digestOf, keep, takeUp } from "./state_file.ts";
import { copyWorkspace, removeStaleCopies, trackedFiles } from "./workspace_copy.ts";

interface Options {
  readonly seed: number;
  readonly count: number;
  readonly only: readonly string[];
  readonly jobs: number;
  readonly limit: number;
  readonly json: boolean;
}

function readOptions(): Options {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      seed: { type: "string", default: "1" },
      count: { type: "string", default: "100" },
      only: { type: "string", multiple: true, default: [] },
      jobs: { type: "string", default: "2" },
      limit: { type: "string", default: "300" },
      json: { type: "boolean", default: false },
    },
  });
  const whole = (name: "seed" | "count" | "jobs" | "limit", least: number) => {
    const value = Number(values[name]);
    if (values[name].trim() !== "" && Number.isInteger(value) && value >= least) return value;
    throw new RangeError(
      `--${name} must be a whole number of at least ${least}, not "${values[name]}".`,
    );
  };
  const only = values.only.map((one) => one.replace(/\/+$/, ""));
  return {
    ...{ seed: whole("seed", 0), count: whole("count", 1), jobs: whole("jobs", 1) },
    ...{ limit: whole("limit", 1), only, json: values.json },
  };
}

async function main(options: Options): Promise<number> {
  const paths = await trackedFiles(ROOT);
  const sources = sourcesToMutate(
    paths,
    options.only,
    (path) => Deno.readTextFileSync(`${ROOT}/${path}`),
  );
  if (sources.length === 0) {
    throw new RangeError(`--only ${options.only.join(" ")} names no source.`);
  }
  const sample = sampleMutants(allMutants(ROOT, sources), options.count, options.seed);
  const { seed, count, only } = options;
  const name = [seed, count, ...only.map((one) => one.replaceAll("/", "-"))].join("-");
  const file = `${ROOT}/dist/mutate/${name}.jsonl`;
  const say = (text: string) => options.json ? console.error(text) : console.log(text);
  const verdicts = takeUp(file, digestOf(ROOT, paths));
  if (verdicts.length > 0) say(`goes on after ${verdicts.length} of ${sample.length}`);
  const done = new Set(verdicts.map(({ mutant }) => JSON.stringify(mutant)));
  const queue = sample.filter((mutant) => !done.has(JSON.stringify(mutant)));
  await judgeAll(options, paths, queue, (verdict) => {
    keep(file, verdict);
    verdicts.push(verdict);
    say(describeVerdict(verdict));
  });
  const score = scoreOf(verdicts);
  const total = score.noticed + score.survived;
  say(
    `${score.noticed} of ${total} noticed (${(100 * score.share).toFixed(1)} %), ` +
      `${score.survived} survive, ${score.equivalent} argued equivalent; seed ${seed}`,
  );
  if (options.json) console.log(JSON.stringify({ seed, only, ...score, verdicts }));
  return score.enough ? 0 : 1;
}

/** Shares the queue among as many copies of the workspace as there are jobs. */
async function judgeAll(
  { jobs, limit }: Options,
  paths: readonly string[],
  queue: readonly Verdict["mutant"][],
  report: (verdict: Verdict) => void,
): Promise<void> {
  const equivalents = readEquivalents(`${ROOT}/tools/mutate/equivalents.json`);
  removeStaleCopies();
  // Packages together, since each has processes of its own; in the sample's order, so that no name comes first.
  const named = [...new Set(queue.map(({ path }) => packageOf(path)))];
  const place = ({ path }: Verdict["mutant"]) => named.indexOf(packageOf(path));
  const left = queue.toSorted((a, b) => place(a) - place(b));
  const copies: string[] = [];
  const removeCopies = () =>
    copies.splice(0).forEach((copy) => Deno.removeSync(copy, { recursive: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      endAllTests();
      removeCopies();
      Deno.exit(130);
    });
  }
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, left.length) }, async () => {
      const copy = await copyWorkspace(ROOT);
      copies.push(copy);
      const judge = mutantJudge(copy, paths, equivalents, limit);
      for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
        report(await judge(mutant));
      }
    }));
  } finally {
    endAllTests();
    removeCopies();
  }
}

try {
  Deno.exit(await main(readOptions()));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(error instanceof RangeError || error instanceof TypeError ? 2 : 1);
}
