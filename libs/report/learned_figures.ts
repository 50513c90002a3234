import { bandIsThin, deviationFigure } from "./figures/deviation.ts";
import { learnedFunctionFigure } from "./figures/learned_function.ts";
import type { RunReportData } from "./run_report_data.ts";
import type { Figure, LearnedFunction } from "./types.ts";

/** What is said of a learned function. */
interface Entry {
  readonly key:
    | "mobility"
    | "diffusivity"
    | "curvature"
    | "k1"
    | "drivingForce"
    | "freeEnergyDensity";
  readonly id: string;
  readonly title: string;
  readonly symbol: string;
  readonly unit: string;
  /** Its unit where densities have one. */
  readonly fileUnit: string;
  readonly caption: string;
  /** Never 0, so that deviations are shown as shares. */
  readonly relative?: true;
  /** What its points are, where they are not estimates of the function itself. */
  readonly pointsText?: string;
  readonly fitCovered?: true;
  /** What is fitted to the reference, where there is one. */
  readonly gauge?: string;
}

const ENTRIES: readonly Entry[] = [
  {
    key: "mobility",
    id: "mobility",
    title: "Mobility m(ρ)",
    symbol: "m",
    unit: "length²/(energy · time)",
    fileUnit: "density · length²/(energy · time)",
    caption:
      "The flux is −m ∂ₓf′(ρ). It is never negative: without a field free energy never rises.",
    relative: true,
  },
  {
    key: "diffusivity",
    id: "diffusivity",
    title: "Diffusivity D(ρ) = m f″",
    symbol: "D",
    unit: "length²/time",
    fileUnit: "length²/time",
    caption: "How fast small waves relax, member by member; no gauge enters.",
    pointsText:
      "the measured current of an element over the difference of its densities, where a profile is steep",
    relative: true,
  },
  {
    key: "curvature",
    id: "curvature",
    title: "Curvature f″(ρ)",
    symbol: "f″",
    unit: "energy",
    fileUnit: "energy/density",
    caption: "The derivative of the driving force; where it is negative, a mixture separates.",
    fitCovered: true,
    pointsText: "diffusivity from measured currents over measured mobility",
  },
  {
    key: "drivingForce",
    id: "driving-force",
    title: "Driving force f′(ρ)",
    symbol: "f′",
    unit: "energy",
    fileUnit: "energy",
    caption: "Derivative of the free-energy density. Mass conservation leaves a constant open",
    pointsText: "measured currents over measured mobilities, summed along each profile",
    gauge: "constant",
  },
  {
    key: "freeEnergyDensity",
    id: "free-energy-density",
    title: "Free-energy density f(ρ)",
    symbol: "f",
    unit: "energy per domain length",
    fileUnit: "energy · density",
    caption: "Mass conservation leaves a straight line a + bρ open",
    gauge: "straight line",
  },
  {
    key: "k1",
    id: "k1",
    title: "Operator entry K₁(ρ, ρ)",
    symbol: "K₁",
    unit: "1/(energy · time)",
    fileUnit: "density · length/(energy · time)",
    caption:
      "−m/Δ: the off-diagonal entry of the dissipative operator between two nodes of equal " +
      "density. It is never positive, which makes the operator positive semi-definite.",
  },
];

/** The learned functions, each with its band magnified: around the reference, or else around its mean. */
export function learnedFigures(data: RunReportData): Figure[] {
  return ENTRIES.flatMap((entry) => {
    const { key, id, title, symbol, fitCovered, relative } = entry;
    const unit = data.prediction.axes ? entry.fileUnit : entry.unit;
    const learned = data[key];
    const known = learned.references.length > 0;
    const texts = {
      ...{ id, title, fitCovered },
      caption: captionOf(entry, learned),
      yLabel: `${symbol} (${unit})`,
    };
    const figure = learnedFunctionFigure(learned, texts);
    if (!known && !bandIsThin(learned)) return [figure];
    const from = known ? "the reference" : "its mean";
    const other = known ? "reference" : "mean";
    return [
      figure,
      deviationFigure(learned, {
        id: `${id}-deviation`,
        title: `${relative ? "Relative deviation" : "Deviation"} of ${symbol} from ${from}`,
        relative,
        caption: deviationText(entry, known),
        yLabel: relative ? `${symbol} / ${other} − 1 (%)` : `${symbol} − ${other} (${unit})`,
      }),
    ];
  });
}

function captionOf({ caption, gauge, pointsText }: Entry, learned: LearnedFunction): string {
  const fitted = learned.references.length > 0
    ? "fitted to the reference"
    : "chosen as the members' mean has it";
  return [
    gauge === undefined ? caption : `${caption}, ${fitted} here.`,
    ...(learned.points
      ? [
        `Points: ${
          pointsText ?? "what was estimated from particles"
        }; bars: ± 1.96 standard errors.`,
      ]
      : []),
  ].join(" ");
}

function deviationText({ symbol, gauge, relative }: Entry, known: boolean): string {
  if (!known) {
    return `The band of ${symbol} alone: in the figure beside it is thinner than the line.`;
  }
  return (gauge === undefined
    ? `The same curves with the reference taken off${
      relative ? " and as shares of it" : ""
    }, in a frame that fits the densities seen in training. `
    : `What remains of ${symbol} after the fit of the ${gauge}. `) +
    "Where the band contains the zero line, the reference lies within what the ensemble holds possible.";
}
