/** The state of one realization: contents, rates over all bonds and integrals over time. */
import { createSumTree, setWeight, type SumTree } from "../process/sum_tree.ts";
import type { Geometry } from "./geometry.ts";
import type { HopProcess } from "./types.ts";

/** Rates may exceed their bound by the last digits. */
const ROUNDING = 1 + 1e-9;

/** Times are hop times; sums are over the bonds of segments, `[d * N^(d-1) * M]`. */
export interface Hops {
  readonly process: HopProcess;
  readonly geometry: Geometry;
  /** `[N^d]`. */
  readonly contents: Float64Array;
  /** `[N^d]`, the sum of `beta J contents` around a site, and `exp` of minus that. */
  readonly binding: Float64Array;
  readonly factor: Float64Array;
  /** `[d * N^d]`, rates along a bond and against it. */
  readonly forth: Float64Array;
  readonly back: Float64Array;
  /** What forth + back of a bond never exceed; infinite where rates have no bound. */
  readonly limit: number;
  /** Weights forth + back, where rates have no bound. */
  readonly tree: SumTree | null;
  time: number;
  /** Until when the integrals of a sum are taken. */
  readonly since: Float64Array;
  /** Sums of forth - back and of forth + back. */
  readonly drift: Float64Array;
  readonly spread: Float64Array;
  /** Their integrals since recording began: compensator and bracket. */
  readonly netDrift: Float64Array;
  readonly netSpread: Float64Array;
  /** Net hops since recording began. */
  readonly current: Float64Array;
  /** Hops made. */
  events: number;
}

/** Empty sites. */
export function createHops(process: HopProcess, geometry: Geometry): Hops {
  const { dimension, sites, rows, elements } = geometry;
  const bonds = dimension * sites;
  const perSum = () => new Float64Array(dimension * rows * elements);
  return {
    process,
    geometry,
    contents: new Float64Array(sites),
    binding: new Float64Array(sites),
    factor: new Float64Array(sites).fill(1),
    forth: new Float64Array(bonds),
    back: new Float64Array(bonds),
    limit: limitOf(process),
    tree: process.bound === null ? createSumTree(bonds) : null,
    time: 0,
    since: perSum(),
    drift: perSum(),
    spread: perSum(),
    netDrift: perSum(),
    netSpread: perSum(),
    current: perSum(),
    events: 0,
  };
}

/** Of particles that exclude each other only one of the rates forth and back exists. */
function limitOf({ name, bound, field: { high }, kernel }: HopProcess): number {
  if (bound === null) return Infinity;
  const repelled = kernel?.couplings.reduce((sum, j) => sum + Math.max(-j, 0), 0) ?? 0;
  if (repelled > 0 && high === Infinity) {
    throw new RangeError(`${name}: a repulsion of any number of particles has no bound.`);
  }
  return bound * (high === 1 ? 1 : 2) * (repelled > 0 ? Math.exp(repelled * high) : 1);
}

/** Takes over contents `[N^d]` at time 0. @throws {RangeError} naming a site outside of the field's domain. */
export function loadContents(hops: Hops, contents: ArrayLike<number>): void {
  const { process: { name, field: { low, high }, kernel }, geometry, binding, factor } = hops;
  const { sites, dimension, around } = geometry;
  for (let x = 0; x < sites; x++) {
    const value = contents[x];
    if (!(value >= low && value <= high && Number.isInteger(value))) {
      throw new RangeError(
        `${name}: site ${x} holds ${value}; it must be a whole number in [${low}, ${high}].`,
      );
    }
    hops.contents[x] = value;
  }
  if (kernel !== null) {
    for (let x = 0; x < sites; x++) {
      let sum = 0;
      for (let k = 0; k < kernel.couplings.length; k++) {
        sum += kernel.couplings[k] * contents[around[k * sites + x]];
      }
      binding[x] = sum;
      factor[x] = Math.exp(-sum);
    }
  }
  hops.forth.fill(0);
  hops.back.fill(0);
  hops.drift.fill(0);
  hops.spread.fill(0);
  hops.tree?.node.fill(0);
  beginRecording(hops);
  for (let axis = 0; axis < dimension; axis++) {
    for (let x = 0; x < sites; x++) refreshBond(hops, axis, x);
  }
}

