import type { Profile } from "@spiediff/experiment";
import { nodalDensity } from "@spiediff/mesh";
import { meanOfRows } from "@spiediff/numerics";

/** Modes that a measured profile is told by. */
const MODES = 3;

/** The initial profile as measured: its mean and first modes. @param start `[realizations]` of z `[M]`. */
export function measuredProfile(name: string, start: readonly Float64Array[]): Profile {
  const M = start[0].length;
  const density = nodalDensity(meanOfRows(start), "fourth-order");
  const modes = Array.from({ length: Math.min(MODES, Math.floor((M - 1) / 2)) }, (_, j) => {
    const k = j + 1;
    let cosine = 0, sine = 0;
    density.forEach((rho, i) => {
      cosine += 2 / M * rho * Math.cos(2 * Math.PI * k * i / M);
      sine += 2 / M * rho * Math.sin(2 * Math.PI * k * i / M);
    });
    return { k, amplitude: Math.hypot(cosine, sine), phase: Math.atan2(-sine, cosine) };
  });
  return { name, mean: density.reduce((a, b) => a + b, 0) / M, modes };
}
