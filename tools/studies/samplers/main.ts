/** `deno task study samplers`: DDIM with few steps against many, and DDPM: error against time. */
import type { LawErrors } from "@spiediff/demo";
import { preset } from "@spiediff/experiment";
import type { PredictOptions } from "@spiediff/predictor";
import { type Claim, formatNumber, genericFigure, toCsv } from "@spiediff/report";
import { estimatesOf, modelErrors, trainModel } from "../_learning.ts";
import { mean, progress, writeStudy } from "../_study.ts";

const MEMBERS = 1000;
const SEEDS = [1, 2, 3, 4, 5];
const REFERENCE = "DDIM, 50 steps";
const SAMPLERS: { label: string; steps: number; sampler: PredictOptions["sampler"] }[] = [
  ...[1, 2, 3, 5, 10, 50].map((steps) => ({
    label: `DDIM, ${steps} step${steps === 1 ? "" : "s"}`,
    steps,
    sampler: { kind: "ddim" as const, steps },
  })),
  { label: "DDPM, 50 steps", steps: 50, sampler: { kind: "ddpm" } },
];
const MEASURES: { key: keyof LawErrors; name: string; id: string }[] = [
  { key: "k1", name: "K₁", id: "k1" },
  { key: "freeEnergyGaugeFree", name: "f, gauge-free", id: "free-energy" },
];

interface Row {
  readonly sampler: number;
  readonly seed: number;
  readonly errors: LawErrors;
  readonly seconds: number;
}

const rows: Row[] = [];
for (const seed of SEEDS) {
  const e = preset("lrm", seed);
  const { folder } = await trainModel(e, await estimatesOf(e), `samplers-${seed}`);
  for (const [k, { label, sampler }] of SAMPLERS.entries()) {
    const { errors, seconds } = await modelErrors(e, folder, MEMBERS, sampler);
    progress(
      `seed ${seed}, ${label}: K1 ${errors.k1}, f ${errors.freeEnergyGaugeFree}, ${seconds} s`,
    );
    rows.push({ sampler: k, seed, errors, seconds });
  }
}

const at = (label: string) => {
  const k = SAMPLERS.findIndex((sampler) => sampler.label === label);
  return rows.filter(({ sampler }) => sampler === k);
};
const error = (label: string, key: keyof LawErrors) =>
  mean(at(label).map(({ errors }) => errors[key]));
const seconds = (label: string) => mean(at(label).map((row) => row.seconds));
const claims: Claim[] = MEASURES.flatMap(({ key, name }) =>
  SAMPLERS.map(({ label }) => ({
    name: `${name}: error with ${label} over that with ${REFERENCE}, mean of five seeds`,
    value: error(label, key) / error(REFERENCE, key),
    ...(label === "DDIM, 2 steps" ? { max: 1.1 } : {}),
  }))
);
claims.push({
  name: "time with DDIM, 50 steps, over DDIM, 2 steps",
  value: seconds(REFERENCE) / seconds("DDIM, 2 steps"),
  min: 10,
});

const table = [
  "| sampler | error of K1 | error of f, gauge-free | seconds |",
  "| --- | ---: | ---: | ---: |",
  ...SAMPLERS.map(({ label }) => {
    const cells = [error(label, "k1"), error(label, "freeEnergyGaugeFree"), seconds(label)];
    return `| ${label} | ${cells.map((v) => formatNumber(v)).join(" | ")} |`;
  }),
];

writeStudy({
  name: "samplers",
  seed: SEEDS[0],
  claims,
  figures: MEASURES.map(({ key, name, id }) =>
    genericFigure(
      SAMPLERS.map(({ label }) => ({
        kind: "points" as const,
        label,
        x: at(label).map((row) => row.seconds),
        y: at(label).map(({ errors }) => errors[key]),
      })),
      {
        id,
        title: `Error of ${name} against time, by sampler`,
        caption:
          "Five seeds each. Time: K₁ and f of 1000 members at 181 densities, two cores, model loaded.",
        xLabel: "time (s)",
        yLabel: "relative L2 error",
        xScale: "log",
        yScale: "log",
        height: 360,
      },
    )
  ),
  files: {
    "samplers.csv": toCsv([
      { name: "steps", values: rows.map(({ sampler }) => SAMPLERS[sampler].steps) },
      { name: "ddpm", values: rows.map(({ sampler }) => Number(sampler === SAMPLERS.length - 1)) },
      { name: "seed", values: rows.map(({ seed }) => seed) },
      ...MEASURES.map(({ key }) => ({ name: key, values: rows.map(({ errors }) => errors[key]) })),
      { name: "seconds", values: rows.map((row) => row.seconds) },
    ]),
  },
  text: `# Samplers: error against time

The default case (preset \`lrm\`), five seeds; errors of the mean over 1000 members against the finite-L
reference. DDIM runs with eta = 0 and trailing timesteps. One step already returns the conditional mean
of the data given the density; further steps add the spread of the data's noise, not accuracy.

${table.join("\n")}`,
});
