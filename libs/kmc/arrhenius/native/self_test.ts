/** Whether two builds of the loops agree, bit for bit: each loop on rings that take every turn of it. */
import { createRecord, packMoments, plainAccumulator } from "@spiediff/ensemble";
import { type RandomStream, randomStream } from "@spiediff/random";
import { advance } from "../advance.ts";
import { createIntegrals, type IntervalIntegrals } from "../../integrals.ts";
import { accumulatorOf } from "../accumulator.ts";
import { createLattice, type Lattice, loadOccupation } from "../lattice.ts";
import { ledgerKeeper } from "../ledger.ts";
import type { LoopsChoice } from "../loops.ts";
import { cutInto, type OrderPlan } from "../order_plan.ts";
import { REPLICA_ATTEMPTS } from "../replica_memory.ts";
import { integrator } from "../realization.ts";
import type { ArrheniusSystem, ReplicaEngine } from "../types.ts";
import { advanceWord, createWord, startWord } from "../word.ts";

const ring = (sites: number, halfWidth: number, betaJ0: number): ArrheniusSystem => ({
  ...{ sites, halfWidth, betaJ0 },
});

/** Replicas: both signs and none, every width of counts, cell by cell, and beyond the caches. */
const WORDS: [ReplicaEngine, ArrheniusSystem, OrderPlan?][] = [
  ...[2, -2, 0].map((betaJ0) => ["bits", ring(101, 1, betaJ0)] as [ReplicaEngine, ArrheniusSystem]),
  ["bits", ring(120, 1, 1.5), cutInto(3, 60, 120, 1, REPLICA_ATTEMPTS.bits)],
  ...[1.5, -1.5, 0].map((betaJ0) =>
    ["lanes", ring(97, 5, betaJ0)] as [ReplicaEngine, ArrheniusSystem]
  ),
  ["lanes", ring(200, 40, 2)],
  ["lanes", ring(900, 150, -3)],
  ["lanes", ring(1300, 600, 3)],
  ["lanes", ring(120, 3, 1), cutInto(3, 60, 120, 3, REPLICA_ATTEMPTS.lanes)],
  ["lanes", ring(20_000, 40, 2)],
];

/** Single realizations: counts of 8, 16 and some bits a site, and energies. */
const LATTICES: ArrheniusSystem[] = [
  ring(150, 5, 2),
  ring(500, 100, -2),
  ring((1 << 20) + 64, 90, 2),
  { ...ring(160, 6, 2), kernel: { name: "gaussian" } },
  { ...ring(40, 7, -2), kernel: { name: "morse" } },
  { ...ring(100_000, 40, 2), kernel: { name: "linear" } },
];

/** Elements of rings whose moments are whole matrices, and bands. */
const RINGS = [4, 40];

/** The first difference between two builds, in words; `null` where there is none. */
export function firstDifference(a: LoopsChoice, b: LoopsChoice): string | null {
  for (const [engine, system, plan] of WORDS) {
    const found = compare(wordState(engine, system, a, plan), wordState(engine, system, b, plan));
    if (found !== null) return `${engine}, ${textOf(system)}: ${found} differs`;
  }
  for (const system of LATTICES) {
    const found = compare(latticeState(system, a), latticeState(system, b));
    if (found !== null) return `one realization, ${textOf(system)}: ${found} differs`;
  }
  for (const elements of RINGS) {
    const found = compare(momentsState(elements, a), momentsState(elements, b));
    if (found !== null) return `moments of ${elements} elements: ${found} differs`;
  }
  return null;
}

const textOf = ({ sites, halfWidth, betaJ0, kernel }: ArrheniusSystem) =>
  `${kernel?.name ?? "constant"} kernel, N = ${sites}, L = ${halfWidth}, betaJ0 = ${betaJ0}`;

type State = Record<string, ArrayLike<number>>;

function compare(a: State, b: State): string | null {
  for (const [name, values] of Object.entries(a)) {
    const other = b[name];
    if (values.length !== other.length) return name;
    for (let i = 0; i < values.length; i++) if (!Object.is(values[i], other[i])) return name;
  }
  return null;
}

