/** Realizations of the ring: what a short window tells of fluxes and fluctuations, and fields over long times. */
import { createFieldsRecord, type FieldsRecord } from "@spiediff/ensemble";
import type { RandomStream } from "@spiediff/random";
import { checkRisingTimes, checkWindow } from "../checks.ts";
import { advanceRing, newIntegrals, type TimeIntegrals } from "./chain.ts";
import {
  addHatAverages,
  addSmoothAverages,
  type ElementWeights,
  elementWeights,
} from "../several_fields/element_averages.ts";
import { localGibbs } from "./local_gibbs.ts";
import { PRODUCTS } from "./noise.ts";
import {
  checkRing,
  type OscillatorRing,
  potential,
  type RingConfiguration,
  type RingStart,
} from "./types.ts";

/** Realizations of one start, on hat functions of `M` elements. */
export interface RingPlan {
  readonly ring: OscillatorRing;
  readonly start: RingStart;
  readonly elements: number;
}

interface Averager {
  readonly atSite: ElementWeights;
  readonly between: ElementWeights;
}

/**
 * Prepares the arrays of runs over one window; the record, of stretch, momentum and energy, is overwritten by
 * the next run. Fluxes are the Hamiltonian's `-p`, `-V'` and `-p V'` with the noise's.
 */
export function ringRunner(
  plan: RingPlan,
  window: number,
): (stream: RandomStream) => FieldsRecord {
  const { ring, start, elements } = plan;
  checkRing(ring);
  checkWindow(window);
  const { sites } = ring;
  const averager = averagerOf(plan), sample = localGibbs(ring, start);
  const configuration = newConfiguration(sites), integrals = newIntegrals(sites);
  const elementOf = Int32Array.from({ length: sites }, (_, x) => Math.floor(x * elements / sites));
  const bracket = { elementOf, sums: new Float64Array(PRODUCTS * elements) };
  const record = createFieldsRecord(3, elements);
  const jumps = 1 / (2 * (sites / elements) * sites * sites * window);
  return (stream) => {
    sample(configuration, stream);
    fieldsOf(ring, configuration, averager, record.start);
    Object.values(integrals).forEach((values) => values.fill(0));
    bracket.sums.fill(0);
    advanceRing(ring, configuration, window, stream, { integrals, bracket });
    fillMeans(ring, integrals, averager, 1 / (window * sites), record);
    for (let e = 0; e < elements; e++) {
      for (let k = 0; k < PRODUCTS; k++) {
        record.dissipation[k * elements + e] = jumps * bracket.sums[PRODUCTS * e + k];
      }
    }
    return record;
  };
}

/** Prepares the arrays of runs to several macroscopic times, rising; fields `[times, 3, M]`. */
export function ringTrajectories(
  plan: RingPlan,
  times: readonly number[],
): (stream: RandomStream) => Float64Array {
  const { ring, start, elements } = plan;
  checkRing(ring);
  checkRisingTimes(times);
  const averager = averagerOf(plan), sample = localGibbs(ring, start);
  const configuration = newConfiguration(ring.sites);
  const size = 3 * elements;
  return (stream) => {
    const out = new Float64Array(times.length * size);
    sample(configuration, stream);
    let now = 0;
    times.forEach((time, k) => {
      advanceRing(ring, configuration, time - now, stream, null);
      now = time;
      fieldsOf(ring, configuration, averager, out.subarray(k * size, (k + 1) * size));
    });
    return out;
  };
}

const newConfiguration = (sites: number): RingConfiguration => ({
  stretch: new Float64Array(sites),
  momentum: new Float64Array(sites),
});

const averagerOf = ({ ring: { sites }, elements }: RingPlan): Averager => ({
  atSite: elementWeights(sites, elements, 0),
  between: elementWeights(sites, elements, 0.5),
});

function fieldsOf(
  { cubic }: OscillatorRing,
  { stretch, momentum }: RingConfiguration,
  { atSite, between }: Averager,
  out: Float64Array,
): void {
  const { elements } = atSite;
  out.fill(0);
  addHatAverages(between, stretch, 1, out.subarray(0, elements));
  addHatAverages(atSite, momentum, 1, out.subarray(elements, 2 * elements));
  const energy = out.subarray(2 * elements);
  addHatAverages(atSite, momentum.map((p) => p * p / 2), 1, energy);
  addHatAverages(between, stretch.map((r) => potential(r, cubic)), 1, energy);
}

function fillMeans(
  { resampling, exchange }: OscillatorRing,
  integrals: TimeIntegrals,
  { atSite, between }: Averager,
  perTime: number,
  { fields, flux }: Pick<FieldsRecord, "fields" | "flux">,
): void {
  const { elements } = atSite;
  const hats = [0, 1, 2, 3].map(() => new Float64Array(elements));
  const [stretch, momentum, kinetic, stored] = hats;
  addHatAverages(between, integrals.stretch, perTime, stretch);
  addHatAverages(atSite, integrals.momentum, perTime, momentum);
  addHatAverages(atSite, integrals.kinetic, perTime, kinetic);
  addHatAverages(between, integrals.potential, perTime, stored);
  fields.set(stretch);
  fields.set(momentum, elements);
  flux.fill(0);
  addSmoothAverages(atSite, integrals.momentum, -perTime, flux.subarray(0, elements));
  addSmoothAverages(between, integrals.force, -perTime, flux.subarray(elements, 2 * elements));
  addSmoothAverages(atSite, integrals.power, -perTime, flux.subarray(2 * elements));
  // Of the noise, by parts: the derivative of a quadratic B-spline is a difference of two hats.
  const slow = resampling * elements, fast = (resampling + exchange) * elements;
  for (let e = 0; e < elements; e++) {
    const f = e + 1 === elements ? 0 : e + 1;
    fields[2 * elements + e] = kinetic[e] + stored[e];
    flux[e] += slow * (stretch[e] - stretch[f]);
    flux[elements + e] += fast * (momentum[e] - momentum[f]);
    flux[2 * elements + e] += fast * (kinetic[e] - kinetic[f]) + slow * (stored[e] - stored[f]);
  }
}
