/** The unseen profile followed by particles. */
import { noiseStep, ringTrajectories } from "@spiediff/kmc";
import { pointsOfHats } from "@spiediff/fdt-operators";
import { randomStream } from "@spiediff/random";
import { CUBIC, NOISE } from "./_data.ts";
import { LAST_TIME, modesOf, UNSEEN_START } from "./_errors.ts";

const ELEMENTS = 25;

/** Modes of r, p and e at the last time, a row a realization. */
export function particleModes(sites: number, from: number, to: number): number[][] {
  const system = { sites, cubic: CUBIC, ...NOISE };
  const ring = { ...system, step: noiseStep(system) };
  const run = ringTrajectories({ ring, start: UNSEEN_START, elements: ELEMENTS }, [LAST_TIME]);
  return Array.from({ length: to - from }, (_, k) => {
    const points = pointsOfHats(run(randomStream(1, "generic", "direct", from + k)), ELEMENTS);
    return [0, 1, 2].flatMap((f) => modesOf(points.subarray(f * ELEMENTS, (f + 1) * ELEMENTS)));
  });
}

/** How far modes lie from the means of rows, field by field: rms beyond the noise, and the noise, both of amplitudes. */
export function againstParticles(
  modes: readonly number[],
  rows: readonly (readonly number[])[],
): { readonly off: number; readonly noise: number }[] {
  const R = rows.length, each = modes.length / 3;
  return [0, 1, 2].map((f) => {
    let square = 0, noise = 0;
    for (let k = f * each; k < (f + 1) * each; k++) {
      const mean = rows.reduce((sum, row) => sum + row[k] / R, 0);
      const variance = rows.reduce((sum, row) => sum + (row[k] - mean) ** 2, 0) / (R * (R - 1));
      // The mean counts by its square, a wave's two parts by half of theirs.
      const weight = k === f * each ? 1 : 0.5;
      square += weight * (modes[k] - mean) ** 2;
      noise += weight * variance;
    }
    return { off: Math.sqrt(Math.max(0, square - noise)), noise: Math.sqrt(noise) };
  });
}
