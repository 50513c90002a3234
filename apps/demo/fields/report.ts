/** The page of a run of several fields. */
import type { FieldsExperiment } from "@spiediff/experiment";
import { fieldsProcessOf } from "@spiediff/kmc";
import {
  type FurtherSeries,
  invariantsTable,
  profileFigures,
  spaceTimeMaps,
} from "@spiediff/predictor";
import {
  block,
  boundText,
  claimHolds,
  type Figure,
  formatMoment,
  formatNumber,
  formatSeconds,
  genericFigure,
  pageHtml,
} from "@spiediff/report";
import { codeIdentity } from "@spiediff/train";
import type { FieldsRun } from "./run_types.ts";

/** One file, no scripts, no network. */
export async function fieldsRunReport(
  experiment: FieldsExperiment,
  run: FieldsRun,
  command: string,
): Promise<string> {
  const { particles, elements, seed, sampling } = experiment;
  const { model: { manifest }, prediction, course, claims, warnings, seconds } = run;
  const { title, law } = fieldsProcessOf(particles), { name, version, commit } = codeIdentity();
  const missed = claims.filter((claim) => claimHolds(claim) === false)
    .map((claim) => `"${claim.name}" misses its bound.`);
  return pageHtml({
    title: experiment.name,
    lede:
      `${title}, N = ${particles.sites}, M = ${elements} elements, ${experiment.profiles.length} profiles of ${sampling.realizations} realizations over windows of ${sampling.window}. Seed ${seed}. ` +
      `Units: length = the domain${law === "generic" ? ", k_B = 1" : ", diffusive time"}.`,
    body: [
      block.warnings([...warnings, ...missed]),
      block.heading("Figures of merit"),
      block.table({
        header: ["figure", "value", "bound", ""],
        numeric: [1],
        rows: claims.map((claim) => [
          claim.name,
          formatNumber(claim.value, 3),
          boundText(claim),
          {
            true: "\u2713 kept",
            false: "\u2717 missed",
            null: "\u2013",
          }[String(claimHolds(claim))]!,
        ]),
      }),
      block.heading("What was learned"),
      block.figures(learnedFigures(experiment, run)),
      block.paragraph(manifest.gauge.text),
      block.heading("What was predicted"),
      block.figures([
        ...await profileFigures(prediction, furtherOf(experiment, run)),
        entropyFigure(course, law),
      ]),
      block.table(invariantsTable(prediction, manifest)),
      block.heading(law === "generic" ? "Sound and diffusion" : "Over space and time"),
      block.figures(await spaceTimeMaps(course, course.quantities)),
      block.heading("How it was made"),
      block.command(command),
      block.table({
        header: ["stage", "time"],
        numeric: [1],
        rows: Object.entries(seconds).map(([stage, s]) => [stage, formatSeconds(s)]),
      }),
      block.details("Configuration", JSON.stringify(experiment, null, 2)),
    ],
    footer: `Made ${formatMoment(new Date().toISOString())}. ${name} ${version}${
      commit === null ? "" : ` (${commit.slice(0, 12)})`
    }.`,
  });
}

/** Particles and the differential equation at one time. */
function furtherOf(
  { elements, prediction: { nodes } }: FieldsExperiment,
  { prediction: { quantities, times }, exact, truth }: FieldsRun,
): FurtherSeries {
  return (name, t) => {
    const f = quantities.findIndex((own) => own.name === name);
    if (!quantities[f].conserved) return [];
    const cut = (values: Float64Array, n: number) => [...values.subarray(f * n, (f + 1) * n)];
    const x = (n: number) => Array.from({ length: n }, (_, i) => i / n);
    return [
      {
        kind: "line",
        label: `differential equation, t = ${times[t]}`,
        x: x(nodes),
        y: cut(exact[t], nodes),
        dashed: true,
      },
      ...(truth === undefined ? [] : [{
        kind: "points" as const,
        label: `particles, t = ${times[t]}`,
        x: x(elements),
        y: cut(truth.mean[t], elements),
        standardError: cut(truth.standardError[t], elements),
      }]),
    ];
  };
}

/** Learned against exact values at the states of the data: on the diagonal where they agree. */
function learnedFigures(
  { particles }: FieldsExperiment,
  { model: { likely, members, manifest }, estimates }: FieldsRun,
): Figure[] {
  const { exact, law } = fieldsProcessOf(particles), isFluid = law === "generic";
  const states = estimates.flatMap(({ middle, elements: n }) =>
    Array.from({ length: n }, (_, e): [number, number] => {
      const [a, b, c] = [0, 1, 2].map((f) => middle[f * n + e]);
      return isFluid ? [a, c - b * b / 2] : [a, b];
    })
  );
  const jet = new Float64Array(6), m = new Float64Array(manifest.mobility.units.length);
  const valuesOf = ([a, b]: [number, number], member: typeof likely) => {
    member.potential(a, b, jet);
    member.mobility(a, b, m);
    return isFluid ? [-jet[1] / jet[2], 1 / jet[2], ...m] : [jet[1], jet[2], ...m];
  };
  const exactOf = (state: [number, number]) => {
    const [p, q] = exact.slopes(state);
    return [...(isFluid ? [-p / q, 1 / q] : [p, q]), ...exact.mobility(state)];
  };
  const names = isFluid
    ? ["tension \u03c4", "temperature T", "M rr", "M re", "M ee", "M pp"]
    : ["f'\u2081", "f'\u2082", "M 11", "M 21", "M 22"];
  const found = states.map((state) => valuesOf(state, likely));
  const spread = states.map((state) => {
    const all = members.map((member) => valuesOf(state, member));
    return names.map((_, k) => deviation(all.map((row) => row[k])));
  });
  const exactly = states.map(exactOf);
  return names.map((name, k) =>
    genericFigure([{
      kind: "points",
      label: "learned less exact at the states of the data",
      x: exactly.map((row) => row[k]),
      // Of f' a constant is open.
      y: withoutGauge(found.map((row, s) => row[k] - exactly[s][k]), !isFluid && k < 2),
      standardError: spread.map((row) => row[k]),
    }], {
      id: `learned-${k}`,
      title: name,
      caption: "Error bars: the members' spread. The same states for all quantities.",
      xLabel: `exact ${name}`,
      yLabel: `learned less exact ${name}`,
    })
  );
}

const withoutGauge = (values: number[], isOpen: boolean): number[] => {
  const mean = isOpen ? values.reduce((sum, v) => sum + v, 0) / values.length : 0;
  return values.map((v) => v - mean);
};

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
}

function entropyFigure({ times, entropy }: FieldsRun["course"], law: string): Figure {
  const isFluid = law === "generic";
  return genericFigure([{
    kind: "line",
    label: "most likely law",
    x: [...times],
    y: entropy.map((v) => isFluid ? v - entropy[0] : -(v - entropy[0])),
  }], {
    id: "entropy",
    title: isFluid ? "Entropy over time" : "Free energy over time",
    caption: isFluid
      ? "S less its first value: it never falls."
      : "F less its first value: it never rises.",
    xLabel: "time t",
    yLabel: isFluid ? "S (k_B per site)" : "F (k_B T per site)",
  });
}
