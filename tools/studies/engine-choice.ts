/**
 * `deno task study engine-choice`: many replicas with the classic estimator, or control variates with one
 * realization at a time? Core-seconds to a 1 % error of K1 and a 3 % error of the drift, for L = 1 and 40.
 */
import process from "node:process";
import { estimateOperators, type OperatorEstimate } from "@spiediff/fdt-operators";
import {
  type ArrheniusSystem,
  type Engine,
  type InitialState,
  latticeProfile,
  sampleEnsemble,
} from "@spiediff/kmc";
import { type Claim, toCsv } from "@spiediff/report";
import { progress, rootMeanSquare, round, writeStudy } from "./_study.ts";

const SEED = 300;
const SITES = 2000;
const ELEMENTS = 25;
/** Short windows favour control variates, longer ones the classic drift: each may have its own. */
const SHORT = [5e-7, 1e-6, 2e-6];
const LONG = [1e-6, 2.5e-6, 1e-5];

interface Case {
  readonly name: string;
  readonly system: ArrheniusSystem;
  readonly initialState: InitialState;
  readonly burnIn: number;
  readonly replicas: Exclude<Engine, "scalar">;
}
const cases: Case[] = [
  {
    name: "L=1 beta J0=2",
    system: { sites: SITES, halfWidth: 1, betaJ0: 2 },
    initialState: "local-gibbs",
    burnIn: 1e-5,
    replicas: "bits",
  },
  {
    name: "L=40 beta J0=1",
    system: { sites: SITES, halfWidth: 40, betaJ0: 1 },
    initialState: "bernoulli",
    burnIn: 1e-5,
    replicas: "lanes",
  },
];

interface Strategy {
  readonly name: string;
  readonly engine: Engine;
  readonly controlVariates: boolean;
  readonly horizons: readonly number[];
  readonly realizations: number;
}
const strategies = ({ replicas }: Case): Strategy[] => {
  const classic = replicas === "bits" ? 25_600 : 12_800;
  return [SHORT, LONG].flatMap((horizons) => {
    const suffix = horizons === SHORT ? "h to 2e-6" : "h to 1e-5";
    return [
      {
        name: `${replicas}, classic, ${suffix}`,
        engine: replicas,
        controlVariates: false,
        horizons,
        realizations: classic,
      },
      {
        name: `scalar, control variates, ${suffix}`,
        engine: "scalar" as const,
        controlVariates: true,
        horizons,
        realizations: 1280,
      },
      {
        name: `lanes to t0, then control variates, ${suffix}`,
        engine: "lanes" as const,
        controlVariates: true,
        horizons,
        realizations: 2048,
      },
    ];
  });
};

/** What a strategy costs. */
interface Row {
  readonly case: string;
  readonly strategy: string;
  readonly millisecondsPerRealization: number;
  readonly estimator: string;
  /** Realizations and core-seconds to the targets. */
  readonly realizationsK1: number;
  readonly coreSecondsK1: number;
  readonly realizationsDrift: number;
  readonly coreSecondsDrift: number;
}

/** Processor seconds of this process so far: what other programs take does not count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function measure(c: Case, s: Strategy): Promise<{ row: Row; estimate: OperatorEstimate }> {
  const run = (realizations: number, seed: number) =>
    sampleEnsemble({
      system: c.system,
      elements: ELEMENTS,
      profile: latticeProfile("cosine", SITES, (x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x)),
      initialState: c.initialState,
      seed,
      burnIn: c.burnIn,
      realizations,
      engine: s.engine,
      controlVariates: s.controlVariates,
      horizons: s.horizons,
    });
  await run(Math.max(256, s.realizations / 16), SEED + 1);
  const before = processorTime();
  const record = await run(s.realizations, SEED);
  const seconds = (processorTime() - before) / s.realizations;
  const estimate = estimateOperators(record);
  const needed = (values: readonly number[], errors: readonly number[], target: number) =>
    s.realizations * (rootMeanSquare(errors) / (target * rootMeanSquare(values))) ** 2;
  const K1 = needed(estimate.K1, estimate.K1StandardError, 0.01);
  const drift = needed(truth(c), estimate.driftStandardError, 0.03);
  const row = {
    case: c.name,
    strategy: s.name,
    millisecondsPerRealization: 1000 * seconds,
    estimator: estimate.estimator,
    realizationsK1: K1,
    coreSecondsK1: K1 * seconds,
    realizationsDrift: drift,
    coreSecondsDrift: drift * seconds,
  };
  return { row, estimate };
}

/** Drifts to which errors are relative: the best known estimate of each case. */
const drifts = new Map<string, readonly number[]>();
function truth({ name }: Case): readonly number[] {
  return drifts.get(name)!;
}

