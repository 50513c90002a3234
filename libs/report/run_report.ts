import { claimHolds } from "./claims.ts";
import { bandIsHidden, profileResidualsFigure } from "./figures/profile_residuals.ts";
import { bandPartsBlocks } from "./band_parts.ts";
import { fieldFigures } from "./figures/field_figures.ts";
import { profilesFigure } from "./figures/profiles.ts";
import { spaceTimeFigure } from "./figures/space_time.ts";
import { freeEnergyFigure, massFigure } from "./figures/time_series.ts";
import { trainedProfilesFigure } from "./figures/trained_profiles.ts";
import { stageTimesFigure, trainingFigure } from "./figures/training.ts";
import {
  formatCount,
  formatLevel,
  formatMoment,
  formatNumber,
  formatPercent,
  formatSeconds,
  formatShort,
} from "./format.ts";
import { mobilityWindowsFigure } from "./figures/windows.ts";
import { learnedFigures } from "./learned_figures.ts";
import { block, pageHtml, type Tile } from "./page.ts";
import { baselineTable, claimsTable, metricClaims, metricsTable } from "./run_metrics.ts";
import type { RunMetrics, RunReportData } from "./run_report_data.ts";
import type { Figure, ProfileSeries, SpaceTime } from "./types.ts";
import { unitsSentence } from "./units_sentence.ts";
import { versionsLine } from "./versions.ts";

function tiles(data: RunReportData): Tile[] {
  const { metrics, wallClock, prediction } = data;
  const result: Tile[] = [];
  const add = (value: number | null, format: (v: number) => string, label: string) => {
    if (value !== null) result.push({ value: format(value), label });
  };
  const against = metrics.reference?.label ?? "the reference";
  add(metrics.k1, (v) => formatPercent(v, 2), `error of K₁ (relative L2, against ${against})`);
  add(
    metrics.freeEnergyGaugeFree,
    (v) => formatPercent(v, 2),
    "error of f, gauge-free (relative L2)",
  );
  add(
    metrics.bandCoverageWithKmcError ?? metrics.bandCoverage,
    (v) => formatPercent(v, 3),
    metrics.bandCoverageWithKmcError === null
      ? `of simulated densities lie in the ${formatLevel(metrics.level)} band`
      : `of simulated densities lie in the ${
        formatLevel(metrics.level)
      } band, the simulation's own error added`,
  );
  if (data.sampledWindow > 0) {
    const factor = prediction.times[prediction.times.length - 1] / data.sampledWindow;
    result.push({
      value: `${formatCount(factor)} ×`,
      label: "predicted time over the longest time span seen in training",
    });
  }
  if (wallClock) {
    const { predictionSeconds, kmcSeconds } = wallClock;
    const ratio = kmcSeconds / predictionSeconds;
    result.push({
      value: `${formatNumber(Math.max(ratio, 1 / ratio), 2)} ×`,
      label: `${ratio >= 1 ? "faster" : "slower"} than direct simulation (${
        formatSeconds(predictionSeconds)
      } against ${formatSeconds(kmcSeconds)})`,
    });
  }
  return result;
}

function interactionText(
  { halfWidth, betaJ0, externalField }: RunReportData["system"],
): string {
  return [
    ...(externalField === undefined ? [] : [`in a field E = ${externalField}, `]),
    ...(halfWidth === undefined ? [] : [`half-width L = ${halfWidth}, `]),
    ...(betaJ0 === undefined ? [] : [`βJ₀ = ${betaJ0}, `]),
  ].join("");
}

/** What the reference is and is worth; nothing where there is none. */
function referenceText({ reference }: RunMetrics): string {
  if (reference === null || reference.kind === "none") return "";
  const { label, source, error } = reference;
  const worth = error === null
    ? "its error is not known, so that no verdict hangs on it"
    : `known to ${formatNumber(error.k1, 2)} in K₁, ${
      formatNumber(error.freeEnergyGaugeFree, 2)
    } in f without its line, ${formatNumber(error.diffusivity, 2)} in D (relative L2)`;
  return ` The reference is ${label}: ${source}; ${worth}.`;
}

/** What the colours of the learned functions mean. */
function learnedText({ metrics, k1, start }: RunReportData): string {
  const reference = k1.references.length === 0
    ? ""
    : " Thin line in the colour of the text: the reference.";
  return "Operator and free energy, learned from short particle simulations only. Blue: the " +
    `ensemble's mean and ${
      formatLevel(metrics.level)
    } band, which tells how much the finite data ` +
    `leave open.${reference}${start === undefined ? "" : ` ${start}`}${referenceText(metrics)}`;
}

