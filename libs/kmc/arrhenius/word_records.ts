/** What a word of replicas leaves: records of realizations, or fields at several times. */
import { createRecord, type RealizationRecord, type Windows } from "@spiediff/ensemble";
import type { RunTrajectories, RunWindows } from "@spiediff/ensemble";
import type { RandomStream } from "@spiediff/random";
import { drawAttempts } from "./advance.ts";
import { type HopRecord, recordCapacity } from "./hop_record.ts";
import { createLattice, type Lattice, loadOccupation } from "./lattice.ts";
import { ledgerKeeper, type RecordedHops } from "./ledger.ts";
import type { LoopsChoice } from "./loops.ts";
import { type Integrate, integrator, windowRunner } from "./realization.ts";
import type { ArrheniusSystem, ReplicaEngine, WordStart } from "./types.ts";
import type { Readings } from "./readings.ts";
import { advanceWord, createWord, readWord, startWord, type Word } from "./word.ts";

/** What decides the words of a run. */
interface WordRun {
  readonly system: ArrheniusSystem;
  readonly engine: ReplicaEngine;
  readonly loops?: LoopsChoice;
}

/**
 * Prepares words for the windows after `t0`. Without control variates replicas run to the end. With them their hops
 * are recorded from `t0` on, and told again with a ledger, one replica after the other; where windows are too long or
 * lattices too large for a record, replicas make the burn-in, and each goes on alone.
 */
export function wordRunner(
  run: WordRun,
  elements: number,
  start: WordStart,
  { burnIn, horizons, controlVariates }: Windows,
): RunWindows {
  const attempts = controlVariates ? recordCapacity(run.system, run.engine, horizons.at(-1)!) : 0;
  const readings = controlVariates ? undefined : { elements, vectors: 1 + horizons.length };
  const room = { readings, attempts, heatBath: sweeps(start) };
  const word = createWord(run.system, run.engine, run.loops, undefined, room);
  const continueRun = controlVariates
    ? withLedgers(run, word, elements, horizons)
    : together(run, word, horizons);
  return (stream, used, use) => {
    startWord(word, start, stream);
    advanceWord(word, burnIn);
    continueRun(stream, used, use);
  };
}

/** Whether a start makes heat-bath sweeps over a whole word. */
const sweeps = (start: WordStart): boolean =>
  typeof start !== "function" && start.heatBath !== undefined;

function withLedgers(
  { system, loops }: WordRun,
  word: Word,
  elements: number,
  horizons: readonly number[],
): RunWindows {
  const { record, width } = word.replicas, { sites } = system;
  const ledger = { elements, attempts: record?.capacity ?? 0 };
  const lattice = createLattice(system, undefined, loops, undefined, ledger);
  const configuration = new Uint8Array(sites);
  const runAlone = windowRunner(lattice, elements, horizons, integrator(lattice));
  const alone: RunWindows = (stream, used, use) => {
    for (let k = 0; k < used; k++) {
      readWord(word, k, configuration);
      loadOccupation(lattice, configuration);
      use(runAlone(stream.split(`replica-${k}`)));
    }
  };
  if (record === null) return alone;
  const replica = replayed(word, record, lattice);
  const runReplayed = windowRunner(lattice, elements, horizons, replica.integrate);
  const starts = new Uint8Array(width * sites);
  return (stream, used, use) => {
    const streams = Array.from({ length: used }, (_, k) => stream.split(`replica-${k}`));
    // Each replica takes part in attempts of a number of its own, so that numbers are independent.
    const ends = streams.map((own) => endsOf(lattice, horizons, own));
    const attempts = ends.reduce((most, of) => Math.max(most, of[of.length - 1]), 0);
    if (attempts > record.capacity) return alone(stream, used, use);
    const startOf = (k: number) => starts.subarray(k * sites, (k + 1) * sites);
    for (let k = 0; k < used; k++) readWord(word, k, startOf(k));
    record.record(attempts);
    for (let k = 0; k < used; k++) {
      loadOccupation(lattice, startOf(k));
      replica.begin(k, ends[k]);
      use(runReplayed(streams[k]));
    }
  };
}

/** Attempts made at the ends of windows. */
function endsOf(lattice: Lattice, horizons: readonly number[], stream: RandomStream): number[] {
  let attempts = 0;
  return horizons.map((h, w) =>
    attempts += drawAttempts(lattice, h - (w === 0 ? 0 : horizons[w - 1]), stream)
  );
}

/** Tells the hops of one replica again, window by window. */
function replayed(
  word: Word,
  record: HopRecord,
  lattice: Lattice,
): { begin(k: number, ends: readonly number[]): void; integrate: Integrate } {
  const keeper = ledgerKeeper(lattice), { attempted } = record;
  let recorded: RecordedHops, windows: readonly number[] = [], next = 0;
  return {
    begin(k, ends) {
      recorded = { shift: word.shifts[k], attempted, hops: record.hopsOf(k) };
      [windows, next] = [ends, 0];
    },
    integrate(_, stream, into) {
      const from = next === 0 ? 0 : windows[next - 1];
      keeper.replay(recorded, from, windows[next++], stream, into);
    },
  };
}

function together(
  { system: { sites } }: WordRun,
  word: Word,
  horizons: readonly number[],
): RunWindows {
  const { through } = word.replicas, readings = word.replicas.readings!;
  const perHop = readings.elements / (sites * sites);
  const records = recordsOf(readings, word.replicas.width);
  return (_, used, use) => {
    // Currents count from here.
    through.fill(0);
    readings.sum(used, "before");
    readings.fields(used, 0);
    let elapsed = 0;
    horizons.forEach((h, w) => {
      advanceWord(word, h - elapsed);
      elapsed = h;
      readings.sum(used, "after");
      readings.currents(used, 1 + w, perHop);
    });
    for (let k = 0; k < used; k++) use(records[k]);
  };
}

/** Records that are the readings, the first the start and each other a window's currents, without control variates. */
function recordsOf({ elements, vectors, values }: Readings, width: number): RealizationRecord[] {
  const zeros = createRecord(elements, 1).windows[0];
  const vector = (index: number) => values.subarray(index * elements, (index + 1) * elements);
  return Array.from({ length: width }, (_, k) => ({
    start: vector(k * vectors),
    windows: Array.from({ length: vectors - 1 }, (_, w) => ({
      ...zeros,
      current: vector(k * vectors + 1 + w),
    })),
  }));
}

/** Prepares runs of whole words that return the fields `z` `[used, times, M]`. */
export function wordTrajectories(
  { system, engine, loops }: WordRun,
  elements: number,
  start: WordStart,
  times: readonly number[],
): RunTrajectories {
  const word = createWord(system, engine, loops, undefined, {
    readings: { elements, vectors: 1 },
    heatBath: sweeps(start),
  });
  const readings = word.replicas.readings!;
  return (stream, used) => {
    startWord(word, start, stream);
    const size = times.length * elements;
    const fields = new Float64Array(used * size);
    let elapsed = 0;
    times.forEach((time, i) => {
      advanceWord(word, time - elapsed);
      elapsed = time;
      readings.sum(used, "before");
      readings.fields(used, 0);
      for (let k = 0; k < used; k++) {
        const z = readings.values.subarray(k * elements, (k + 1) * elements);
        fields.set(z, k * size + i * elements);
      }
    });
    return fields;
  };
}
