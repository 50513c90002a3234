/**
 * The integrals of ledger.ts for any kernel, from samples: a hop changes the rates of all `2L + 3` bonds around
 * it, and booking each would cost several times what the hop does.
 *
 * The attempts of an interval are cut into strata. In each, two attempts are chosen uniformly, independently of
 * one another and of the path, and the rates of all bonds before them are looked at; with `s` the vector of net
 * acceptance probabilities per attempt, `S_e / N` there, and `n` the stratum's attempts,
 *
 * - `n (s + s') / 2` has the expectation `sum of s over the stratum`, given the path;
 * - its error has the covariance `n^2 / 4 E[(s - s')(s - s')^T]`, which is added to the bracket: so the bracket
 *   has the expectation of the products of `Q - A` with the sampled `A`, exactly;
 * - `n (s s^T + s' s'^T) / 2` and `n (t + t') / 2` have those of the bracket's own sums.
 *
 * Rates change little from one attempt a bond to the next, so the error is small beside `Q - A` itself: how small
 * is measured in sampled_integrals.test.ts. The cost per attempt is that of looking at two bonds, whatever `L`.
 */
import { bandIndex, bandWidth, firstColumn } from "@spiediff/numerics";
import type { RandomStream } from "@spiediff/random";
import { drawAttempts } from "./advance.ts";
import { attemptWithEnergies } from "./energy_rejection.ts";
import { type PairEnergies, thresholdOf } from "./energies.ts";
import { ELEMENT_BATCH } from "./engine.ts";
import { clearIntegrals, fillCompensators, type IntervalIntegrals } from "../integrals.ts";
import type { Lattice } from "./lattice.ts";
import { THRESHOLD_BITS } from "./rates.ts";

/** Attempts per bond in a stratum. */
const STRATUM = 1;

/** Sums of thresholds over each element's bonds, at one moment. */
interface RateSums {
  /** `[M]`, of signed and of absolute thresholds. */
  readonly signed: Float64Array;
  readonly absolute: Float64Array;
}

/** Evolves by a macroscopic time, overwriting `into`. */
export type AdvanceWithSamples = (
  time: number,
  stream: RandomStream,
  into: IntervalIntegrals,
) => void;

/** Prepares the scratch arrays for a lattice with pair energies. */
export function samplingAdvance(lattice: Lattice, pairs: PairEnergies): AdvanceWithSamples {
  const { sites } = lattice;
  const net = pairs.compiled?.net ?? new Float64Array(sites);
  const perAttempt = 1 / (sites * 2 ** THRESHOLD_BITS);
  return (time, stream, into) => {
    const elements = into.compensator.length;
    const attempts = drawAttempts(lattice, time, stream);
    clearIntegrals(into);
    if (attempts === 0) return;
    net.fill(0);
    const [one, two] = [0, 1].map(() => ({
      signed: new Float64Array(elements),
      absolute: new Float64Array(elements),
    }));
    const strata = Math.ceil(attempts / (STRATUM * sites));
    for (let k = 0, done = 0; k < strata; k++) {
      const end = Math.floor(attempts * (k + 1) / strata), size = end - done;
      const places = [0, 1].map(() => done + Math.floor(stream.uniform() * size));
      const [first, second] = places.sort((a, b) => a - b);
      attemptWithEnergies(lattice, pairs, stream.state, first - done);
      sampleRates(lattice, pairs, size / 2, net, one);
      attemptWithEnergies(lattice, pairs, stream.state, second - first);
      sampleRates(lattice, pairs, size / 2, net, two);
      attemptWithEnergies(lattice, pairs, stream.state, end - second);
      addBrackets(one, two, size, perAttempt, into.bracket);
      done = end;
    }
    fillCompensators(net, sites, perAttempt, into);
  };
}

function addBrackets(
  one: RateSums,
  two: RateSums,
  size: number,
  perAttempt: number,
  bracket: Float64Array,
): void {
  const elements = one.signed.length;
  const square = perAttempt * perAttempt;
  const width = bandWidth(elements);
  for (let e = 0, at = 0; e < elements; e++) {
    const a = one.signed[e] * square, b = two.signed[e] * square;
    const [own, other] = [-size / 2 * a, -size / 2 * b];
    const error = size * size / 4 * (a - b);
    let f = firstColumn(elements, e);
    for (const end = at + width; at < end; at++) {
      const c = one.signed[f], d = two.signed[f];
      bracket[at] += own * c + other * d + error * (c - d);
      if (++f === elements) f = 0;
    }
    bracket[bandIndex(elements, e, e)] += size / 2 * (one.absolute[e] + two.absolute[e]) *
      perAttempt;
  }
}

/** Adds `weight` times the signed thresholds of all bonds to `net` `[N]`, and sums them into `out`. */
export function sampleRates(
  { sites, occupation }: Lattice,
  { energy, lowest, boltzmann, compiled }: PairEnergies,
  weight: number,
  net: Float64Array,
  out: RateSums,
): void {
  const elements = out.signed.length, perElement = sites / elements;
  if (compiled !== null && net === compiled.net) {
    const { engine, addresses: at, sums } = compiled;
    for (let e = 0; e < elements; e += ELEMENT_BATCH) {
      const batch = Math.min(ELEMENT_BATCH, elements - e);
      engine.sample_rates(
        sites,
        e * perElement,
        perElement,
        batch,
        at.occupation,
        at.energy,
        at.boltzmann,
        lowest,
        weight,
        at.net,
        at.sums,
      );
      for (let i = 0; i < batch; i++) {
        out.signed[e + i] = sums[2 * i];
        out.absolute[e + i] = sums[2 * i + 1];
      }
    }
    return;
  }
  for (let e = 0, x = 0; e < elements; e++) {
    let signed = 0, absolute = 0;
    for (const end = x + perElement; x < end; x++) {
      const next = x + 1 === sites ? 0 : x + 1;
      const sign = occupation[x] - occupation[next];
      if (sign === 0) continue;
      const threshold = thresholdOf(energy[sign > 0 ? x : next] - lowest, boltzmann);
      net[x] += weight * sign * threshold;
      signed += sign * threshold;
      absolute += threshold;
    }
    out.signed[e] = signed;
    out.absolute[e] = absolute;
  }
}
