import type { Manifest } from "@spiediff/model-artifact/portable";
import type { Band, Prediction } from "./types.ts";

/** Column names of a band: `lo95` and `hi95` at level 0.95. */
export function bandNames(level: number): [string, string] {
  const percent = String(Number((100 * level).toPrecision(6)));
  return [`lo${percent}`, `hi${percent}`];
}

/**
 * The prediction as CSV: `t,x,mean,lo95,hi95,fluctuation`, one row for each time and node; the last
 * column is empty where there are no fluctuations.
 */
export function predictionCsv(prediction: Prediction): string {
  const { times, x, density, fluctuation } = prediction;
  const lines = [["t", "x", "mean", ...bandNames(prediction.level), "fluctuation"].join(",")];
  times.forEach((t, k) => {
    x.forEach((position, i) => {
      const { mean, lower, upper } = density[k];
      lines.push([t, position, mean[i], lower[i], upper[i], fluctuation?.[k][i] ?? ""].join(","));
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
  const { density, fluctuation, freeEnergy, initial, members, massDrift, x, ...rest } = prediction;
  return {
    format: "spiediff-prediction",
    version: 1,
    model: { integrity: manifest.integrity, code: manifest.code, system: manifest.system },
    units: manifest.units,
    x: [...x],
    density: density.map(plain),
    fluctuation: fluctuation?.map((row) => [...row]) ?? null,
    freeEnergy: plain(freeEnergy),
    massDrift: [...massDrift],
    initial: { density: [...initial.density], mass: initial.mass },
    ...rest,
    ...(members ? { members: members.map((values) => [...values]) } : {}),
  };
}
