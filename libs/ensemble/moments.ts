/**
 * Streaming, mergeable means and covariances (Welford; Chan, Golub & LeVeque 1983): one pass,
 * memory independent of `R`, and the same bits for any number of workers when merged in block order.
 * Co-moments are bands around the ring, `[M, bandWidth(M)]`: memory grows with `M`, not its square.
 */
import { bandWidth, firstColumn } from "@spiediff/numerics";
import type { RealizationRecord } from "./record.ts";

/** Mean `[n]` and co-moment, a band of the sum of `(x - mean)(x - mean)^T`. */
export interface VectorMoments {
  readonly mean: Float64Array;
  readonly comoment: Float64Array;
}

/** Moments of one window `[t0, t0 + h]`, per element, in units of `z`. */
export interface WindowMoments {
  /** Element currents `Q`. */
  readonly current: VectorMoments;
  /** Their compensator `A`. */
  readonly compensator: VectorMoments;
  /** `Q - A`, whose exact mean is zero. */
  readonly martingale: VectorMoments;
  /** The compensator through smooth windows. */
  readonly smoothCompensator: VectorMoments;
  /** Band, mean predictable covariation of `Q - A`. */
  readonly bracket: Float64Array;
  /** How they go with the fields that they start from. */
  readonly withStart: StartMoments;
}

/** Co-moments, bands of sums of `(z - mean)(q - mean)^T` with `z` at `t0`. */
export interface StartMoments {
  readonly current: Float64Array;
  readonly compensator: Float64Array;
  readonly smoothCompensator: Float64Array;
}

/** Moments over `count` realizations. */
export interface EnsembleMoments {
  count: number;
  /** `z` at `t0`. */
  readonly start: VectorMoments;
  /** One per horizon. */
  readonly windows: readonly WindowMoments[];
}

/** Moments over no realization yet, in arrays of zeros of so many numbers that `room` gives. */
export function createMoments(
  elements: number,
  windows: number,
  room: (length: number) => Float64Array = (length) => new Float64Array(length),
): EnsembleMoments {
  const band = () => room(elements * bandWidth(elements));
  const vector = () => ({ mean: room(elements), comoment: band() });
  return {
    count: 0,
    start: vector(),
    windows: Array.from({ length: windows }, () => ({
      current: vector(),
      compensator: vector(),
      martingale: vector(),
      smoothCompensator: vector(),
      bracket: band(),
      withStart: { current: band(), compensator: band(), smoothCompensator: band() },
    })),
  };
}

/**
 * Adds one realization.
 *
 * @param controlVariates Whether its compensators and brackets count; without them they stay zero, and
 * {@link martingalesAreCurrents} must follow the last record.
 */
export function addRecord(
  moments: EnsembleMoments,
  record: RealizationRecord,
  controlVariates = true,
): void {
  const count = ++moments.count;
  const start = record.start.map((z, i) => z - moments.start.mean[i]);
  addVector(moments.start, record.start, count);
  moments.windows.forEach((window, w) => {
    const { current, compensator, smoothCompensator, bracket } = record.windows[w];
    const { withStart } = window;
    addVector(window.current, current, count, withStart.current, start);
    if (!controlVariates) return;
    addVector(window.compensator, compensator, count, withStart.compensator, start);
    addVector(window.martingale, current.map((q, e) => q - compensator[e]), count);
    addVector(
      window.smoothCompensator,
      smoothCompensator,
      count,
      withStart.smoothCompensator,
      start,
    );
    moveMean(window.bracket, bracket, 1 / count);
  });
}

/** Fills in what {@link addRecord} left out without control variates: `Q - 0`. */
export function martingalesAreCurrents({ windows }: EnsembleMoments): void {
  for (const { current, martingale } of windows) {
    martingale.mean.set(current.mean);
    martingale.comoment.set(current.comoment);
  }
}

function moveMean(mean: Float64Array, value: Float64Array, weight: number): void {
  for (let i = 0; i < mean.length; i++) mean[i] += weight * (value[i] - mean[i]);
}

/** Adds `x`, and to `cross` its co-moment with another vector that was `other` off its mean before. */
function addVector(
  { mean, comoment }: VectorMoments,
  x: Float64Array,
  count: number,
  cross?: Float64Array,
  other?: Float64Array,
): void {
  const n = mean.length;
  const delta = new Float64Array(n);
  const weight = (count - 1) / count;
  for (let i = 0; i < n; i++) {
    delta[i] = x[i] - mean[i];
    mean[i] += delta[i] / count;
  }
  addOuter(comoment, delta, delta, weight, n);
  if (cross !== undefined && other !== undefined) addOuter(cross, other, delta, weight, n);
}

