/**
 * The compensator of the element currents and its martingale's predictable covariation
 * (docs/theory.md section 4), at `O(1)` per accepted hop: for window counts.
 *
 * Given the number `K` of attempts in an interval (drawn beforehand and independent of the path),
 * the attempts are a discrete-time chain. Per attempt, the net current of element `e` has the
 * conditional mean `S_e / N` and its products the conditional covariance
 * `delta_ef T_e / N - S_e S_f / N^2`, with `S_e` (`T_e`) the sum of signed (absolute) acceptance
 * probabilities over the element's bonds. Hence, exactly in expectation,
 *
 * - `A_e = sum over attempts of S_e / N` is the compensator of the current `Q_e`;
 * - `Mart = Q - A` has `<Mart_e, Mart_f> = sum over attempts of (delta_ef T_e / N - S_e S_f / N^2)`.
 *
 * Sums over attempts by parts: `sum_{k<K} s(k) = K s(K) - sum over changes of (change) * (attempts made)`;
 * the hot loop keeps the second term per bond and direction. The small term `S_e S_f / N^2` (relative
 * size 1e-5 to 1e-3) is estimated without bias from its value before one uniformly chosen attempt.
 */
import { bandIndex, bandWidth, firstColumn } from "@spiediff/numerics";
import type { RandomStream } from "@spiediff/random";
import { drawAttempts } from "./advance.ts";
import { chunks } from "../chunks.ts";
import type { CompiledLedger } from "./ledger_memory.ts";
import type { CompiledCounts } from "./packed_counts.ts";
import { refreshBondRates } from "./lattice.ts";
import type { Lattice } from "./lattice.ts";
import { THRESHOLD_BITS } from "./rates.ts";
import { attemptHopsWithLedger, hopWithLedger } from "./rejection.ts";
import { clearIntegrals, fillCompensators, type IntervalIntegrals } from "../integrals.ts";

/** Attempts in an interval below which all sums of the ledger are whole numbers below 2^53. */
const EXACT_ATTEMPTS = 2 ** (53 - THRESHOLD_BITS);

/** Recorded hops of a replica (hop_record.ts), whose site `x` is site `x + shift` of the attempted bonds. */
export interface RecordedHops {
  readonly shift: number;
  readonly attempted: Uint32Array;
  readonly hops: Uint32Array;
}

/** Evolves one lattice with window counts and integrates along the way, overwriting `into`. */
export interface LedgerKeeper {
  /** By a macroscopic time. */
  advance(time: number, stream: RandomStream, into: IntervalIntegrals): void;
  /** By the attempts `from` to `to` of a record; the stream tells only where rates are looked at. */
  replay(
    recorded: RecordedHops,
    from: number,
    to: number,
    stream: RandomStream,
    into: IntervalIntegrals,
  ): void;
}

/** Prepares the scratch arrays for a lattice with window counts. */
export function ledgerKeeper(lattice: Lattice): LedgerKeeper {
  const { sites } = lattice;
  let scratch: Float64Array | undefined;
  const here = () => scratch ??= new Float64Array(2 * sites);
  const compiledFor = (attempts: number, { compensator }: IntervalIntegrals) => {
    const counts = lattice.counts, ledger = counts?.ledger;
    const fits = ledger?.elements === compensator.length && attempts < EXACT_ATTEMPTS;
    return fits ? { counts: counts!, ledger } : null;
  };
  return {
    advance(time, stream, into) {
      const attempts = drawAttempts(lattice, time, stream);
      const compiled = compiledFor(attempts, into);
      if (compiled === null) {
        const ledger = here();
        integrate(lattice, attempts, stream, ledger, into, (part, made) => {
          makeAttempts(lattice, stream, part, ledger, made);
        });
      } else {
        const { counts, ledger } = compiled;
        integrateCompiled(lattice, counts, ledger, attempts, stream, into, (part, made) => {
          attemptCompiled(lattice, counts, ledger, stream, part, made);
        });
      }
    },
    replay(recorded, from, to, stream, into) {
      const compiled = compiledFor(to - from, into);
      if (compiled === null) {
        const ledger = here();
        integrate(lattice, to - from, stream, ledger, into, (part, made) => {
          replayHere(lattice, recorded, from + made, part, ledger, made);
        });
      } else {
        const { counts, ledger } = compiled;
        integrateCompiled(lattice, counts, ledger, to - from, stream, into, (part, made) => {
          replayCompiled(lattice, counts, ledger, recorded, from + made, part, made);
        });
      }
    },
  };
}

