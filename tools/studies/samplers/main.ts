/** `deno task study samplers`: DDIM with few steps against many, and DDPM: error against time. */
import type { LawMeasure } from "@spiediff/run-report";
import { ddimSteps, ddpmSteps, type NoiseSchedule, type ReverseStep } from "@spiediff/diffusion";
import { type Claim, formatNumber, genericFigure, toCsv } from "@spiediff/report";
import { CASES, diffusionErrors, estimatesOf, modelErrors, trainModel } from "../_learning.ts";
import { mean, progress, round, spread, writeStudy } from "../_study.ts";

const SEEDS = [1, 2, 3, 4, 5];
const REFERENCE = "DDIM, 50 steps";
const SAMPLERS: {
  label: string;
  steps: number;
  reverse: (schedule: NoiseSchedule) => ReverseStep[];
}[] = [
  ...[1, 2, 3, 5, 10, 50].map((steps) => ({
    label: `DDIM, ${steps} step${steps === 1 ? "" : "s"}`,
    steps,
    reverse: (schedule: NoiseSchedule) => ddimSteps(schedule, steps),
  })),
  { label: "DDPM, 50 steps", steps: 50, reverse: ddpmSteps },
];
/** Members of the shipped model, epinets included. */
const MEMBERS = 100;

/** A quantity on a system, held against the reference of its start. */
interface Measure {
  readonly id: string;
  readonly system: string;
  readonly name: string;
  readonly key: LawMeasure;
  /** Whether DDIM-2 must come within a tenth of 50 steps here. */
  readonly bounded: boolean;
}
const f = { key: "freeEnergyGaugeFree", bounded: true } as const;
const k1 = { key: "k1", bounded: true } as const;
const MEASURES: Measure[] = [
  { id: "k1", system: "lrm-1", name: "L = 40, K₁", ...k1 },
  { id: "free-energy", system: "lrm-1", name: "L = 40, f", ...f },
  { id: "k1-short", system: "short-4", name: "L = 1, K₁", ...k1 },
  { id: "free-energy-short", system: "short-4", name: "L = 1, f", ...f },
];

interface Row {
  readonly system: string;
  readonly sampler: string;
  readonly seed: number;
  readonly seconds: number;
  /** By the measure's id. */
  readonly errors: Record<string, number>;
}

const rows: Row[] = [];
for (const { id: system, label: name, experiment } of CASES) {
  const measures = MEASURES.filter((m) => m.system === system);
  if (measures.length === 0) continue;
  for (const seed of SEEDS) {
    const e = experiment(seed);
    const estimates = await estimatesOf(e);
    const trained = await trainModel(e, estimates, `samplers-${system}-${seed}`);
    for (const { label, reverse } of SAMPLERS) {
      const { errors: own, seconds } = await diffusionErrors(
        e,
        estimates,
        trained,
        reverse(trained.mobility.schedule),
      );
      const errors = Object.fromEntries(measures.map(({ id, key }) => [id, own[key]]));
      progress(`${name}, seed ${seed}, ${label}: ${Object.values(errors).map(round)}`);
      rows.push({ system, sampler: label, seed, seconds, errors });
    }
    for (const steps of [2, 50]) {
      const { errors: own, seconds } = await modelErrors(e, trained.folder, MEMBERS, {
        kind: "ddim",
        steps,
      });
      const errors = Object.fromEntries(measures.map(({ id, key }) => [id, own[key]]));
      progress(`${name}, seed ${seed}, shipped, ${steps}: ${Object.values(errors).map(round)}`);
      rows.push({ system, sampler: `shipped, ${steps}`, seed, seconds, errors });
    }
  }
}

const errorsOf = (sampler: string, { id, system }: Measure) =>
  rows.filter((row) => row.system === system && row.sampler === sampler).map((row) =>
    row.errors[id]
  );
// The least: what else the machine does only adds.
const seconds = (sampler: string) =>
  Math.min(...rows.filter((row) => row.sampler === sampler).map((row) => row.seconds));

/** Ratio of mean errors, and its standard error by leaving out one seed at a time. */
function ratio(few: number[], many: number[]): { value: number; standardError: number } {
  const n = few.length;
  const without = few.map((_, k) =>
    mean(few.filter((_, i) => i !== k)) / mean(many.filter((_, i) => i !== k))
  );
  return {
    value: mean(few) / mean(many),
    standardError: spread(without) * (n - 1) / Math.sqrt(n),
  };
}

