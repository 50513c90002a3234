/** Doubts about particles' data, one sentence each. */
import type { PositionFiles } from "./description.ts";
import { combined, type ProfileCheck } from "./profile_check.ts";
import type { Positions } from "./read_positions.ts";
import { LIKELY_RATIO } from "./summary.ts";

/** Of the length that a particle diffuses in the shortest window, what may be lost by rounding. */
const LARGEST_RESOLUTION = 0.1;
const LEAST_PARTICLES = 50;
/** Of the fluxes, by which they may fall in a window as gradients do. */
const LARGEST_DECAY = 0.05;
/** Momentum relaxation times below which most of a window's covariation is a correction. */
const LEAST_RELAXATIONS = 3;
/** `D / D0` below which gradients do not relax as those of repelling particles do. */
const STUCK = 0.2;
/** Standard errors that a doubt needs. */
const ERRORS = 3;

export function warningsOf(
  description: PositionFiles,
  { place, h, profiles }: Positions,
  checks: readonly ProfileCheck[],
): string[] {
  const { trajectory: { timestep, diffusivity, damping }, frames, realizations } = description;
  const warnings: string[] = [];
  const [low, high] = LIKELY_RATIO;
  const { value: ratio } = combined(checks.map(({ mobilityRatio }) => mobilityRatio));
  if (damping === 0 && !(ratio > low && ratio < high)) {
    warnings.push(
      `m/(D0 rho) is ${
        ratio.toPrecision(2)
      } in the shortest window, and 1 for overdamped particles: is it the ` +
        "timestep, the diffusivity or the density unit that is wrong?",
    );
  }
  const shortest = frames.covariance[0] * timestep;
  if (damping > 0 && shortest < LEAST_RELAXATIONS * damping) {
    warnings.push(
      `The shortest window, ${shortest}, is below ${LEAST_RELAXATIONS} momentum relaxation times of ${damping}: most ` +
        "of its covariation is a correction.",
    );
  }
  const step = Math.sqrt(2 * diffusivity * shortest);
  const resolution = Math.max(...profiles.map((profile) => profile.resolution));
  if (resolution > LARGEST_RESOLUTION * step) {
    warnings.push(
      `Positions are written to ${resolution.toPrecision(2)}, and particles move ${
        step.toPrecision(2)
      } in the ` +
        "shortest window; write more digits or take longer windows.",
    );
  }
  const particles = Math.min(...profiles.map((profile) => profile.particles[0]));
  if (particles < LEAST_PARTICLES) {
    warnings.push(
      `Realizations have ${particles} particles: pressures of so few differ from a large system's by about ${
        (100 / particles).toFixed(0)
      } %.`,
    );
  }
  if (realizations.by === "slabs") {
    warnings.push("Slabs of one box act on their neighbours: their errors are a little too small.");
  }
  return [...warnings, ...gradientWarnings(place.scales.time, h.at(-1)!, checks)];
}

/** Profiles whose gradients fall too far in a window, or do not fall. */
function gradientWarnings(
  time: number,
  longest: number,
  checks: readonly ProfileCheck[],
): string[] {
  const warnings: string[] = [];
  for (const { name, diffusivity: { combined: D, fluxes } } of checks) {
    if (!fluxes) continue;
    const decay = D.value * (2 * Math.PI) ** 2 * longest / 2;
    if (decay > LARGEST_DECAY) {
      warnings.push(
        `Profile "${name}": gradients fall within the longest window of ${
          time * longest
        }, so that its mean fluxes are ${(100 * decay).toFixed(0)} % below those of the start.`,
      );
    }
    if (fluxes.value + ERRORS * fluxes.standardError < STUCK) {
      warnings.push(
        `Profile "${name}": its gradients do not relax (D/D0 = ${
          fluxes.value.toPrecision(2)
        }): is a potential ` +
          "still on, or do particles separate into phases? The law covers neither.",
      );
    }
  }
  return warnings;
}
