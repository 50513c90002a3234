/**
 * `deno task study validate`: the tests that need no reference, over repetitions of the worked example of
 * docs/bring-your-own-data.md. Each repetition draws its own snapshots, trains, and is held against later
 * ones of the right particles and of others.
 *
 *   deno task study validate [--repetitions N]
 */
import { uniformPValue } from "@spiediff/numerics";
import { type Claim, genericFigure } from "@spiediff/report";
import {
  fieldsFile,
  LATER,
  LATER_PROFILES,
  PROFILES,
  REALIZATIONS,
  runsOf,
  TIMES,
  uniform,
} from "../../foreign_ssep.ts";
import { ROOT } from "../../root.ts";
import { spiediff } from "../_spiediff.ts";
import { mean, progress, writeStudy } from "../_study.ts";

const SEED = 17_000;
/** What the exchange rate gains for each occupied site beside the bond, in the wrong model. */
const CROWDING = 1;
/** Later realizations of each profile: few, so that their errors are the larger, and as many as the example has. */
const FEW = 60, MANY = LATER.realizations;
const EXAMPLE = `${ROOT}/test-data/foreign-ssep`;

/** What one repetition says. */
interface Repetition {
  /** p-values of the tests of the right law. */
  readonly fit: number;
  readonly leftOut: number[];
  /** Of few later snapshots, and of many. */
  readonly few: number;
  readonly many: number;
  /** Share of the later means inside the band with the snapshots' errors, of many. */
  readonly coverage: number;
  /** p-value of few later snapshots of other particles. */
  readonly wrong: number;
}

const repetitions = repetitionsOption();
const folder = Deno.makeTempDirSync({ prefix: "spiediff-validate-" });
const found: Repetition[] = [];
for (let r = 0; r < repetitions; r++) {
  found.push(await repetition(r));
  progress(
    `${r + 1} of ${repetitions}: p = ${found[r].few.toPrecision(3)}, ${
      found[r].many.toPrecision(3)
    }, ${found[r].wrong.toPrecision(3)}`,
  );
}
Deno.removeSync(folder, { recursive: true });

/** One data set: snapshots, model, tests. */
async function repetition(r: number): Promise<Repetition> {
  const own = `${folder}/${r}`, run = `${own}/run`;
  const description = `${own}/snapshots.json`, later = `${own}/later.json`;
  Deno.mkdirSync(own);
  Deno.copyFileSync(`${EXAMPLE}/snapshots.json`, description);
  Deno.copyFileSync(`${EXAMPLE}/later.json`, later);
  const random = uniform(SEED + r);
  for (const [name, wave] of Object.entries(PROFILES)) {
    const runs = runsOf(wave, { realizations: REALIZATIONS, times: TIMES }, random);
    Deno.writeFileSync(`${own}/${name}.npy`, fieldsFile(runs));
  }
  await spiediff("import", run, description);
  await spiediff("estimate", run);
  await spiediff("train", run);
  const tests = JSON.parse(Deno.readTextFileSync(`${run}/training.json`)).tests;
  const against = async (realizations: number, crowding = 0) => {
    for (const [name, wave] of Object.entries(LATER_PROFILES)) {
      const runs = runsOf(wave, { ...LATER, realizations, crowding }, random);
      Deno.writeFileSync(`${own}/${name}.npy`, fieldsFile(runs));
    }
    return await spiediff("validate", run, later) as {
      test: { pValue: number };
      coverage: { withErrors: number };
    };
  };
  const few = await against(FEW), many = await against(MANY), wrong = await against(FEW, CROWDING);
  Deno.removeSync(own, { recursive: true });
  return {
    fit: tests.goodnessOfFit.pValue,
    leftOut: tests.leftOutProfiles.map((one: { pValue: number }) => one.pValue),
    few: few.test.pValue,
    many: many.test.pValue,
    coverage: many.coverage.withErrors,
    wrong: wrong.test.pValue,
  };
}

function repetitionsOption(): number {
  const at = Deno.args.indexOf("--repetitions");
  const value = at < 0 ? 50 : Number(Deno.args[at + 1]);
  if (Number.isInteger(value) && value >= 8) return value;
  console.error(
    `--repetitions must be a whole number from 8 on, not "${Deno.args[at + 1] ?? ""}".`,
  );
  Deno.exit(2);
}

const values = (of: "few" | "many" | "fit" | "wrong" | "coverage") => found.map((one) => one[of]);
const profiles = Object.keys(PROFILES);
const leftOut = (p: number) => found.map((one) => one.leftOut[p]);
const UNIFORM = "Kolmogorov-Smirnov p-value of the p-values of";
const claims: Claim[] = [
  {
    name: `${UNIFORM} ${FEW} later realizations`,
    value: uniformPValue(values("few")),
    min: 1e-3,
  },
  {
    name: `${UNIFORM} ${MANY} later realizations`,
    value: uniformPValue(values("many")),
    min: 1e-3,
  },
  { name: `least p-value of ${MANY} later realizations`, value: Math.min(...values("many")) },
  {
    name: `their means in the 95 % band with the snapshots' errors`,
    value: mean(values("coverage")),
    min: 0.9,
  },
  { name: `${UNIFORM} the fit`, value: uniformPValue(values("fit")), min: 1e-3 },
  ...profiles.map((name, p) => ({
    name: `${UNIFORM} profile "${name}" left out`,
    value: uniformPValue(leftOut(p)),
    min: 1e-3,
  })),
  {
    name: `largest p-value of ${FEW} later realizations of other particles`,
    value: Math.max(...values("wrong")),
    max: 1e-3,
  },
];

const expected = found.map((_, i) => (i + 0.5) / repetitions);
const sorted = (label: string, values: readonly number[]) => ({
  kind: "points" as const,
  label,
  x: expected,
  y: values.toSorted((a, b) => a - b),
});
const figures = [
  genericFigure([
    sorted(`${FEW} later realizations`, values("few")),
    sorted(`${MANY} later realizations`, values("many")),
    sorted("the fit", values("fit")),
    ...profiles.map((name, p) => sorted(`"${name}" left out`, leftOut(p))),
    { kind: "line", label: "uniform", x: [0, 1], y: [0, 1], dashed: true },
  ], {
    id: "p-values",
    title: "p-values of the right law, sorted",
    caption: "One point a repetition: data, training and later snapshots of its own.",
    xLabel: "share of repetitions",
    yLabel: "p-value",
  }),
];

writeStudy({
  name: "validate",
  seed: SEED,
  claims,
  figures,
  text: `# Validation without a reference

Symmetric exclusion by a code that shares nothing with this project (tools/foreign_ssep.ts), ${repetitions}
repetitions of [bring your own data](../../bring-your-own-data.md): ${profiles.length} × ${REALIZATIONS} realizations
to train on; others, of ${
    Object.keys(LATER_PROFILES).length
  } other profiles and up to nine times as late, to hold the model against
([theory](../../theory.md#610-tests-without-a-reference)). p-values should be uniform. They are where
the data's errors are the larger ones. With ${MANY} later realizations the errors of the law are as large,
and a posterior is wider than the error of this one law, which is smoother than a draw from the prior:
p-values then are too large rather than too small.

The same models are held against particles of another law, whose exchange rate grows with each
occupied site beside the bond: a diffusivity of $1 + ${2 * CROWDING} \\rho$ in place of 1.`,
});
