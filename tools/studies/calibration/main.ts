/**
 * `deno task study calibration`: how often bands hold a truth that shares nothing with them, over independent
 * data sets (fresh particles, whole pipeline). `--keep FOLDER` keeps the estimates there and takes up what is
 * there already; `--sets N` makes N data sets a system; `--executor slurm` makes the data sets on a cluster; `--tiny` shows in two minutes that all of
 * it works, and writes nothing. Killed, it goes on from the data sets that it had.
 */
import { secondsText } from "@spiediff/command-line";
import { randomStream } from "@spiediff/random";
import { type Claim, coverageFigure, toCsv } from "@spiediff/report";
import { simulationSeconds } from "@spiediff/train";
import { LEVELS } from "../_bands.ts";
import { inShards } from "../_shards.ts";
import {
  countOption,
  mean,
  printClaims,
  progress,
  round,
  workersOption,
  writeStudy,
} from "../_study.ts";
import { type Coverage, type Outcome, pooled } from "./coverage.ts";
import { experimentOf, MEMBERS, QUANTITIES, type System, SYSTEMS } from "./data_set.ts";

/** Disjoint from the seeds that the method was developed with, and from those of earlier versions. */
const SEED = 5001;
const tiny = Deno.args.includes("--tiny");
const PLANNED = 60;
const SETS = tiny ? 2 : countOption("sets", PLANNED);
/** Beside the simulation: estimates, trainings, predictions of one data set on one core of 2020. */
const SECONDS_BESIDE = tiny ? 5 : 15;
/** What a share may be off by at most, whatever its error says. */
const ALLOWED = [0.05, 0.04, 0.03, 0.02];
const at = Deno.args.indexOf("--keep");
const kept = at < 0 ? [] : [Deno.args[at + 1]];

if (!Deno.args.includes("--shard") && !Deno.args.includes("--merge")) await sayHowLong();
const outcomes: Outcome[] = (await inShards(
  tiny ? "calibration-tiny" : "calibration",
  import.meta.url,
  Array.from({ length: SETS }, (_, s) => SYSTEMS.map((system) => ({ system, seed: SEED + s })))
    .flat(),
  ({ system, seed }) => run(system, seed),
)).flat();

async function sayHowLong(): Promise<void> {
  let seconds = SECONDS_BESIDE * SYSTEMS.length * SETS;
  for (const system of SYSTEMS) {
    seconds += SETS * await simulationSeconds(experimentOf(system, SEED, tiny), 1);
  }
  progress(
    `${SETS} data sets of each of ${SYSTEMS.length} systems: about ${
      secondsText(seconds)
    } of one core, ${secondsText(seconds / workersOption())} on ${workersOption()}`,
  );
}

async function run(system: System, seed: number): Promise<Outcome[]> {
  const program = new URL("./data_set.ts", import.meta.url).pathname;
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, system, String(seed), tiny ? "tiny" : "whole", ...kept],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`The data set ${system}, seed ${seed}, failed.`);
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}

const ofSystem = (system: System) => outcomes.filter((o) => o.system === system);
const stream = randomStream(SEED, "calibration");
const all = pooled(outcomes, stream.split("all"));
const systems = SYSTEMS.map((system) => ({
  system,
  ...pooled(ofSystem(system), stream.split(system)),
}));
const cells = SYSTEMS.flatMap((system) =>
  QUANTITIES.map((quantity) => {
    const own = ofSystem(system).filter((o) => o.quantity === quantity);
    const share = (key: "pointwise" | "wholeCurve") =>
      LEVELS.map((_, k) => mean(own.map((o) => o[key][k])));
    return {
      ...{ system, quantity, pointwise: share("pointwise"), wholeCurve: share("wholeCurve") },
      width: mean(own.map((o) => o.width)),
      error: Math.sqrt(mean(own.map((o) => o.error ** 2))),
    };
  })
);

