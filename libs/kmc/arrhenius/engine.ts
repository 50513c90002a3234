/** What the C files of compiled/ export, and the memory that it works on. */

/** Where an array lies for the compiled loops: a place in their memory, or in this process's. */
export type Address = number;

/** The loops, as the C files declare them. */
export interface EngineExports {
  attempt_bits(
    sites: number,
    attempts: number,
    eta: Address,
    stream: Address,
    lanes: Address,
    p: number,
    crowdedIsFree: number,
    allFree: number,
    through: Address,
    list: Address,
    attempted: Address,
    accepted: Address,
  ): number | bigint;
  attempt_bytes(
    sites: number,
    halfWidth: number,
    attempts: number,
    eta: Address,
    count: Address,
    stream: Address,
    lanes: Address,
    table: Address,
    mirror: number,
    through: Address,
    list: Address,
    attempted: Address,
    accepted: Address,
  ): number | bigint;
  attempt_wide(
    sites: number,
    halfWidth: number,
    attempts: number,
    eta: Address,
    count: Address,
    reference: Address,
    stream: Address,
    lanes: Address,
    table: Address,
    mirror: number,
    through: Address,
    list: Address,
    attempted: Address,
    accepted: Address,
  ): number | bigint;
  draw_rows(
    sites: number,
    width: number,
    stride: number,
    planes: Address,
    shifts: Address,
    lanes: Address,
    rows: Address,
  ): void;
  pack_rows(
    sites: number,
    vectors: number,
    inByte: number,
    stride: number,
    rows: Address,
    eta: Address,
  ): void;
  unpack_rows(
    sites: number,
    vectors: number,
    inByte: number,
    stride: number,
    rows: Address,
    eta: Address,
  ): void;
  count_lanes(
    sites: number,
    halfWidth: number,
    eta: Address,
    count: Address,
    reference: Address,
    mirror: number,
  ): void;
  sweep_lanes(
    sites: number,
    halfWidth: number,
    sweeps: number,
    eta: Address,
    vacancy: Address,
    unbound: Address,
    lanes: Address,
  ): void;
  sum_rows(
    sites: number,
    stride: number,
    rows: number,
    length: number,
    elements: number,
    row: Address,
    shifts: Address,
    sums: Address,
  ): void;
  read_fields(
    rows: number,
    elements: number,
    length: number,
    unit: number,
    sums: Address,
    z: Address,
    stride: number,
  ): void;
  read_currents(
    rows: number,
    elements: number,
    length: number,
    unit: number,
    before: Address,
    after: Address,
    through: Address,
    current: Address,
    stride: number,
  ): void;
  add_vector(
    n: number,
    width: number,
    count: number,
    x: Address,
    mean: Address,
    comoment: Address,
    delta: Address,
    other: Address,
    cross: Address,
  ): void;
  move_mean(n: number, weight: number, x: Address, mean: Address): void;
  order_attempts(
    sites: number,
    cells: number,
    reach: number,
    attempts: number,
    words: number,
    capacity: number,
    stream: Address,
    start: Address,
    front: Address,
    amount: Address,
    mark: Address,
    list: Address,
  ): number;
  fetch_bytes(from: Address, bytes: number): void;
  attempt_energies(
    sites: number,
    halfWidth: number,
    attempts: number,
    eta: Address,
    energy: Address,
    step: Address,
    boltzmann: Address,
    bound: Address,
    lowest: number,
    oneDraw: number,
    stream: Address,
    netHops: Address,
    list: Address,
  ): number;
  attempt_counts_8(
    sites: number,
    halfWidth: number,
    attempts: number,
    site: Address,
    threshold: Address,
    oneDraw: number,
    stream: Address,
    netHops: Address,
  ): number;
  attempt_counts_16(
    sites: number,
    halfWidth: number,
    attempts: number,
    site: Address,
    threshold: Address,
    oneDraw: number,
    stream: Address,
    netHops: Address,
  ): number;
  attempt_counted_bits(
    sites: number,
    halfWidth: number,
    halo: number,
    attempts: number,
    bits: Address,
    reference: Address,
    threshold: Address,
    oneDraw: number,
    stream: Address,
    netHops: Address,
  ): number;
  pack_counted_bits(
    sites: number,
    halo: number,
    bits: Address,
    reference: Address,
    eta: Address,
    count: Address,
  ): void;
  unpack_counted_bits(
    sites: number,
    halfWidth: number,
    halo: number,
    bits: Address,
    reference: Address,
    eta: Address,
    count: Address,
  ): void;
  pack_8(sites: number, site: Address, eta: Address, count: Address): void;
  pack_16(sites: number, site: Address, eta: Address, count: Address): void;
  unpack_8(sites: number, site: Address, eta: Address, count: Address): void;
  unpack_16(sites: number, site: Address, eta: Address, count: Address): void;
  count_windows(sites: number, halfWidth: number, eta: Address, count: Address): void;
  refresh_rates(
    sites: number,
    eta: Address,
    count: Address,
    threshold: Address,
    rate: Address,
  ): void;
  attempt_ledger(
    sites: number,
    halfWidth: number,
    attempts: number,
    made: number,
    eta: Address,
    count: Address,
    rate: Address,
    ledger: Address,
    threshold: Address,
    oneDraw: number,
    stream: Address,
    netHops: Address,
  ): number;
  replay_ledger(
    sites: number,
    halfWidth: number,
    shift: number,
    from: number,
    to: number,
    origin: number,
    attempted: Address,
    hops: Address,
    eta: Address,
    count: Address,
    rate: Address,
    ledger: Address,
    threshold: Address,
    netHops: Address,
  ): number;
  hops_of(
    attempts: number,
    words: number,
    word: number,
    accepted: Address,
    hops: Address,
    stride: number,
  ): void;
  probe_rates(
    elements: number,
    length: number,
    width: number,
    attempts: number,
    unit: number,
    rate: Address,
    net: Address,
    bracket: Address,
  ): void;
  close_ledger(
    elements: number,
    length: number,
    width: number,
    attempts: number,
    unit: number,
    rate: Address,
    ledger: Address,
    places: Address,
    compensator: Address,
    smooth: Address,
    bracket: Address,
  ): void;
  sample_rates(
    sites: number,
    from: number,
    length: number,
    elements: number,
    eta: Address,
    energy: Address,
    boltzmann: Address,
    lowest: number,
    weight: number,
    net: Address,
    sums: Address,
  ): void;
  recount_energies(
    sites: number,
    halfWidth: number,
    eta: Address,
    energy: Address,
    row: Address,
  ): void;
}

/** The loops and the one memory that they work on. */
export interface Engine extends EngineExports {
  addressOf(array: ArrayBufferView): Address;
}

/** Loops compiled from C. */
export interface CompiledLoops {
  /** Memory of at least so many bytes, zeroed, from `first` on, with loops that work on it. */
  open(bytes: number): { engine: Engine; buffer: ArrayBuffer; first: number };
  /** Told of what lies between arrays, which no loop may touch. */
  readonly guard?: (gap: Uint8Array) => void;
}

/** Elements that one call of a loop over elements takes at most: bounds its output. */
export const ELEMENT_BATCH = 128;
