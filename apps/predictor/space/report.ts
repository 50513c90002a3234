import type { ReportContext } from "../cli/report.ts";
import type { SpacePrediction } from "./predict_space.ts";
import { spaceWarnings } from "./warnings.ts";

/** The field's page: maps of mean and band over time, a film, cuts. */
export async function spaceReportHtml(
  prediction: SpacePrediction,
  context: ReportContext,
): Promise<string> {
  // Drawing needs a document model; loading it only here keeps the start fast.
  const { block, fieldFigures, formatMoment, pageHtml } = await import("@spiediff/report");
  const { dimension, elements, times, density, level, members, seconds } = prediction;
  const rows = (key: "mean" | "lower" | "upper") => density.map((band) => [...band[key]]);
  const figures = fieldFigures({
    ...{ dimension, elements, level, members, times: [...times] },
    ...{ mean: rows("mean"), lower: rows("lower"), upper: rows("upper") },
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
      block.figures(figures),
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
