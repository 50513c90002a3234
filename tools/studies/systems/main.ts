/**
 * `deno task study systems`: every process that is defined by its rates, and the nearest-neighbour Arrhenius
 * process, each learned from its preset's data and held against its exact law; and predictions of two of them to a
 * third of the initial amplitude against the differential equation. `--seeds N` and `--sets N` make fewer or more
 * data sets of either part; `--executor slurm` makes them on a cluster; `--tiny` shows that all of it works, and
 * writes nothing. Killed, it goes on from the data sets that it had.
 */
import { instantaneousMetropolis, kawasakiMetropolis } from "@spiediff/exact-reference";
import { randomStream } from "@spiediff/random";
import { type Claim, coverageFigure, genericFigure, toCsv } from "@spiediff/report";
import { secondsText } from "@spiediff/command-line";
import { codeText } from "@spiediff/train";
import { ROOT } from "../../root.ts";
import { LEVELS } from "../_bands.ts";
import { inShards } from "../_shards.ts";
import { countOption, mean, printClaims, progress, round, writeStudy } from "../_study.ts";
import { type Outcome, pooled } from "../calibration/coverage.ts";
import { CASES, experimentOf, FOLLOWED } from "./cases.ts";
import { type LawOutcome, lawOutcome } from "./law.ts";
import { longTimes } from "./long_times.ts";

const SEED = 7001;
const tiny = Deno.args.includes("--tiny");
const PLANNED = { seeds: 5, sets: 40 };
const seeds = tiny ? 1 : countOption("seeds", PLANNED.seeds);
const sets = tiny ? 2 : countOption("sets", PLANNED.sets);
/** Seconds of one core for a data set of either part, as measured on two cores of 2020. */
const SECONDS = { law: 150, set: 20 };
const BOUNDS = { m: 0.01, f: 0.01, D: 0.015 };
/** Largest deviation of m(1/2) of Kawasaki's swaps, and fewest standard deviations from the instantaneous one. */
const KAWASAKI = { off: 0.015, apart: 3 };
/** What coverage of the last level may be off by, whatever its error says. */
const ALLOWED = [1, 1, 1, 0.03];

type Unit =
  | { readonly kind: "law"; readonly which: number; readonly seed: number }
  | { readonly kind: "long"; readonly which: number; readonly seed: number };
type Result = { readonly law?: LawOutcome; readonly long?: Outcome[] };

const numbers = (count: number) => Array.from({ length: count }, (_, k) => k);
const units: Unit[] = [
  ...numbers(seeds).flatMap((s) =>
    CASES.map((_, which): Unit => ({ kind: "law", which, seed: SEED + s }))
  ),
  ...numbers(sets).flatMap((s) =>
    FOLLOWED.map((_, which): Unit => ({ kind: "long", which, seed: SEED + 1000 + s }))
  ),
];

/** Of this very code, from an earlier run with more or fewer data sets. */
const KEPT = `${ROOT}/runs/studies/systems-outcomes`;

async function compute(unit: Unit): Promise<Result> {
  const path = `${KEPT}/${tiny ? "tiny-" : ""}${unit.kind}-${unit.which}-${unit.seed}.json`;
  const code = codeText();
  try {
    const kept = JSON.parse(await Deno.readTextFile(path)) as { code: string; result: Result };
    if (kept.code === code) return kept.result;
  } catch { /* Not there yet. */ }
  const result = await fresh(unit);
  await Deno.mkdir(KEPT, { recursive: true });
  await Deno.writeTextFile(path, JSON.stringify({ code, result }));
  return result;
}

async function fresh({ kind, which, seed }: Unit): Promise<Result> {
  if (kind === "law") {
    const { preset } = CASES[which];
    return {
      law: await lawOutcome(experimentOf(preset, seed, false, tiny), `systems-${preset}-${seed}`),
    };
  }
  const followed = FOLLOWED[which], { preset } = followed;
  const experiment = experimentOf(preset, seed, true, tiny);
  return { long: await longTimes(followed, experiment, `systems-${preset}-${seed}-long`) };
}

if (!Deno.args.includes("--shard") && !Deno.args.includes("--merge")) {
  const seconds = SECONDS.law * seeds * CASES.length + SECONDS.set * sets * FOLLOWED.length;
  progress(
    `${seeds} data sets of each of ${CASES.length} processes, ${sets} quick ones of ${FOLLOWED.length}: about ` +
      `${secondsText(seconds)} of one core`,
  );
}
const results = await inShards(
  tiny ? "systems-tiny" : `systems-${seeds}-${sets}`,
  import.meta.url,
  units,
  compute,
  1,
);

const outcomesOf = (which: number) =>
  units.flatMap((unit, u) => unit.kind === "law" && unit.which === which ? [results[u].law!] : []);
const laws = CASES.map((one, which) => ({ ...one, outcomes: outcomesOf(which) }));
const worst = (values: readonly number[]) => Math.max(...values);

const lawClaims = laws.flatMap(({ label, outcomes }): Claim[] => {
  const of = (key: keyof typeof BOUNDS) => worst(outcomes.map(({ errors }) => errors[key]));
  const text = `worst of ${outcomes.length} seeds`;
  return [
    { name: `${label}: m, relative L2, ${text}`, value: of("m"), max: BOUNDS.m },
    { name: `${label}: f without its line, relative L2, ${text}`, value: of("f"), max: BOUNDS.f },
    { name: `${label}: D = m f'', relative L2, ${text}`, value: of("D"), max: BOUNDS.D },
  ];
});

