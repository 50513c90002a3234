import type { Manifest } from "@spiediff/model-artifact/portable";
import { BAND_COLUMNS, bandJson, bandPartsJson, bandRows, curveBandJson } from "./band_output.ts";
import { LAW_UNITS, type UnitSystem } from "@spiediff/law";
import type { Prediction } from "./types.ts";
import { unitsJson, unitsLine } from "./units/unit_texts.ts";

/**
 * The prediction as CSV: a line `# level: 0.95`, then `t,x,mean,lower,upper,curve_lower,curve_upper,fluctuation`,
 * one row for each time and node: a band for each point, one that holds whole profiles, and the standard
 * deviation of a single system, empty where there are no fluctuations. In units of files a second such line
 * names them.
 *
 * @param units That the prediction is in.
 */
export function predictionCsv(prediction: Prediction, units: UnitSystem = LAW_UNITS): string {
  const { times, x, density, fluctuation, level } = prediction;
  const about = [`# level: ${level}`, ...unitsLine(units, { t: "time", x: "length" })];
  const lines = [...about, ["t", "x", ...BAND_COLUMNS, "fluctuation"].join(",")];
  times.forEach((t, k) => {
    const rows = bandRows(density[k]);
    x.forEach((position, i) => {
      const single = fluctuation?.[k][i] ?? "";
      lines.push([t, position, ...rows.map((row) => row[i]), single].join(","));
    });
  });
  return lines.join("\n") + "\n";
}

/**
 * The prediction as plain JSON; arrays over nodes, and over times where a quantity has no nodes.
 *
 * @param units That the prediction is in.
 */
export function predictionJson(
  prediction: Prediction,
  manifest: Manifest,
  system: UnitSystem = LAW_UNITS,
): Record<string, unknown> {
  const {
    density,
    fluctuation,
    freeEnergy,
    initial,
    members,
    massDrift,
    meshError,
    parts,
    x,
    ...rest
  } = prediction;
  return {
    format: "spiediff-prediction",
    version: 1,
    model: { integrity: manifest.integrity, code: manifest.code, system: manifest.system },
    units: unitsJson(system, manifest),
    x: [...x],
    density: density.map(curveBandJson),
    bandParts: parts.map(bandPartsJson),
    fluctuation: fluctuation?.map((row) => [...row]) ?? null,
    freeEnergy: bandJson(freeEnergy),
    massDrift: [...massDrift],
    meshError: meshError && [...meshError],
    initial: { density: [...initial.density], mass: initial.mass },
    ...rest,
    ...(members ? { members: members.map((values) => [...values]) } : {}),
  };
}
