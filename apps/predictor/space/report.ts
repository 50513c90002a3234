import { percentOf } from "../band_output.ts";
import type { ReportContext } from "../cli/report.ts";
import type { SpacePrediction } from "./predict_space.ts";
import { spaceWarnings } from "./warnings.ts";

/** The field's page: maps of mean and band over time on one colour scale each, a film, cuts of a cube. */
export async function spaceReportHtml(
  prediction: SpacePrediction,
  context: ReportContext,
): Promise<string> {
  // Drawing needs a document model; loading it only here keeps the start fast.
  const { block, densityFilmFigure, densityMapsFigure, formatMoment, pageHtml } = await import(
    "@spiediff/report"
  );
  const { dimension, elements, times, density, level, members, seconds } = prediction;
  const percent = percentOf(level);
  const heights = dimension === 2 ? [0] : [0, Math.floor(elements / 2)];
  const figures = heights.map((height) => {
    const where = dimension === 2 ? "" : ` at z = ${height / elements}`;
    const cut = (values: Float64Array) => plane(values, elements, height);
    const data = {
      times: [...times],
      series: [
        { label: "mean density", values: density.map(({ mean }) => cut(mean)) },
        {
          label: `width of the ${percent} % band`,
          values: density.map(({ lower, upper }) => cut(upper.map((v, i) => v - lower[i]))),
        },
      ],
    };
    return { data, where, id: `maps-${height}` };
  });
  return pageHtml({
    title: `Prediction in ${dimension} dimensions`,
    lede: `Model: ${context.folder}; integrity ${
      context.manifest.integrity.slice(0, 12)
    }. ${members} ensemble members, seed ${context.seed}, ${elements} nodes to each axis, ${
      seconds.toFixed(1)
    } s.`,
    body: [
      block.warnings(spaceWarnings(prediction)),
      block.tiles(tilesOf(prediction)),
      block.figures(figures.flatMap(({ data, where, id }) => [
        densityMapsFigure(data, {
          id,
          title: `Density over time${where}`,
          caption:
            "Left the members' mean, right how far apart the ends of their band are; each on one scale for all times.",
        }),
        densityFilmFigure(data, {
          id: `${id}-film`,
          title: `The mean density as a film${where}`,
          caption: "Runs by itself, from the first time to the last.",
        }),
      ])),
      block.heading("How it was made"),
      block.command(context.command),
    ],
    footer: `Made ${formatMoment(new Date().toISOString())}. predictor ${context.version}.`,
  });
}

function tilesOf({ times, invariants, coverage: { trained } }: SpacePrediction) {
  const range = (low: number, high: number) => `${low.toPrecision(3)} to ${high.toPrecision(3)}`;
  return [
    { value: String(times.at(-1)), label: "macroscopic time reached (diffusive units)" },
    {
      value: range(invariants.minDensity, invariants.maxDensity),
      label: `densities visited; trained on ${range(...trained)}`,
    },
    {
      value: invariants.maxMassDrift.toExponential(1),
      label: "largest relative change of a member's mass",
    },
  ];
}

/** `[y][x]` of one plane of constant z. */
function plane(values: Float64Array, elements: number, height: number): number[][] {
  const from = height * elements * elements;
  return Array.from(
    { length: elements },
    (_, j) => Array.from(values.subarray(from + j * elements, from + (j + 1) * elements)),
  );
}
