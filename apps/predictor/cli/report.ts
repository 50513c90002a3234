import { deviationsOfParts, type UnitSystem } from "@spiediff/law";
import { type Manifest, modelField, systemTitle } from "@spiediff/model-artifact";
import type { Prediction } from "../types.ts";

/** What the report says besides the prediction. */
export interface ReportContext {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly command: string;
  readonly seed: number | string;
  readonly version: string;
  /** That the prediction or the law is in. */
  readonly units: UnitSystem;
}

/** The prediction's self-contained HTML page. */
export async function reportHtml(prediction: Prediction, context: ReportContext): Promise<string> {
  // Drawing needs a document model; loading it only here keeps the start fast.
  const { predictionReport } = await import("@spiediff/report");
  const { manifest, units: { isLaw, names, length } } = context;
  const axes = isLaw ? {} : { axes: { ...names, period: length } };
  const rows = (key: "mean" | "lower" | "upper") =>
    prediction.density.map((band) => [...band[key]]);
  const { trained, visited } = prediction.coverage;
  return predictionReport({
    title: "Prediction with bands",
    createdAt: new Date().toISOString(),
    command: context.command,
    seed: context.seed,
    versions: { predictor: context.version, model: manifest.code.version },
    model: `${context.folder}, trained on ${systemTitle(manifest)}; integrity ${
      manifest.integrity.slice(0, 12)
    }${prediction.externalField === 0 ? "" : `; in a field E = ${prediction.externalField}`}`,
    warnings: [...prediction.warnings],
    prediction: {
      quantity: isLaw ? modelField(manifest) : { name: "density", unit: names.density },
      ...axes,
      times: [...prediction.times],
      x: [...prediction.x],
      level: prediction.level,
      mean: rows("mean"),
      lower: rows("lower"),
      upper: rows("upper"),
      wholeCurve: {
        lower: prediction.density.map(({ wholeCurve }) => [...wholeCurve.lower]),
        upper: prediction.density.map(({ wholeCurve }) => [...wholeCurve.upper]),
      },
      members: prediction.memberCount,
      parts: deviationsOfParts(prediction.parts),
      ...(prediction.fluctuation
        ? { fluctuation: prediction.fluctuation.map((row) => [...row]) }
        : {}),
    },
    freeEnergy: {
      ...axes,
      times: [...prediction.times],
      level: prediction.level,
      mean: [...prediction.freeEnergy.mean],
      lower: [...prediction.freeEnergy.lower],
      upper: [...prediction.freeEnergy.upper],
    },
    massDeviation: {
      ...axes,
      times: [...prediction.times],
      values: [...prediction.massDrift],
    },
    coverage: { trained: [...trained], visited: [...visited] },
    seconds: prediction.seconds.tables + prediction.seconds.integration,
  });
}