/** `into += scale a b^T` within the band. */
function addOuter(
  into: Float64Array,
  a: Float64Array,
  b: Float64Array,
  scale: number,
  n: number,
): void {
  const width = bandWidth(n);
  for (let i = 0, at = 0; i < n; i++) {
    const scaled = scale * a[i];
    const end = at + width;
    for (let j = firstColumn(n, i); at < end; j = 0) {
      const stop = Math.min(end, at + n - j);
      while (at < stop) into[at++] += scaled * b[j++];
    }
  }
}

/** Adds the moments `from` of other realizations to `into`. */
export function mergeMoments(into: EnsembleMoments, from: EnsembleMoments): void {
  combine(into, from, 1);
}

/**
 * The moments without those of a part: `whole` minus `part`, for delete-one-block jackknives.
 *
 * @throws {RangeError} if fewer than two realizations would remain.
 */
export function withoutPart(whole: EnsembleMoments, part: EnsembleMoments): EnsembleMoments {
  if (whole.count - part.count < 2) {
    throw new RangeError(
      `At least 2 realizations must remain without a block of ${part.count} out of ${whole.count}.`,
    );
  }
  const rest = copyMoments(whole);
  combine(rest, part, -1);
  return rest;
}

/** A deep copy. */
export function copyMoments(moments: EnsembleMoments): EnsembleMoments {
  return structuredClone(moments);
}

function combine(into: EnsembleMoments, from: EnsembleMoments, sign: 1 | -1): void {
  const before = into.count;
  const after = before + sign * from.count;
  if (from.count === 0) return;
  into.count = after;
  const start = from.start.mean.map((z, i) => z - into.start.mean[i]);
  const count = sign * from.count;
  combineVector(into.start, from.start, before, count);
  into.windows.forEach((window, w) => {
    const other = from.windows[w];
    for (const name of WITH_START) {
      const difference = other[name].mean.map((q, e) => q - window[name].mean[e]);
      const cross = window.withStart[name];
      other.withStart[name].forEach((sum, i) => cross[i] += sign * sum);
      addOuter(cross, start, difference, before * count / after, start.length);
      combineVector(window[name], other[name], before, count);
    }
    combineVector(window.martingale, other.martingale, before, count);
    moveMean(window.bracket, other.bracket, count / after);
  });
}

/** The vectors whose co-moments with the start are kept. */
const WITH_START = ["current", "compensator", "smoothCompensator"] as const;

/** Chan's formula; a negative `count` removes. */
function combineVector(
  into: VectorMoments,
  from: VectorMoments,
  before: number,
  count: number,
): void {
  const n = into.mean.length;
  const after = before + count;
  const sign = Math.sign(count);
  const delta = from.mean.map((value, i) => value - into.mean[i]);
  const weight = before * count / after;
  const width = bandWidth(n);
  for (let i = 0, at = 0; i < n; i++) {
    into.mean[i] += delta[i] * count / after;
    let j = firstColumn(n, i);
    for (const end = at + width; at < end; at++) {
      into.comoment[at] += sign * from.comoment[at] + weight * delta[i] * delta[j];
      if (++j === n) j = 0;
    }
  }
}

/** All arrays of the moments, in a fixed order. */
export function momentArrays(moments: EnsembleMoments): Float64Array[] {
  const vectors = [
    moments.start,
    ...moments.windows.flatMap((w) => [
      w.current,
      w.compensator,
      w.martingale,
      w.smoothCompensator,
    ]),
  ];
  return [
    ...vectors.flatMap((v) => [v.mean, v.comoment]),
    ...moments.windows.flatMap((w) => [
      w.bracket,
      ...WITH_START.map((name) => w.withStart[name]),
    ]),
  ];
}

/** Their buffers, for transfer between threads without copying. */
export function momentBuffers(moments: EnsembleMoments): ArrayBuffer[] {
  return momentArrays(moments).map((array) => array.buffer as ArrayBuffer);
}

/** Length of {@link packMoments}' array. */
export function packedLength(elements: number, windows: number): number {
  const band = elements * bandWidth(elements);
  const vector = elements + band;
  return 1 + vector + windows * (4 * vector + 4 * band);
}

/** The moments as one array, the count first. */
export function packMoments(moments: EnsembleMoments): Float64Array {
  const packed = new Float64Array(packedLength(moments.start.mean.length, moments.windows.length));
  packed[0] = moments.count;
  let at = 1;
  for (const array of momentArrays(moments)) {
    packed.set(array, at);
    at += array.length;
  }
  return packed;
}

/** The inverse of {@link packMoments}. */
export function unpackMoments(
  packed: Float64Array,
  elements: number,
  windows: number,
): EnsembleMoments {
  const moments = createMoments(elements, windows);
  moments.count = packed[0];
  let at = 1;
  for (const array of momentArrays(moments)) {
    array.set(packed.subarray(at, at + array.length));
    at += array.length;
  }
  return moments;
}
