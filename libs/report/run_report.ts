import { claimHolds } from "./claims.ts";
import { deviationFigure } from "./figures/deviation.ts";
import { learnedFunctionFigure } from "./figures/learned_function.ts";
import { profileResidualsFigure } from "./figures/profile_residuals.ts";
import { profilesFigure } from "./figures/profiles.ts";
import { freeEnergyFigure, massFigure } from "./figures/time_series.ts";
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
import { block, pageHtml, type Tile } from "./page.ts";
import { baselineTable, claimsTable, metricClaims, metricsTable } from "./run_metrics.ts";
import type { RunMetrics, RunReportData } from "./run_report_data.ts";
import type { Figure, LearnedFunction } from "./types.ts";
import { versionsLine } from "./versions.ts";

interface LearnedEntry {
  data: LearnedFunction;
  id: string;
  title: string;
  symbol: string;
  unit: string;
  caption: string;
  deviation: string;
}

/** The learned functions, each beside its deviation from what is known exactly. */
function learnedFigures(data: RunReportData): Figure[] {
  const entries: LearnedEntry[] = [
    {
      data: data.k1,
      id: "k1",
      title: "Operator entry K₁(ρ, ρ)",
      symbol: "K₁",
      unit: "1/(energy · time)",
      caption: "The off-diagonal entry of the dissipative operator between two nodes of equal " +
        "density. It is never positive, which makes the operator positive semi-definite.",
      deviation:
        "The same curves with the reference taken off, in a frame that fits the densities seen in " +
        "training. Where the band contains the zero line, the exact answer lies within what the " +
        "ensemble holds possible.",
    },
    {
      data: data.drivingForce,
      id: "driving-force",
      title: "Driving force f′(ρ)",
      symbol: "f′",
      unit: "energy",
      caption: "Derivative of the free-energy density. Mass conservation leaves a constant open, " +
        "which is fitted to the reference here.",
      deviation: "What remains of f′ after the fit of the constant.",
    },
    {
      data: data.freeEnergyDensity,
      id: "free-energy-density",
      title: "Free-energy density f(ρ)",
      symbol: "f",
      unit: "energy per domain length",
      caption: "Mass conservation leaves a straight line a + bρ open, which is fitted to the " +
        "reference here.",
      deviation: "What remains of f after the fit of the straight line.",
    },
  ];
  return entries.flatMap(({ data, id, title, symbol, unit, caption, deviation }) => {
    const figure = learnedFunctionFigure(data, {
      id,
      title,
      caption,
      yLabel: `${symbol} (${unit})`,
    });
    if (data.references.length === 0) return [figure];
    return [
      figure,
      deviationFigure(data, {
        id: `${id}-deviation`,
        title: `Deviation of ${symbol} from the reference`,
        caption: deviation,
        yLabel: `${symbol} − reference (${unit})`,
      }),
    ];
  });
}

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
    result.push({
      value: `${formatNumber(wallClock.kmcSeconds / wallClock.predictionSeconds, 2)} ×`,
      label: `faster than direct simulation (${
        formatSeconds(wallClock.predictionSeconds)
      } against ${formatSeconds(wallClock.kmcSeconds)})`,
    });
  }
  return result;
}

function interactionText({ halfWidth, betaJ0 }: RunReportData["system"]): string {
  return [
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
  const reference = k1.references.length === 0 ? "" : " Thin black line: the reference.";
  return "Operator and free energy, learned from short particle simulations only. Blue: the " +
    `ensemble's mean and ${
      formatLevel(metrics.level)
    } band, which tells how much the finite data ` +
    `leave open.${reference}${start === undefined ? "" : ` ${start}`}${referenceText(metrics)}`;
}

function missedBounds(data: RunReportData): string[] {
  return [...metricClaims(data.metrics), ...(data.claims ?? [])]
    .filter((claim) => claimHolds(claim) === false)
    .map((claim) => `"${claim.name}" misses its bound.`);
}

/**
 * The report of a whole run as one HTML page: readable without scripts, without a network, in light,
 * dark and print.
 * @throws {RangeError} naming the array that is empty, of the wrong length or not finite.
 */
export function runReport(data: RunReportData): string {
  const { system, prediction, wallClock } = data;
  const profiles = [profilesFigure(prediction)];
  if (prediction.kmc) profiles.push(profileResidualsFigure(prediction));
  return pageHtml({
    title: data.title,
    lede: `${system.particles}, ${system.dimension}D, N = ${formatCount(system.sites)} sites, ` +
      `M = ${system.elements} elements, ${
        interactionText(system)
      }β = ${system.beta}. Seed ${data.seed}. Units: length = the domain, diffusive time, energies in which ` +
      `the thermal energy is 1/β.`,
    body: [
      block.warnings([...data.warnings, ...missedBounds(data)]),
      block.tiles(tiles(data)),
      block.heading("Figures of merit"),
      block.table(metricsTable(data.metrics)),
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
      block.figures(learnedFigures(data)),
      block.heading("What was predicted"),
      block.paragraph(
        `The learned law carries the profile to t = ${
          formatShort(prediction.times[prediction.times.length - 1])
        }, while training saw spans of at most ${formatShort(data.sampledWindow)}.` +
          (wallClock
            ? ` Prediction took ${formatSeconds(wallClock.predictionSeconds)}, direct simulation ${
              formatSeconds(wallClock.kmcSeconds)
            } (${wallClock.note}).`
            : ""),
      ),
      block.figures([
        ...profiles,
        freeEnergyFigure(data.freeEnergy),
        massFigure(data.massDeviation),
      ]),
      block.heading("How it was made"),
      block.figures([
        ...(data.training.length > 0 ? [trainingFigure(data.training)] : []),
        ...(data.stages.length > 0 ? [stageTimesFigure(data.stages)] : []),
      ]),
      block.paragraph("The command that made this page:"),
      block.command(data.command),
      block.details("Configuration", JSON.stringify(data.config, null, 2) ?? "none"),
    ],
    footer: `Made ${formatMoment(data.createdAt)}. ${versionsLine(data.versions)}`,
  });
}