/** What coverage means; nothing where none was measured. */
function coverageText({ level, bandCoverage }: RunMetrics): string[] {
  return bandCoverage === null ? [] : [
    `Coverage is the share of simulated means, over all nodes and all times after the start, that lie ` +
    `inside of the ${
      formatLevel(level)
    } band. The band says what is not known of the learned law; simulated means have ` +
    `errors of their own, and only with these added should about ${
      formatLevel(level)
    } or more of them lie inside.`,
  ];
}

function missedBounds(data: RunReportData): string[] {
  return [...metricClaims(data.metrics), ...(data.claims ?? [])]
    .filter((claim) => claimHolds(claim) === false)
    .map((claim) => `"${claim.name}" misses its bound.`);
}

function predictedFigures(
  { prediction, course, freeEnergy, massDeviation }: RunReportData,
): Figure[] {
  return [
    ...("x" in prediction ? profileFigures(prediction, course) : fieldFigures(prediction)),
    freeEnergyFigure(freeEnergy),
    massFigure(massDeviation),
  ];
}

const profileFigures = (prediction: ProfileSeries, course: SpaceTime | undefined): Figure[] => [
  profilesFigure(prediction),
  ...(course ? [spaceTimeFigure(course)] : []),
  profileResidualsFigure(prediction),
  ...(bandIsHidden(prediction)
    ? [profileResidualsFigure({ ...prediction, kmc: undefined }, "profile-bands")]
    : []),
];

/** Sites and elements, of squares and cubes to each axis. */
function placeText({ dimension, sites, elements }: RunReportData["system"]): string {
  const power = dimension === 1 ? "" : dimension === 2 ? "²" : "³";
  return `${dimension}D, N${power} = ${
    formatCount(sites)
  }${power} sites, M${power} = ${elements}${power} elements`;
}

/** Which data were made and why; nothing where a user has chosen them. */
function designBlocks({ design }: RunReportData): string[] {
  return design
    ? [
      block.heading("Which data, and why"),
      ...design.text.map(block.paragraph),
      block.table(design.batches),
    ]
    : [];
}

/**
 * The report of a whole run as one HTML page: readable without scripts, without a network, in light,
 * dark and print.
 * @throws {RangeError} naming the array that is empty, of the wrong length or not finite.
 */
export function runReport(data: RunReportData): string {
  const { system, prediction, wallClock } = data;
  return pageHtml({
    title: data.title,
    lede: `${system.particles}, ${placeText(system)}, ${
      interactionText(system)
    }β = ${system.beta}. Seed ${data.seed}.${unitsSentence(prediction.axes)}`,
    body: [
      block.warnings([...data.warnings, ...missedBounds(data)]),
      block.tiles(tiles(data)),
      block.heading("Figures of merit"),
      block.table(metricsTable(data.metrics)),
      ...coverageText(data.metrics).map(block.paragraph),
      ...(data.claims?.length ? [block.table(claimsTable(data.claims))] : []),
      ...(data.baseline
        ? [
          block.paragraph(
            "Networks trained without diffusion, on the same data and held-out elements, for as long:",
          ),
          block.table(baselineTable(data.metrics, data.baseline)),
        ]
        : []),
      block.heading("What was learned"),
      block.paragraph(learnedText(data)),
      block.figures([
        ...learnedFigures(data),
        ...(data.windows ? [mobilityWindowsFigure(data.windows, data.mobility.quantity)] : []),
      ]),
      block.heading("What was predicted"),
      block.paragraph(
        `The learned law carries the ${"x" in prediction ? "profile" : "field"} to t = ${
          formatShort(prediction.times[prediction.times.length - 1])
        }, while training saw spans of at most ${formatShort(data.sampledWindow)}.` +
          (wallClock
            ? ` Prediction took ${formatSeconds(wallClock.predictionSeconds)}, direct simulation ${
              formatSeconds(wallClock.kmcSeconds)
            } (${wallClock.note}).`
            : ""),
      ),
      block.figures(predictedFigures(data)),
      ...("x" in prediction ? bandPartsBlocks(prediction) : []),
      block.heading("How it was made"),
      block.figures([
        ...(data.trainedProfiles.length > 0
          ? [trainedProfilesFigure(data.trainedProfiles, prediction.quantity, prediction.axes)]
          : []),
        ...(data.training.length > 0 ? [trainingFigure(data.training)] : []),
        ...(data.stages.length > 0 ? [stageTimesFigure(data.stages)] : []),
      ]),
      ...designBlocks(data),
      block.paragraph("The command that made this page:"),
      block.command(data.command),
      block.details("Configuration", JSON.stringify(data.config, null, 2) ?? "none"),
    ],
    footer: `Made ${formatMoment(data.createdAt)}. ${versionsLine(data.versions)}`,
  });
}