/** Starts currents and integrals anew at the present configuration. */
export function beginRecording(hops: Hops): void {
  for (const sums of [hops.current, hops.netDrift, hops.netSpread, hops.since]) sums.fill(0);
  hops.time = 0;
}

/** Takes all integrals until now. */
export function settleAll(hops: Hops): void {
  for (let s = 0; s < hops.since.length; s++) settle(hops, s);
}

function settle({ time, since, drift, spread, netDrift, netSpread }: Hops, s: number): void {
  const elapsed = time - since[s];
  netDrift[s] += elapsed * drift[s];
  netSpread[s] += elapsed * spread[s];
  since[s] = time;
}

/** Brings the rates over a bond up to date. */
function refreshBond(hops: Hops, axis: number, x: number): void {
  const { process, geometry, contents, factor, forth, back, tree } = hops;
  const bond = axis * geometry.sites + x, y = geometry.next[bond];
  const here = contents[x], there = contents[y];
  const onward = process.rate(here, there) * factor[x];
  const backward = process.rate(there, here) * factor[y];
  const more = onward - forth[bond], moreBack = backward - back[bond];
  if (more === 0 && moreBack === 0) return;
  // False for NaN too.
  if (!(onward >= 0 && backward >= 0 && onward + backward <= hops.limit * ROUNDING)) {
    throw rateMistake(hops, x, y, onward, backward);
  }
  const s = geometry.segmentOf[bond];
  settle(hops, s);
  hops.drift[s] += more - moreBack;
  hops.spread[s] += more + moreBack;
  forth[bond] = onward;
  back[bond] = backward;
  if (tree !== null) setWeight(tree, bond, onward + backward);
}

function rateMistake(
  { process, contents, limit }: Hops,
  x: number,
  y: number,
  a: number,
  b: number,
) {
  const allowed = Number.isFinite(limit) ? `add up to at most ${limit}` : "be finite";
  return new RangeError(
    `${process.name}: the rates between site ${x}, which holds ${
      contents[x]
    }, and site ${y}, which ` +
      `holds ${contents[y]}, are ${a} and ${b}; they must be at least 0 and ${allowed}.`,
  );
}

/** Those of all bonds that a site has part in. */
function refreshSite(hops: Hops, x: number): void {
  const { dimension, sites, previous } = hops.geometry;
  for (let axis = 0; axis < dimension; axis++) {
    refreshBond(hops, axis, x);
    refreshBond(hops, axis, previous[axis * sites + x]);
  }
}

/** One particle goes along a bond, or against it. @throws {RangeError} if a site would leave its domain. */
export function hopOver(hops: Hops, bond: number, along: boolean): void {
  const { process, geometry: { sites, next, segmentOf }, contents } = hops;
  const { low, high } = process.field;
  const x = bond % sites, y = next[bond];
  const source = along ? x : y, target = along ? y : x;
  if (!(contents[source] - 1 >= low && contents[target] + 1 <= high)) {
    throw new RangeError(
      `${process.name}: the hop from site ${source}, which holds ${contents[source]}, to site ` +
        `${target}, which holds ${contents[target]}, leaves [${low}, ${high}].`,
    );
  }
  contents[source]--;
  contents[target]++;
  hops.current[segmentOf[bond]] += along ? 1 : -1;
  hops.events++;
  if (process.kernel !== null) {
    bind(hops, source, -1);
    bind(hops, target, 1);
  }
  refreshSite(hops, source);
  refreshSite(hops, target);
  if (process.kernel !== null) {
    refreshAround(hops, source);
    refreshAround(hops, target);
  }
}

/** What one particle more or fewer at a site changes around it. */
function bind({ process: { kernel }, geometry, binding, factor }: Hops, x: number, sign: number) {
  const { couplings } = kernel!, { around, sites } = geometry;
  for (let k = 0, at = x; k < couplings.length; k++, at += sites) {
    const site = around[at];
    binding[site] += sign * couplings[k];
    factor[site] = Math.exp(-binding[site]);
  }
}

function refreshAround(hops: Hops, x: number): void {
  const { process: { kernel }, geometry: { around, sites }, contents } = hops;
  for (let k = 0, at = x; k < kernel!.couplings.length; k++, at += sites) {
    // Rates of what an empty site sends are zero as before.
    if (contents[around[at]] > 0) refreshSite(hops, around[at]);
  }
}
