/** Figures and page of a prediction of several fields. */
import type { FieldsManifest } from "@spiediff/model-artifact";
import type { Figure, GenericSeries } from "@spiediff/report";
import { percentOf } from "../band_output.ts";
import { checksText, fieldsWarnings } from "./outputs.ts";
import type { FieldsPrediction, PredictedQuantity } from "./predict_fields.ts";

/** What a page says besides the prediction. */
export interface FieldsContext {
  readonly folder: string;
  readonly manifest: FieldsManifest;
  readonly command: string;
  readonly version: string;
}

/** Further marks of a figure of profiles: particles, an exact solution. */
export type FurtherSeries = (quantity: string, time: number) => readonly GenericSeries[];

/** Times that one figure of profiles shows, at most. */
const SHOWN = 4;

/**
 * One figure for each quantity: profiles with bands at some of the times.
 *
 * @param further At the last of the shown times.
 */
export async function profileFigures(
  { times, nodes, level, quantities }: FieldsPrediction,
  further: FurtherSeries = () => [],
): Promise<Figure[]> {
  const { genericFigure } = await import("@spiediff/report");
  const x = Array.from({ length: nodes + 1 }, (_, i) => i / nodes);
  const closed = (values: Float64Array) => [...values, values[0]];
  const stride = Math.max(1, Math.ceil((times.length - 1) / (SHOWN - 1)));
  const shown = [...times.keys()].filter((t) => t % stride === 0 || t === times.length - 1);
  return quantities.map(({ name, symbol, unit, bands }) =>
    genericFigure([
      ...shown.map((t): GenericSeries => {
        const { mean, lower, upper } = bands[t];
        const band = { level, lower: closed(lower), upper: closed(upper) };
        return { kind: "line", label: `t = ${times[t]}`, x, y: closed(mean), band };
      }),
      ...further(name, shown.at(-1)!),
    ], {
      id: `profiles-${name}`,
      title: `${capital(name)} over space`,
      caption: `Mean and ${percentOf(level)} % band over the members, the mesh's error in it.`,
      xLabel: "position x",
      yLabel: `${name} ${symbol} (${unit})`,
    })
  );
}

/** One map for each quantity over space and time: sound is a wave to both sides, diffusion what flattens it. */
export async function spaceTimeMaps(
  { times, nodes }: Pick<FieldsPrediction, "times" | "nodes">,
  quantities: readonly Pick<PredictedQuantity, "name" | "symbol" | "unit" | "likely">[],
): Promise<Figure[]> {
  if (times.length < 2) return [];
  const { spaceTimeFigure } = await import("@spiediff/report");
  const x = Array.from({ length: nodes }, (_, i) => i / nodes);
  return quantities.map(({ name, symbol, unit, likely }) =>
    spaceTimeFigure({ times: [...times], x, mean: likely.map((row) => [...row]) }, {
      id: `map-${name}`,
      title: `${capital(name)} over space and time`,
      caption:
        `The most likely law's ${name} (${unit}), from the start below to the last time above.`,
      symbol,
      timeLabel: "time t",
    })
  );
}

const capital = (name: string) => name[0].toUpperCase() + name.slice(1);

/** The prediction's page. */
export async function fieldsReportHtml(
  prediction: FieldsPrediction,
  { folder, manifest, command, version }: FieldsContext,
): Promise<string> {
  const { block, formatMoment, pageHtml } = await import("@spiediff/report");
  const { members, nodes, seconds } = prediction;
  return pageHtml({
    title: "Prediction of several fields",
    lede: `Model: ${folder}, trained on ${manifest.system.title}; integrity ${
      manifest.integrity.slice(0, 12)
    }. ${members} members, ${nodes} nodes, ${seconds.toFixed(1)} s.`,
    body: [
      block.warnings(fieldsWarnings(prediction)),
      block.table(invariantsTable(prediction, manifest)),
      block.heading("Profiles with bands"),
      block.figures(await profileFigures(prediction)),
      block.heading("Over space and time"),
      block.figures(await spaceTimeMaps(prediction, prediction.quantities)),
      block.heading("How it was made"),
      block.command(command),
    ],
    footer: `Made ${formatMoment(new Date().toISOString())}. predictor ${version}.`,
  });
}

/** What was kept, by which integrator. */
export function invariantsTable(
  { checks, exactChecks, members }: FieldsPrediction,
  manifest: FieldsManifest,
) {
  const rows = [[`Runge-Kutta, all ${members} members`, checksText(checks, manifest)]];
  if (exactChecks) {
    rows.push(["discrete gradient, most likely law", checksText(exactChecks, manifest)]);
  }
  return { header: ["integrator", "what the law keeps"], rows };
}
