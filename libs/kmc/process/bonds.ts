/** The state of one realization of a process: contents, rates of the bonds and integrals over time. */
import { type Tilt, tiltOf } from "./external_field.ts";
import { createSumTree, setWeight, type SumTree } from "./sum_tree.ts";
import type { BondProcess } from "./types.ts";

/** A rate may exceed its bound by the last digits. */
const ROUNDING = 1 + 1e-12;

/** Bond `x` joins the sites `x` and `x + 1`. Times are hop times. */
export interface Bonds {
  readonly process: BondProcess;
  /** What an external field does to the process; null without one. */
  readonly tilt: Tilt | null;
  /** What no rate exceeds, a field's part included; null where there is no such number. */
  readonly bound: number | null;
  readonly sites: number;
  /** `[N]`. */
  readonly contents: Float64Array;
  /** `[N]`, rates to the right and to the left; kept with a tree or while recording. */
  readonly right: Float64Array;
  readonly left: Float64Array;
  /** Weights right + left, where rates have no bound. */
  readonly tree: SumTree | null;
  /** Whether the integrals below are kept. */
  recording: boolean;
  time: number;
  /** `[N]`, until when a bond's integrals are taken. */
  readonly since: Float64Array;
  /** `[N]`, mean net transfer per time, and mean of the transfers' squares. */
  readonly drift: Float64Array;
  readonly spread: Float64Array;
  /** `[N]`, their integrals since recording began. */
  readonly netDrift: Float64Array;
  readonly netSpread: Float64Array;
  /** `[N]` element of a bond, `[M]` net transfer over the bonds of an element. */
  readonly elementOf: Int32Array;
  readonly current: Float64Array;
  /** Transfers made. */
  events: number;
}

/**
 * Empty sites.
 *
 * @param field `beta E eps / 2` of an external field E to the right; 0 when absent.
 * @throws {RangeError} unless `elements` divides `sites`, a rate's sites are distinct and the process can be driven.
 */
export function createBonds(
  process: BondProcess,
  sites: number,
  elements: number,
  field = 0,
): Bonds {
  if (!Number.isInteger(sites) || sites < 2 * process.reach + 1) {
    throw new RangeError(
      `sites must be an integer of at least ${
        2 * process.reach + 1
      } for ${process.name}, not ${sites}.`,
    );
  }
  if (!(elements >= 1) || sites % elements !== 0) {
    throw new RangeError(`elements must divide the ${sites} sites, not be ${elements}.`);
  }
  const perElement = sites / elements;
  const perBond = () => new Float64Array(sites);
  const tilt = tiltOf(process, field);
  const bound = tilt === null ? process.bound : tilt.bound;
  return {
    process,
    tilt,
    bound,
    sites,
    contents: perBond(),
    right: perBond(),
    left: perBond(),
    tree: bound === null ? createSumTree(sites) : null,
    recording: false,
    time: 0,
    since: perBond(),
    drift: perBond(),
    spread: perBond(),
    netDrift: perBond(),
    netSpread: perBond(),
    elementOf: Int32Array.from({ length: sites }, (_, x) => Math.floor(x / perElement)),
    current: new Float64Array(elements),
    events: 0,
  };
}

/** Takes over contents `[N]` at time 0. @throws {RangeError} naming a site outside of the field's domain. */
export function loadContents(bonds: Bonds, contents: ArrayLike<number>): void {
  const { name, field: { low, high } } = bonds.process;
  for (let x = 0; x < bonds.sites; x++) {
    const value = contents[x];
    if (!(value >= low && value <= high && Number.isFinite(value))) {
      throw new RangeError(`${name}: site ${x} holds ${value}; it must lie in [${low}, ${high}].`);
    }
    bonds.contents[x] = value;
  }
  bonds.time = 0;
  bonds.recording = false;
  bonds.current.fill(0);
  if (bonds.tree !== null) refreshAll(bonds);
}

/** Starts currents and integrals anew at the present configuration; integrals only on demand. */
export function beginRecording(bonds: Bonds, integrals: boolean): void {
  for (const array of [bonds.current, bonds.netDrift, bonds.netSpread, bonds.drift, bonds.spread]) {
    array.fill(0);
  }
  bonds.time = 0;
  bonds.since.fill(0);
  bonds.recording = integrals;
  if (integrals) refreshAll(bonds);
}

/** Takes the integrals of all bonds until now. */
export function settle({ sites, time, since, drift, spread, netDrift, netSpread }: Bonds): void {
  for (let x = 0; x < sites; x++) {
    const elapsed = time - since[x];
    netDrift[x] += elapsed * drift[x];
    netSpread[x] += elapsed * spread[x];
    since[x] = time;
  }
}