/** Makes `attempts` attempts, before which `made` were made in the interval. */
type Make = (attempts: number, made: number) => void;

/** One of an interval's attempts, before which the rates are looked at. */
const drawProbe = (stream: RandomStream, attempts: number): number =>
  Math.min(attempts - 1, Math.floor(stream.uniform() * attempts));

/** The loops of compiled/ledger.c. */
function integrateCompiled(
  lattice: Lattice,
  { engine, addresses: at }: CompiledCounts,
  ledger: CompiledLedger,
  attempts: number,
  stream: RandomStream,
  into: IntervalIntegrals,
  make: Make,
): void {
  if (attempts === 0) return clearIntegrals(into);
  const { sites } = lattice, { elements, addresses: to } = ledger;
  ledger.ledger.fill(0);
  refreshBondRates(lattice);
  const probe = drawProbe(stream, attempts);
  const shape = [elements, sites / elements, bandWidth(elements), attempts] as const;
  const perAttempt = 1 / (sites * 2 ** THRESHOLD_BITS);
  make(probe, 0);
  engine.probe_rates(...shape, perAttempt, at.bondRate, to.net, to.bracket);
  make(attempts - probe, probe);
  engine.close_ledger(
    ...shape,
    perAttempt,
    ...[at.bondRate, to.ledger, to.places] as const,
    ...[to.compensator, to.smoothCompensator, to.bracket] as const,
  );
  into.compensator.set(ledger.compensator);
  into.smoothCompensator.set(ledger.smoothCompensator);
  into.bracket.set(ledger.bracket);
}

function attemptCompiled(
  lattice: Lattice,
  { engine, addresses: at, stream: state, netHops }: CompiledCounts,
  { addresses: to }: CompiledLedger,
  stream: RandomStream,
  attempts: number,
  made: number,
): void {
  const { sites, halfWidth, oneDraw } = lattice;
  state.set(stream.state);
  netHops[0] = 0;
  lattice.hops += engine.attempt_ledger(
    ...[sites, halfWidth, attempts, made] as const,
    ...[at.occupation, at.windowCount, at.bondRate, to.ledger, at.threshold] as const,
    ...[oneDraw ? 1 : 0, at.stream, at.netHops] as const,
  );
  stream.state.set(state);
  lattice.netHops += netHops[0];
}

function replayCompiled(
  lattice: Lattice,
  { engine, addresses: at, netHops }: CompiledCounts,
  { attempted, hops, addresses: to }: CompiledLedger,
  recorded: RecordedHops,
  from: number,
  attempts: number,
  made: number,
): void {
  const { sites, halfWidth } = lattice, end = from + attempts;
  // Blocks of 64 attempts, whole ones.
  const first = 2 * Math.floor(from / 64), last = 2 * Math.ceil(end / 64);
  hops.set(recorded.hops.subarray(first, last), first);
  attempted.set(recorded.attempted.subarray(from, end), from);
  netHops[0] = 0;
  lattice.hops += engine.replay_ledger(
    ...[sites, halfWidth, recorded.shift, from, end, from - made] as const,
    ...[to.attempted, to.hops, at.occupation, at.windowCount] as const,
    ...[at.bondRate, to.ledger, at.threshold, at.netHops] as const,
  );
  lattice.netHops += netHops[0];
}

