/** What a word of replicas leaves: records of realizations, or fields at several times. */
import { createRecord, type RealizationRecord, type Windows } from "@spiediff/ensemble";
import type { RunTrajectories, RunWindows } from "@spiediff/ensemble";
import { createLattice, loadOccupation } from "./lattice.ts";
import type { LoopsChoice } from "./loops.ts";
import { windowRunner } from "./realization.ts";
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
 * Prepares words for the windows after `t0`. Without control variates replicas run to the end; with them
 * replicas make the burn-in, and each goes on alone with a ledger: `t0` is often ten times `h`.
 */
export function wordRunner(
  run: WordRun,
  elements: number,
  start: WordStart,
  { burnIn, horizons, controlVariates }: Windows,
): RunWindows {
  const readings = controlVariates ? undefined : { elements, vectors: 1 + horizons.length };
  const word = createWord(run.system, run.engine, run.loops, undefined, readings);
  const continueRun = controlVariates
    ? aloneWithLedger(run, word, elements, horizons)
    : together(run, word, horizons);
  return (stream, used, use) => {
    startWord(word, start, stream);
    advanceWord(word, burnIn);
    continueRun(stream, used, use);
  };
}

function aloneWithLedger(
  { system, loops }: WordRun,
  word: Word,
  elements: number,
  horizons: readonly number[],
): RunWindows {
  const lattice = createLattice(system, undefined, loops, undefined, elements);
  const runWindows = windowRunner(lattice, elements, horizons, true);
  const configuration = new Uint8Array(system.sites);
  return (stream, used, use) => {
    for (let k = 0; k < used; k++) {
      readWord(word, k, configuration);
      loadOccupation(lattice, configuration);
      use(runWindows(stream.split(`replica-${k}`)));
    }
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
  const word = createWord(system, engine, loops, undefined, { elements, vectors: 1 });
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