async function study(): Promise<void> {
  const rows: Row[] = [];
  for (const c of cases) {
    const best = await sampleEnsemble({
      system: c.system,
      elements: ELEMENTS,
      profile: latticeProfile("cosine", SITES, (x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x)),
      initialState: c.initialState,
      seed: SEED + 2,
      burnIn: c.burnIn,
      realizations: 2048,
      horizons: SHORT,
    });
    drifts.set(c.name, estimateOperators(best).drift);
    for (const s of strategies(c)) {
      const { row } = await measure(c, s);
      rows.push(row);
      progress(
        `${c.name}: ${s.name}: ${round(row.millisecondsPerRealization)} ms, ` +
          `K1 ${round(row.coreSecondsK1)} s, drift ${round(row.coreSecondsDrift)} s`,
      );
    }
  }
  writeStudy({
    name: "engine-choice",
    seed: SEED,
    claims: cases.flatMap((c) => claimsOf(c, rows.filter((row) => row.case === c.name))),
    figures: [],
    files: { "costs.csv": csvOf(rows) },
    text: text(rows),
  });
}

function claimsOf(c: Case, rows: Row[]): Claim[] {
  const cheapest = (kind: string, quantity: "coreSecondsK1" | "coreSecondsDrift") =>
    Math.min(...rows.filter((row) => row.strategy.includes(kind)).map((row) => row[quantity]));
  return (["coreSecondsK1", "coreSecondsDrift"] as const).flatMap((quantity) => {
    const what = quantity === "coreSecondsK1" ? "1 % error of K1" : "3 % error of the drift";
    const classic = cheapest("classic", quantity);
    const scalar = cheapest("scalar", quantity);
    const chosen = cheapest("lanes to t0", quantity);
    return [
      { name: `${c.name}: core-seconds to a ${what}, ${c.replicas} and classic`, value: classic },
      { name: `${c.name}: core-seconds to a ${what}, scalar and control variates`, value: scalar },
      {
        name: `${c.name}: core-seconds to a ${what}, lanes to t0, then control variates (default)`,
        value: chosen,
      },
      { name: `${c.name}: ${what}, classic over the default`, value: classic / chosen, min: 1 },
      { name: `${c.name}: ${what}, scalar over the default`, value: scalar / chosen, min: 1 },
    ];
  });
}

function csvOf(rows: readonly Row[]): string {
  const names = Object.keys(rows[0]) as (keyof Row & string)[];
  return toCsv(names.map((name) => ({ name, values: rows.map((row) => row[name]) })));
}

function text(rows: readonly Row[]): string {
  const table = rows.map((row) =>
    `| ${row.case} | ${row.strategy} | ${round(row.millisecondsPerRealization)} | ` +
    `${round(row.realizationsK1)} | ${round(row.coreSecondsK1)} | ` +
    `${round(row.realizationsDrift)} | ${round(row.coreSecondsDrift)} |`
  ).join("\n");
  return `# Which engine, which estimator?

Replicas in a word are ten to twenty times as fast as single realizations but keep no control variates;
single realizations with control variates need far fewer of them. A third way takes the burn-in in words of
replicas and lets each replica go on alone, with a ledger, during the windows.

N = ${SITES}, M = ${ELEMENTS}, profile 0.5 + 0.3 cos, t0 = 1e-5. Processor time of one core, start,
burn-in, recording and reduction included; the estimators are those that \`estimateOperators\` takes for best
with what each strategy leaves. Errors are root mean squares over elements or nodes, relative to the root
mean square of K1 and of the drift.

The default of \`sampleEnsemble\` (\`engine: "auto"\`, control variates on) is the third way from 512
realizations on, single realizations below; without control variates it is the first.

| system | strategy | ms per realization | R to 1 % of K1 | core-s | R to 3 % of the drift | core-s |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
${table}
`;
}

await study();
