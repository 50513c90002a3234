import type { NoiseSchedule, NoiseScheduleSpec } from "./types.ts";

/** The schedule that every model of this project is trained with unless its config says otherwise. */
export const DEFAULT_SCHEDULE: NoiseScheduleSpec = { name: "cosine", steps: 50, offset: 0.008 };

const LARGEST_BETA = 0.999;

/**
 * Builds a noise schedule from its record.
 *
 * @throws {RangeError} if `steps` is not a whole number of at least 2, or a parameter leaves (0, 1).
 */
export function noiseSchedule(spec: NoiseScheduleSpec): NoiseSchedule {
  if (!Number.isInteger(spec.steps) || spec.steps < 2) {
    throw new RangeError(`A noise schedule needs at least 2 whole steps, not ${spec.steps}.`);
  }
  const betas = spec.name === "cosine" ? cosineBetas(spec) : linearBetas(spec);
  const alphasCumprod = new Float64Array(spec.steps);
  let product = 1;
  betas.forEach((beta, t) => alphasCumprod[t] = product *= 1 - beta);
  return { spec, steps: spec.steps, alphasCumprod };
}

function cosineBetas(spec: NoiseScheduleSpec & { name: "cosine" }): number[] {
  if (!(spec.offset >= 0 && spec.offset < 1)) {
    throw new RangeError(`The cosine schedule's offset must lie in [0, 1), not ${spec.offset}.`);
  }
  const signal = (t: number) =>
    Math.cos(((t / spec.steps + spec.offset) / (1 + spec.offset)) * Math.PI / 2) ** 2;
  return Array.from(
    { length: spec.steps },
    (_, t) => Math.min(LARGEST_BETA, 1 - signal(t + 1) / signal(t)),
  );
}

function linearBetas(spec: NoiseScheduleSpec & { name: "linear" }): number[] {
  const { betaStart, betaEnd, steps } = spec;
  if (!(betaStart > 0 && betaStart <= betaEnd && betaEnd < 1)) {
    throw new RangeError(
      `The linear schedule needs 0 < betaStart <= betaEnd < 1, not ${betaStart} and ${betaEnd}.`,
    );
  }
  const scale = 1000 / steps;
  return Array.from(
    { length: steps },
    (_, t) => Math.min(LARGEST_BETA, scale * (betaStart + (betaEnd - betaStart) * t / (steps - 1))),
  );
}

/** `sqrt(alphasCumprod)` and `sqrt(1 - alphasCumprod)` at a timestep. */
export function signalAndNoise(schedule: NoiseSchedule, t: number): [number, number] {
  const a = schedule.alphasCumprod[t];
  return [Math.sqrt(a), Math.sqrt(1 - a)];
}
