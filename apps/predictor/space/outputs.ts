import type { Band } from "@spiediff/law";
import type { Manifest } from "@spiediff/model-artifact/portable";
import { npyBytes } from "@spiediff/npy";
import { bandJson } from "../band_output.ts";
import type { SpacePrediction } from "./predict_space.ts";

const BAND = ["mean", "lower", "upper"] as const;
const AXES = ["x", "y", "z"];

/** Averages as NumPy reads them: `[times, 3, (Nz,) Ny, Nx]`, mean, lower and upper end of the band. */
export function spaceNpy({ dimension, elements, density, times }: SpacePrediction): Uint8Array {
  const rows = density.flatMap((band) => BAND.map((name) => band[name]));
  return npyBytes(
    [times.length, BAND.length, ...new Array<number>(dimension).fill(elements)],
    rows,
  );
}

/** A line `# level: 0.95`, then `t,x,y(,z),mean,lower,upper`, one row for each time and node. */
export function spaceCsv(prediction: SpacePrediction): string {
  const { dimension, elements, times, density, level, initial } = prediction;
  const axes = AXES.slice(0, dimension);
  const lines = [`# level: ${level}`, ["t", ...axes, ...BAND].join(",")];
  times.forEach((t, k) => {
    for (let node = 0; node < initial.length; node++) {
      const place = axes.map((_, a) => Math.floor(node / elements ** a) % elements / elements);
      lines.push([t, ...place, ...BAND.map((name) => density[k][name][node])].join(","));
    }
  });
  return lines.join("\n") + "\n";
}

/** Everything but the arrays over nodes, which are in prediction.npy. */
export function spaceJson(
  prediction: SpacePrediction,
  manifest: Manifest,
): Record<string, unknown> {
  const { density: _, initial, freeEnergy, massDrift, ...rest } = prediction;
  return {
    format: "spiediff-space-prediction",
    version: 1,
    model: { integrity: manifest.integrity, code: manifest.code, system: manifest.system },
    units: manifest.units,
    mass: initial.reduce((sum, rho) => sum + rho, 0) / initial.length,
    freeEnergy: bandJson(freeEnergy),
    massDrift: [...massDrift],
    ...rest,
  };
}

/** Least and greatest mean, and the widest band. */
export function extremes(
  { mean, lower, upper }: Band,
): [low: number, high: number, widest: number] {
  let low = Infinity, high = -Infinity, widest = 0;
  mean.forEach((value, i) => {
    low = Math.min(low, value);
    high = Math.max(high, value);
    widest = Math.max(widest, upper[i] - lower[i]);
  });
  return [low, high, widest];
}
