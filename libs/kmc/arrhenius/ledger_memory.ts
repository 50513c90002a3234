/** Where a ledger and what follows from it lie: in the memory of the compiled loops. */
import { bandWidth } from "@spiediff/numerics";
import type { IntervalIntegrals } from "../integrals.ts";
import { placesOf } from "../smooth_windows.ts";
import type { Arena } from "./arena.ts";
import type { Address, Engine } from "./engine.ts";

/** What there is room for. */
export interface LedgerShape {
  /** `M`, elements that sums are taken over; 0 for no ledger. */
  readonly elements: number;
  /** Attempts of a record (hop_record.ts) that hops can be told from; 0 for none. */
  readonly attempts: number;
}

/** A ledger of whole numbers, and the integrals of an interval. */
export interface CompiledLedger extends IntervalIntegrals {
  readonly elements: number;
  /** `[attempts]`, bonds, and `[attempts / 32]`, a bit for each: copies of a record's. */
  readonly attempted: Uint32Array;
  readonly hops: Uint32Array;
  /** `[N, 2]` of 8 bytes. */
  readonly ledger: Uint8Array;
  readonly addresses: {
    readonly ledger: Address;
    /** `[M + bandWidth(M)]`, scratch. */
    readonly net: Address;
    /** `[N / M]`, where an element's bonds lie in smooth windows. */
    readonly places: Address;
    readonly compensator: Address;
    readonly smoothCompensator: Address;
    readonly bracket: Address;
    readonly attempted: Address;
    readonly hops: Address;
  };
}

/** Numbers of 8 bytes: the ledger's, scratch, places, and the integrals'. */
function doublesOf(sites: number, elements: number): number[] {
  const width = bandWidth(elements);
  return [
    ...[2 * sites, elements + width, sites / elements],
    ...[elements, elements, elements * width],
  ];
}

/** Bytes of a ledger's arrays; none for no elements. */
export const ledgerSizes = (sites: number, { elements, attempts }: LedgerShape): number[] =>
  elements === 0 ? [] : [
    ...doublesOf(sites, elements).map((length) => 8 * length),
    ...[4 * attempts, attempts / 8],
  ];

/** Room for a ledger, from an arena that has {@link ledgerSizes} left. */
export function createLedger(
  { buffer, reserve }: Arena,
  engine: Engine,
  sites: number,
  { elements, attempts }: LedgerShape,
): CompiledLedger {
  const [ledger, net, places, compensator, smoothCompensator, bracket] = doublesOf(sites, elements)
    .map((length) => new Float64Array(buffer, reserve(8 * length), length));
  const [attempted, hops] = [attempts, attempts / 32].map((length) =>
    new Uint32Array(buffer, reserve(4 * length), length)
  );
  places.set(placesOf(sites / elements, 0.5));
  return {
    ...{ elements, compensator, smoothCompensator, bracket, attempted, hops },
    ledger: new Uint8Array(buffer, ledger.byteOffset, ledger.byteLength),
    addresses: {
      ledger: engine.addressOf(ledger),
      net: engine.addressOf(net),
      places: engine.addressOf(places),
      compensator: engine.addressOf(compensator),
      smoothCompensator: engine.addressOf(smoothCompensator),
      bracket: engine.addressOf(bracket),
      attempted: engine.addressOf(attempted),
      hops: engine.addressOf(hops),
    },
  };
}
