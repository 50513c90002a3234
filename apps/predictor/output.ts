import type { Manifest } from "@spiediff/model-artifact/portable";
import type { Band } from "@spiediff/law";
import type { Prediction } from "./types.ts";

/**
 * The prediction as CSV: a line `# level: 0.95`, then `t,x,mean,lower,upper,curve_lower,curve_upper,fluctuation`,
 * one row for each time and node: a band for each point, one that holds whole profiles, and the standard
 * deviation of a single system, empty where there are no fluctuations.
 */
export function predictionCsv(prediction: Prediction): string {
  const { times, x, density, fluctuation, level } = prediction;
  const bands = ["lower", "upper", "curve_lower", "curve_upper"];
  const lines = [`# level: ${level}`, ["t", "x", "mean", ...bands, "fluctuation"].join(",")];
  times.forEach((t, k) => {
    x.forEach((position, i) => {
      const { mean, lower, upper, wholeCurve } = density[k];
      const curve = [wholeCurve.lower[i], wholeCurve.upper[i]];
      const single = fluctuation?.[k][i] ?? "";
      lines.push([t, position, mean[i], lower[i], upper[i], ...curve, single].join(","));
    });
  });
  return lines.join("\n") + "\n";
}

/** The prediction as plain JSON; arrays over nodes, and over times where a quantity has no nodes. */
export function predictionJson(
  prediction: Prediction,
  manifest: Manifest,
): Record<string, unknown> {
  const plain = (band: Band) => ({
    mean: [...band.mean],
    lower: [...band.lower],
    upper: [...band.upper],
  });
  const { density, fluctuation, freeEnergy, initial, members, massDrift, meshError, x, ...rest } =
    prediction;
  return {
    format: "spiediff-prediction",
    version: 1,
    model: { integrity: manifest.integrity, code: manifest.code, system: manifest.system },
    units: manifest.units,
    x: [...x],
    density: density.map((band) => ({
      ...plain(band),
      wholeCurve: { lower: [...band.wholeCurve.lower], upper: [...band.wholeCurve.upper] },
    })),
    fluctuation: fluctuation?.map((row) => [...row]) ?? null,
    freeEnergy: plain(freeEnergy),
    massDrift: [...massDrift],
    meshError: meshError && [...meshError],
    initial: { density: [...initial.density], mass: initial.mass },
    ...rest,
    ...(members ? { members: members.map((values) => [...values]) } : {}),
  };
}