const percent = (level: number) => `${Math.round(100 * level)} %`;
const claimsOf = (of: string, { share, standardError, width, widthError }: Coverage): Claim[] => [
  ...LEVELS.map((level, k) => {
    const off = Math.min(3 * standardError[k], ALLOWED[k]);
    return {
      name: `${of}: share inside of the ${percent(level)} band (standard error ${
        round(standardError[k])
      })`,
      ...{ value: share[k], min: level - off, max: level + off },
    };
  }),
  {
    name: `${of}: mean width of 95 % bands over 3.92 rms errors (standard error ${
      round(widthError)
    })`,
    ...{ value: width, min: 0.9, max: 1.15 },
  },
];
const claims = [
  ...claimsOf("all systems and quantities", all),
  ...systems.flatMap((coverage) => claimsOf(coverage.system, coverage)),
];
if (tiny) {
  printClaims(claims);
  Deno.exit(0);
}

const slug = (system: System) => system.toLowerCase().replace(/[^a-z0-9]+/g, "-");
const column = (name: string, values: (number | string)[]) => ({ name, values });
writeStudy({
  name: "calibration",
  ...(SETS === PLANNED ? {} : { options: `--sets ${SETS}` }),
  seed: SEED,
  claims,
  figures: SYSTEMS.map((system) =>
    coverageFigure({
      nominal: LEVELS,
      observed: cells.filter((cell) => cell.system === system)
        .map(({ quantity, pointwise }) => ({ label: quantity, share: pointwise })),
    }, {
      id: `coverage-${slug(system)}`,
      title: `Coverage of pointwise bands, ${system}`,
      caption: `Share of the true values inside of the bands, over ${SETS} independent data sets.`,
    })
  ),
  files: {
    "coverage.csv": toCsv([
      column("system", cells.map(({ system }) => slug(system))),
      column("quantity", cells.map(({ quantity }) => quantity)),
      ...LEVELS.flatMap((level, k) => [
        column(`pointwise_${level}`, cells.map((cell) => cell.pointwise[k])),
        column(`whole_curve_${level}`, cells.map((cell) => cell.wholeCurve[k])),
      ]),
      column("mean_width_95", cells.map(({ width }) => width)),
      column("rms_error", cells.map(({ error }) => error)),
    ]),
  },
  text: `# Calibration

${SETS} independent data sets for each of three systems (fresh particles, every training anew), all from local
equilibrium: the main job (L = 40, beta J0 = 1, N = 2000, 8000 realizations of each of eight profiles);
nearest neighbours, beta J0 = 1, and five neighbours that repel by a Gaussian kernel, beta J0 = -2, both of
the preset "quick" (1000 realizations). ${MEMBERS} members. Points are a grid over the densities in training,
or all nodes. The calibration in the manifest comes from left-out profiles alone
([theory](../../theory.md), section 6.8).

The truth shares nothing with what is judged: m, f' (less its mean over the grid, which no data can tell) and
D of equilibrium (expansion, closed form, transfer matrix less what memory of the current takes off m, by
Green-Kubo on a ring: [theory](../../theory.md#5-exact-references)), and
densities from the differential equation with that law and the whole kernel, solved on 65 points by Fourier
series and averaged over the hat functions. Bands of densities are the sum of all parts that predictions state
([theory](../../theory.md), section 6.11).

Seeds ${SEED} to ${
    SEED + SETS - 1
  }, looked at once, when the method was fixed. Points and quantities of a data set
succeed and fail together: standard errors are those of ${SETS} data sets drawn anew. A share must lie within
three of them, and within ${
    ALLOWED.map((v) => 100 * v).join(", ")
  } points, of its level. Single cells are
shown, not judged:

| system | quantity | ${LEVELS.map(percent).join(" | ")} | whole curve: ${
    LEVELS.map(percent).join(" | ")
  } | mean width, 95 % | rms error |
| --- | --- | ${[...LEVELS, ...LEVELS].map(() => "---:").join(" | ")} | ---: | ---: |
${
    cells.map(({ system, quantity, pointwise, wholeCurve, width, error }) =>
      `| ${
        [system, quantity, ...[...pointwise, ...wholeCurve, width, error].map(round)].join(" | ")
      } |`
    ).join("\n")
  }`,
});