/** All that a word's loops leave. */
export function wordState(
  engine: ReplicaEngine,
  system: ArrheniusSystem,
  loops: LoopsChoice,
  plan?: OrderPlan,
  seed = 1,
): State {
  const elements = system.sites % 4 === 0 ? 4 : 1;
  const word = createWord(system, engine, loops, plan, {
    readings: { elements, vectors: 2 },
    attempts: ATTEMPTS,
    heatBath: engine === "lanes",
  });
  const density = (x: number) => 0.5 + 0.4 * Math.cos(2 * Math.PI * x / system.sites);
  const start = { density: Float64Array.from({ length: system.sites }, (_, x) => density(x)) };
  const heatBath = { vacancy: start.density, sweeps: 2 };
  const swept = engine === "lanes" && system.sites < 1000 ? { ...start, heatBath } : start;
  startWord(word, swept, randomStream(seed, engine));
  const { replicas } = word, readings = replicas.readings!, { before, after, values } = readings;
  advanceWord(word, 400 / system.sites / replicas.attemptRate);
  readings.sum(replicas.width, "before");
  readings.fields(replicas.width, 0);
  advanceWord(word, 40 / system.sites / replicas.attemptRate);
  readings.sum(replicas.width - 1, "after");
  readings.currents(replicas.width - 1, 1, 0.3);
  const { eta, count, reference, through, stream, lanes, width } = replicas;
  const record = replicas.record!;
  record.record(450);
  const { attempted } = record, hops = [0, width - 1].flatMap((k) => [...record.hopsOf(k)]);
  const rows = [0, width - 1].flatMap((k) => [...replicas.rowOf(k)]);
  return {
    ...{ eta, count, reference, through, stream, lanes, rows, attempted, hops, made: [word.hops] },
    ...{ before, after, values },
  };
}

/** All that the loops of a single realization leave. */
export function latticeState(system: ArrheniusSystem, loops: LoopsChoice, seed = 1): State {
  const elements = system.sites % 4 === 0 ? 4 : 1;
  const lattice = createLattice(system, undefined, loops, undefined, {
    elements,
    attempts: ATTEMPTS,
  });
  const { sites, pairs } = lattice;
  loadOccupation(lattice, Uint8Array.from({ length: sites }, (_, x) => (x * x) % 7 < 3 ? 1 : 0));
  const stream = randomStream(seed, "lattice");
  advance(lattice, (sites + 5000) / sites / lattice.attemptRate, stream);
  const { occupation, windowCount, hops, netHops } = lattice;
  const energy = pairs?.energy ?? new Int32Array(0);
  const integrals = createIntegrals(elements);
  integrator(lattice)(200 / sites / lattice.attemptRate, stream, integrals);
  const told = pairs === null ? replay(lattice, elements, stream) : integrals;
  const { compensator, bracket, smoothCompensator } = integrals;
  return {
    ...{ occupation, windowCount, energy, state: stream.state, hops: [hops, netHops] },
    ...{ compensator, bracket, smoothCompensator, told: told.bracket },
  };
}

/** Tells a hop over every third bond that allows one, which the hops before do not change. */
function replay(lattice: Lattice, elements: number, stream: RandomStream): IntervalIntegrals {
  const { sites, bondRate } = lattice, shift = sites - 5;
  const attempts = Math.min(ATTEMPTS, Math.floor(sites / 3) - 1);
  const attempted = Uint32Array.from({ length: ATTEMPTS }, (_, k) => (3 * k + shift) % sites);
  const hops = new Uint32Array(ATTEMPTS / 32);
  for (let k = 0; k < attempts; k++) {
    if (bondRate[3 * k] !== 0) hops[k >> 5] |= 1 << (k & 31);
  }
  const into = createIntegrals(elements);
  const recorded = { shift, attempted, hops };
  ledgerKeeper(lattice).replay(recorded, 0, 5, stream, into);
  ledgerKeeper(lattice).replay(recorded, 5, attempts, stream, into);
  return into;
}

/** Attempts of a record. */
const ATTEMPTS = 512;

/** Moments of a few records, with control variates and without. */
export function momentsState(elements: number, loops: LoopsChoice, seed = 1): State {
  const stream = randomStream(seed, "moments"), records = createRecord(elements, 2);
  const [controlled, plain] = [true, false].map((controlVariates) => {
    const create = accumulatorOf(loops) ?? plainAccumulator;
    const accumulator = create(elements, 2, controlVariates);
    for (let r = 0; r < 5; r++) {
      const vectors = records.windows.flatMap((window) => Object.values(window));
      for (const vector of [records.start, ...vectors]) {
        for (let i = 0; i < vector.length; i++) vector[i] = stream.uniform() - 0.5;
      }
      accumulator.add(records);
    }
    return packMoments(accumulator.take());
  });
  return { controlled, plain };
}
