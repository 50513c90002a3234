/** Local equilibrium of the ring: independent sites, Gaussian momenta, `exp(-(V - tau r)/T)` for stretches. */
import type { RandomStream } from "@spiediff/random";
import {
  force,
  type OscillatorRing,
  potential,
  type RingConfiguration,
  type RingStart,
} from "./types.ts";

/** Draws a configuration. */
export type RingSampler = (out: RingConfiguration, stream: RandomStream) => void;

/**
 * Prepares the sampler of a start.
 *
 * Stretches by rejection from the Gaussian that touches their weight at its top: `V''` is at least
 * `1 - alpha^2/3` everywhere.
 *
 * @throws {RangeError} naming the site whose temperature is not positive, or whose stretch no tension gives.
 */
export function localGibbs({ sites, cubic }: OscillatorRing, start: RingStart): RingSampler {
  const over = (value: (x: number) => number, shift: number) =>
    Float64Array.from({ length: sites }, (_, x) => value((x + shift) / sites));
  const mean = over(start.momentum, 0), warmth = over(start.temperature, 0);
  const heat = over(start.temperature, 0.5);
  const tension = over(start.stretch, 0.5).map((r, x) => {
    if (!(heat[x] > 0 && warmth[x] > 0)) {
      throw new RangeError(`The temperature of site ${x} must be positive, not ${heat[x]}.`);
    }
    return tensionAt(r, heat[x], cubic);
  });
  const top = tension.map((tau) => tau === 0 ? 0 : stretchAtForce(tau, cubic));
  const stiffness = 1 - cubic * cubic / 3;
  return ({ stretch, momentum }, { normal, uniform }) => {
    for (let x = 0; x < sites; x++) {
      momentum[x] = mean[x] + Math.sqrt(warmth[x]) * normal();
      const least = potential(top[x], cubic) - tension[x] * top[x];
      const width = Math.sqrt(heat[x] / stiffness);
      for (;;) {
        const offset = width * normal(), r = top[x] + offset;
        const excess = potential(r, cubic) - tension[x] * r - least -
          0.5 * stiffness * offset * offset;
        if (uniform() < Math.exp(-excess / heat[x])) {
          stretch[x] = r;
          break;
        }
      }
    }
  };
}

/** Where `V' = tau`: V' rises. */
function stretchAtForce(tension: number, cubic: number): number {
  let low = -4, high = 4;
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (force(middle, cubic) < tension) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const NEWTON_STEPS = 50;

/** The tension whose mean stretch is `r`: the mean rises with it, at its variance over T. */
function tensionAt(r: number, temperature: number, cubic: number): number {
  let tension = force(r, cubic);
  for (let k = 0; k < NEWTON_STEPS; k++) {
    let z = 0, first = 0, second = 0;
    // Trapezoid rule, which converges exponentially for weights that vanish at its ends.
    const top = potential(r, cubic) - tension * r;
    for (let q = -6; q <= 6; q += 0.05) {
      const weight = Math.exp((top - potential(q, cubic) + tension * q) / temperature);
      z += weight;
      first += weight * (q - r);
      second += weight * (q - r) * (q - r);
    }
    const miss = first / z;
    if (Math.abs(miss) < 1e-12) return tension;
    tension -= miss * temperature / (second / z - miss * miss);
  }
  throw new RangeError(
    `No tension gives the mean stretch ${r} at the temperature ${temperature}.`,
  );
}