const swaps = laws.find(({ preset }) => preset === "kawasaki")!.outcomes.map(({ middle }) =>
  middle
);
const whole = kawasakiMetropolis(2).mobility(0.5), atOnce = instantaneousMetropolis(0.5, 2);
const kawasakiClaims: Claim[] = [
  {
    name: `Kawasaki, Metropolis, b = 2: m(1/2) against ${
      round(whole)
    }, relative, worst of ${seeds} seeds`,
    value: worst(swaps.map(({ value }) => Math.abs(value / whole - 1))),
    max: KAWASAKI.off,
  },
  {
    name: `.. its distance from the instantaneous ${round(atOnce)}, in standard deviations, least`,
    value: Math.min(...swaps.map(({ value, deviation }) => (atOnce - value) / deviation)),
    min: KAWASAKI.apart,
  },
];

const followedOutcomes = results.flatMap(({ long }) => long ?? []);
const coverage = pooled(followedOutcomes, randomStream(SEED, "systems"));
const coverageClaims = LEVELS.map((level, k): Claim => {
  const error = coverage.standardError[k], off = Math.min(3 * error, ALLOWED[k]);
  return {
    name:
      `long times, ${sets} data sets each of ${FOLLOWED.length} processes: share inside of the ${
        Math.round(100 * level)
      } % band (standard error ${round(error)})`,
    ...{ value: coverage.share[k], min: level - off, max: level + off },
  };
});
const claims = [...lawClaims, ...kawasakiClaims, ...coverageClaims];
if (tiny) {
  printClaims(claims);
  Deno.exit(0);
}

const share = (outcomes: readonly LawOutcome[], curve: "mobility" | "curvature" | "diffusivity") =>
  round(mean(outcomes.map(({ agreement }) => agreement[curve].inside)));
const leaves = (outcomes: readonly LawOutcome[]) =>
  outcomes.flatMap(({ agreement }) => Object.values(agreement)).filter(({ outside }) => outside > 0)
    .length;
const table = laws.map(({ label, outcomes }) => [
  label,
  ...(["m", "f", "D"] as const).map((key) =>
    round(mean(outcomes.map(({ errors }) => errors[key])))
  ),
  ...(["mobility", "curvature", "diffusivity"] as const).map((curve) => share(outcomes, curve)),
  `${leaves(outcomes)} of ${3 * outcomes.length}`,
  round(mean(outcomes.map(({ variance }) => variance.m))),
  round(mean(outcomes.map(({ variance }) => variance.flux))),
  round(mean(outcomes.map(({ seconds }) => seconds.simulation))),
  round(mean(outcomes.map(({ seconds }) => seconds.onePercent))),
]);
const row = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;

const systems = FOLLOWED.map(({ label }) => label);
const cell = (system: string, k: number) =>
  mean(followedOutcomes.filter((o) => o.system === system).map((o) => o.pointwise[k]));
writeStudy({
  name: "systems",
  seed: SEED,
  ...(seeds === PLANNED.seeds && sets === PLANNED.sets
    ? {}
    : { options: `--seeds ${seeds} --sets ${sets}` }),
  claims,
  figures: [
    genericFigure(
      laws.map(({ label, outcomes }) => ({
        kind: "points" as const,
        label,
        x: outcomes.map((_, s) => SEED + s),
        y: outcomes.map(({ errors }) => errors.D),
      })),
      {
        id: "diffusivity-errors",
        title: "Error of D by seed",
        caption: "Relative L2 over the covered densities; each point is a data set of its own.",
        xLabel: "seed",
        yLabel: "relative error of D (1)",
        yScale: "log",
      },
    ),
    coverageFigure({
      nominal: LEVELS,
      observed: systems.map((system) => ({
        label: system,
        share: LEVELS.map((_, k) => cell(system, k)),
      })),
    }, {
      id: "coverage",
      title: "Coverage of predictions to a third of the initial amplitude",
      caption:
        `Share of the exact densities inside of the bands, over ${sets} independent data sets each.`,
    }),
  ],
  files: {
    "laws.csv": toCsv([
      { name: "process", values: laws.flatMap((l) => l.outcomes.map(() => l.preset)) },
      ...(["m", "f", "D"] as const).map((key) => ({
        name: `error_${key}`,
        values: laws.flatMap((l) => l.outcomes.map(({ errors }) => errors[key])),
      })),
    ]),
  },
  text: `# Processes with exact laws

Each process by the preset of its name: eight profiles over its densities, 4000 realizations each (Arrhenius: 8000 of
2000 sites), every training anew, ${seeds} seeds from ${SEED} on. Errors are relative L2 over the covered densities,
against the exact law; of Kawasaki's Metropolis swaps the mobility is known less memory's part, solved on rings
([theory](../../theory.md#5-exact-references)).

Means over the seeds; _inside_: share of densities at which the exact curve lies in the 95 % band for single points;
_leaves_: curves, of m, f'' and D of every seed, that leave the 95 % band for whole curves anywhere, of which 5 % should;
variance: that of the classic estimator over that with control variates; seconds: processor time of the simulation on
one core, and what one profile takes until every entry of m is known to 1 %.

| process | m | f | D | inside: m | f'' | D | leaves | variance of m | of fluxes | simulation, s | 1 % of m, s |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${table.map(row).join("\n")}

Long times: ${sets} quick data sets (1000 realizations, 1200 steps) of each of two processes, predictions at 0.1, 0.4 and
1 of the time in which a wave falls to a third, against the differential equation of the exact law, averaged over the
hat functions. Bands are the sum of all parts that predictions state
([theory](../../theory.md#611-what-a-band-is-made-of)). Points and times of a data set succeed and fail together:
standard errors are those of data sets drawn anew.`,
});