const claims: Claim[] = MEASURES.flatMap((measure) => {
  const claim = (what: string, few: string, many: string, max?: number): Claim => {
    const { value, standardError } = ratio(errorsOf(few, measure), errorsOf(many, measure));
    return {
      name: `${measure.name}: error with ${what} (standard error ${round(standardError)})`,
      value,
      ...(max === undefined ? {} : { max }),
    };
  };
  return [
    claim("DDIM-2 over that with DDIM-50", "DDIM, 2 steps", REFERENCE, 1.1),
    claim("DDIM-1 over that with DDIM-50", "DDIM, 1 step", REFERENCE),
    claim("DDPM-50 over that with DDIM-50", "DDPM, 50 steps", REFERENCE),
    claim("DDIM-2 over DDIM-50, the model as shipped", "shipped, 2", "shipped, 50", 1.1),
  ];
});
claims.push({
  name: "time with DDIM, 50 steps, over DDIM, 2 steps",
  value: seconds(REFERENCE) / seconds("DDIM, 2 steps"),
  min: 10,
});

const labels = SAMPLERS.map(({ label }) => label);
const table = [
  `| sampler | ${MEASURES.map(({ name }) => name).join(" | ")} | seconds |`,
  `| --- | ${MEASURES.map(() => "---:").join(" | ")} | ---: |`,
  ...[...labels, "shipped, 2", "shipped, 50"].map((label) => {
    const cells = MEASURES.map((measure) => {
      const errors = errorsOf(label, measure);
      return `${formatNumber(mean(errors))} ± ${
        formatNumber(spread(errors) / Math.sqrt(errors.length), 1)
      }`;
    });
    const shown = label.replace("shipped,", "the model as shipped, DDIM,");
    return `| ${shown} | ${cells.join(" | ")} | ${formatNumber(seconds(label))} |`;
  }),
];

writeStudy({
  name: "samplers",
  seed: SEEDS[0],
  claims,
  figures: MEASURES.map((measure) =>
    genericFigure(
      (["DDIM", "DDPM"] as const).map((kind) => {
        const own = labels.filter((label) => label.startsWith(kind));
        const errors = own.map((label) => errorsOf(label, measure));
        return {
          kind: "points" as const,
          label: kind === "DDIM" ? "DDIM: 1, 2, 3, 5, 10, 50 steps" : "DDPM: 50 steps",
          x: own.map(seconds),
          y: errors.map(mean),
          standardError: errors.map((v) => spread(v) / Math.sqrt(v.length)),
        };
      }),
      {
        id: measure.id,
        title: `${measure.name}: error against time, by sampler`,
        caption:
          "Means over five seeds with 1.96 standard errors. Time, the least of five: K₁ and f′ of 256 latents at 181 densities in the training backend, one thread.",
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
      { name: "system", values: rows.map(({ system }) => system) },
      { name: "sampler", values: rows.map(({ sampler }) => sampler) },
      { name: "seed", values: rows.map(({ seed }) => seed) },
      ...MEASURES.map(({ id }) => ({
        name: id,
        values: rows.map(({ errors }) => errors[id] ?? null),
      })),
      { name: "seconds", values: rows.map((row) => row.seconds) },
    ]),
  },
  text: `# Samplers: error against time

The default case (L = 40, beta J0 = 1) and nearest neighbours with strong binding (L = 1, beta J0 = 4), five
seeds; errors of the mean over 256 latents of the diffusion models, with standard errors. DDIM runs with
eta = 0 and trailing timesteps. The model as shipped is the same networks with their epinets, ${MEMBERS}
members. f is gauge-free.

${table.join("\n")}

**What two steps do better.** At late timesteps the state says nothing of the datum and the clean
prediction is the conditional mean that all data determine. At early ones it follows the state, and the
mean over latents is that of the data's scatter, one node at a time: another estimator, without the
weights of the Onsager-Machlup norm. Fifty steps end there. Tried and left out: drawing half or a quarter
of the timesteps in training from the two that DDIM-2 visits (no clear change), and drawing late timesteps
more often, which ruined fifty steps.`,
});