function replayHere(
  lattice: Lattice,
  { shift, attempted, hops }: RecordedHops,
  from: number,
  attempts: number,
  ledger: Float64Array,
  made: number,
): void {
  const { sites } = lattice;
  for (let k = from; k < from + attempts; k++) {
    if ((hops[k >> 5] >>> (k & 31) & 1) === 0) continue;
    const bond = attempted[k] < shift ? attempted[k] + sites - shift : attempted[k] - shift;
    lattice.netHops += hopWithLedger(lattice, bond, ledger, made + 1 + k - from);
    lattice.hops++;
  }
}

function integrate(
  lattice: Lattice,
  attempts: number,
  stream: RandomStream,
  ledger: Float64Array,
  into: IntervalIntegrals,
  make: Make,
): void {
  const { sites, bondRate } = lattice;
  const { compensator, bracket } = into;
  const elements = compensator.length;
  const perElement = sites / elements;
  const perAttempt = 1 / (sites * 2 ** THRESHOLD_BITS);
  clearIntegrals(into);
  if (attempts === 0) return;

  ledger.fill(0);
  refreshBondRates(lattice);
  const probe = drawProbe(stream, attempts);
  make(probe, 0);
  for (let e = 0, x = 0; e < elements; e++) {
    let signed = 0;
    for (const end = x + perElement; x < end; x++) signed += bondRate[x];
    compensator[e] = signed * perAttempt;
  }
  const width = bandWidth(elements);
  for (let e = 0, at = 0; e < elements; e++) {
    let f = firstColumn(elements, e);
    for (const end = at + width; at < end; at++) {
      bracket[at] = -attempts * compensator[e] * compensator[f];
      if (++f === elements) f = 0;
    }
  }
  make(attempts - probe, probe);
  for (let e = 0, x = 0; e < elements; e++) {
    let total = 0;
    for (const end = x + perElement; x < end; x++) {
      // Integers below 2^53: the sums by parts are exact.
      const rate = bondRate[x];
      const right = attempts * (rate > 0 ? rate : 0) - ledger[2 * x];
      const left = attempts * (rate < 0 ? -rate : 0) - ledger[2 * x + 1];
      total += right + left;
      ledger[x] = right - left;
    }
    bracket[bandIndex(elements, e, e)] += total * perAttempt;
  }
  fillCompensators(ledger, sites, perAttempt, into);
}

/** Makes `attempts` attempts in chunks; `made` counts those made before in this interval. */
function makeAttempts(
  lattice: Lattice,
  stream: RandomStream,
  attempts: number,
  ledger: Float64Array,
  made: number,
): void {
  for (const part of chunks(attempts)) {
    attemptHopsWithLedger(lattice, stream.state, part, ledger, made);
    made += part;
  }
}

/**
 * Net currents per element `[M]` (hops over the bonds `x -> x+1`, `floor(x M / N) = e`) between two
 * configurations, from the total of all bonds: `Q_x = Q_{x-1} - (eta_after - eta_before)(x)`, and the
 * one constant left is fixed by `sum Q_x = netHops`. So currents cost the hot loop one addition.
 */
export function elementCurrents(
  before: Uint8Array,
  after: Uint8Array,
  netHops: number,
  out: Float64Array,
): Float64Array {
  relativeCurrents(before, after, out);
  const total = out.reduce((a, b) => a + b, 0);
  return addToAll(out, (netHops - total) / before.length, before.length);
}

/** Currents over those of the bond `0 -> 1`. */
function relativeCurrents(before: Uint8Array, after: Uint8Array, out: Float64Array): void {
  const perElement = before.length / out.length;
  let through = before.length === 0 ? 0 : after[0] - before[0];
  for (let e = 0, x = 0; e < out.length; e++) {
    let sum = 0;
    for (const end = x + perElement; x < end; x++) {
      through -= after[x] - before[x];
      sum += through;
    }
    out[e] = sum;
  }
}

function addToAll(out: Float64Array, perBond: number, sites: number): Float64Array {
  const perElement = sites / out.length;
  for (let e = 0; e < out.length; e++) out[e] += perElement * perBond;
  return out;
}