function refreshAll(bonds: Bonds): void {
  for (let x = 0; x < bonds.sites; x++) refreshBond(bonds, x);
}

/** The rate over bond `x`, from its left site or from its right one. @throws {RangeError} if it cannot be. */
export function rateOver(bonds: Bonds, x: number, toRight: boolean): number {
  const { process, tilt, contents, sites } = bonds;
  const y = x + 1 === sites ? 0 : x + 1;
  let before = 0, after = 0;
  if (process.reach === 2) {
    before = contents[x === 0 ? sites - 1 : x - 1];
    after = contents[y + 1 === sites ? 0 : y + 1];
  }
  const rate = toRight
    ? process.rate(contents[x], contents[y], before, after)
    : process.rate(contents[y], contents[x], after, before);
  // False for NaN too.
  if (
    !(rate >= 0 && (process.bound === null ? rate < Infinity : rate <= process.bound * ROUNDING))
  ) {
    throw rateMistake(bonds, x, y, toRight, rate);
  }
  if (tilt === null) return rate;
  return toRight
    ? rate * tilt.right.factor(contents[x], contents[y])
    : rate * tilt.left.factor(contents[y], contents[x]);
}

/** What goes over a bond to the right or to the left; undefined where it is one unit. */
const transferOf = ({ process, tilt }: Bonds, toRight: boolean) =>
  tilt === null ? process.transfer : (toRight ? tilt.right : tilt.left).transfer;

function rateMistake({ process, contents }: Bonds, x: number, y: number, r: boolean, rate: number) {
  const [from, to] = r ? [x, y] : [y, x];
  const limit = process.bound === null ? "finite" : `at most its bound ${process.bound}`;
  return new RangeError(
    `${process.name}: the rate from site ${from}, which holds ${
      contents[from]
    }, to site ${to}, which ` +
      `holds ${contents[to]}, is ${rate}; it must be at least 0 and ${limit}.`,
  );
}

/** Brings the rates of bond `x` up to date after a change of what they read. */
function refreshBond(bonds: Bonds, x: number): void {
  const { tree, contents, since, drift, spread } = bonds;
  const right = rateOver(bonds, x, true), left = rateOver(bonds, x, false);
  bonds.right[x] = right;
  bonds.left[x] = left;
  if (tree !== null) setWeight(tree, x, right + left);
  if (!bonds.recording) return;
  const elapsed = bonds.time - since[x];
  bonds.netDrift[x] += elapsed * drift[x];
  bonds.netSpread[x] += elapsed * spread[x];
  since[x] = bonds.time;
  const along = transferOf(bonds, true), against = transferOf(bonds, false);
  if (along === undefined || against === undefined) {
    drift[x] = right - left;
    spread[x] = right + left;
    return;
  }
  const here = contents[x], there = contents[x + 1 === bonds.sites ? 0 : x + 1];
  drift[x] = right * along.mean(here, there) - left * against.mean(there, here);
  spread[x] = right * along.square(here, there) + left * against.square(there, here);
}

/**
 * Makes one transfer over bond `x`.
 *
 * @throws {RangeError} if a site would leave the field's domain.
 */
export function transferOver(bonds: Bonds, x: number, toRight: boolean, uniform: number): void {
  const { process, contents, sites } = bonds;
  const { low, high } = process.field;
  const y = x + 1 === sites ? 0 : x + 1;
  const source = toRight ? x : y, target = toRight ? y : x;
  const from = contents[source], to = contents[target];
  const transfer = transferOf(bonds, toRight);
  let amount = transfer === undefined ? 1 : transfer.draw(from, to, uniform);
  // Rounding of a continuous amount may overshoot an end of the domain by its last digit.
  const rounding = 1e-14 * (Math.abs(from) + Math.abs(to));
  if (amount > from - low && amount <= from - low + rounding) amount = from - low;
  if (amount < low - to && amount >= low - to - rounding) amount = low - to;
  const kept = from - amount, got = to + amount;
  if (!(kept >= low && got >= low && kept <= high && got <= high)) {
    throw new RangeError(
      `${process.name}: the transfer of ${amount} from site ${source}, which holds ${from}, to site ` +
        `${target}, which holds ${to}, leaves ${kept} and ${got}; both must lie in [${low}, ${high}].`,
    );
  }
  contents[source] = kept;
  contents[target] = got;
  bonds.current[bonds.elementOf[x]] += toRight ? amount : -amount;
  bonds.events++;
  if (bonds.tree === null && !bonds.recording) return;
  for (let r = -process.reach; r <= process.reach; r++) {
    const bond = x + r;
    refreshBond(bonds, bond < 0 ? bond + sites : bond >= sites ? bond - sites : bond);
  }
}
