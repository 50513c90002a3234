import { profileResidualsFigure } from "./figures/profile_residuals.ts";
import { profilesFigure } from "./figures/profiles.ts";
import { freeEnergyFigure, massFigure } from "./figures/time_series.ts";
import { bandPartsBlocks } from "./band_parts.ts";
import { formatCount, formatMoment, formatSeconds, formatShort } from "./format.ts";
import { block, pageHtml } from "./page.ts";
import type { PredictionReportData } from "./run_report_data.ts";
import { unitsSentence } from "./units_sentence.ts";
import { versionsLine } from "./versions.ts";

/**
 * The predictor's page: profiles with bands, free energy, mass, and the densities visited beside those
 * trained on. That the model was asked about others is among the warnings that it is given.
 * @throws {RangeError} naming the array that is empty, of the wrong length or not finite.
 */
export function predictionReport(data: PredictionReportData): string {
  const { prediction, coverage } = data;
  const last = prediction.times[prediction.times.length - 1];
  return pageHtml({
    title: data.title,
    lede: `Model: ${data.model}. ${prediction.members} ensemble members, seed ${data.seed}` +
      (data.seconds === undefined ? "." : `, ${formatSeconds(data.seconds)}.`) +
      unitsSentence(prediction.axes),
    body: [
      block.warnings(data.warnings),
      block.tiles([
        {
          value: formatShort(last),
          label: `macroscopic time reached (${prediction.axes?.time ?? "diffusive units"})`,
        },
        { value: formatCount(prediction.members), label: "ensemble members" },
        {
          value: `${formatShort(coverage.visited[0])} to ${formatShort(coverage.visited[1])}`,
          label: `densities visited; trained on ${formatShort(coverage.trained[0])} to ${
            formatShort(coverage.trained[1])
          }`,
        },
      ]),
      block.heading("Prediction"),
      block.figures([
        profilesFigure(prediction),
        profileResidualsFigure(prediction),
        freeEnergyFigure(data.freeEnergy),
        massFigure(data.massDeviation),
      ]),
      ...bandPartsBlocks(prediction),
      block.heading("How it was made"),
      block.command(data.command),
    ],
    footer: `Made ${formatMoment(data.createdAt)}. ${versionsLine(data.versions)}`,
  });
}
