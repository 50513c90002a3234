/** The ring in time: Hamiltonian half steps around the noise of a whole one (Strang's splitting). */
import type { RandomStream } from "@spiediff/random";
import { applyNoise, type RealisedBracket } from "./noise.ts";
import { force, type OscillatorRing, potential, type RingConfiguration } from "./types.ts";

/** Sums over time of what flows, `[N]` each; in micro time. */
export interface TimeIntegrals {
  /** Of `p_x`. */
  readonly momentum: Float64Array;
  /** Of `V'(r_x)`. */
  readonly force: Float64Array;
  /** Of `p_x (V'(r_x) + V'(r_{x-1})) / 2`. */
  readonly power: Float64Array;
  /** Of `r_x`, of `p_x^2/2` and of `V(r_x)`. */
  readonly stretch: Float64Array;
  readonly kinetic: Float64Array;
  readonly potential: Float64Array;
}

/** Zeros. */
export function newIntegrals(sites: number): TimeIntegrals {
  const array = () => new Float64Array(sites);
  return {
    momentum: array(),
    force: array(),
    power: array(),
    stretch: array(),
    kinetic: array(),
    potential: array(),
  };
}

/** Kick, drift, kick: the leapfrog, symplectic and of second order. */
function hamiltonianStep(
  { stretch, momentum }: RingConfiguration,
  h: number,
  cubic: number,
): void {
  kick(stretch, momentum, h / 2, cubic);
  const last = stretch.length - 1;
  for (let x = 0; x < last; x++) stretch[x] += h * (momentum[x + 1] - momentum[x]);
  stretch[last] += h * (momentum[0] - momentum[last]);
  kick(stretch, momentum, h / 2, cubic);
}

function kick(stretch: Float64Array, momentum: Float64Array, h: number, cubic: number): void {
  const { length } = stretch;
  for (let x = 0, before = force(stretch[length - 1], cubic); x < length; x++) {
    const here = force(stretch[x], cubic);
    momentum[x] += h * (here - before);
    before = here;
  }
}

function addIntegrals(
  { stretch, momentum }: RingConfiguration,
  h: number,
  cubic: number,
  out: TimeIntegrals,
): void {
  const { length } = stretch;
  for (let x = 0, before = force(stretch[length - 1], cubic); x < length; x++) {
    const r = stretch[x], p = momentum[x], here = force(r, cubic);
    out.momentum[x] += h * p;
    out.force[x] += h * here;
    out.power[x] += h * p * (here + before) / 2;
    out.stretch[x] += h * r;
    out.kinetic[x] += h * p * p / 2;
    out.potential[x] += h * potential(r, cubic);
    before = here;
  }
}

/**
 * Runs for a macroscopic time in steps of at most `ring.step` micro time.
 *
 * @param record Where integrals over time and products of jumps are added; null where nobody asks.
 */
export function advanceRing(
  ring: OscillatorRing,
  configuration: RingConfiguration,
  duration: number,
  stream: RandomStream,
  record: { readonly integrals: TimeIntegrals; readonly bracket: RealisedBracket } | null,
): void {
  const micro = duration * ring.sites;
  const steps = Math.ceil(micro / ring.step - 1e-9), h = micro / Math.max(steps, 1);
  for (let n = 0; n < steps; n++) {
    hamiltonianStep(configuration, h / 2, ring.cubic);
    if (record !== null) addIntegrals(configuration, h / 2, ring.cubic, record.integrals);
    applyNoise(ring, configuration, h, stream, record?.bracket ?? null);
    if (record !== null) addIntegrals(configuration, h / 2, ring.cubic, record.integrals);
    hamiltonianStep(configuration, h / 2, ring.cubic);
  }
}
