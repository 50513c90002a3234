/** What a word of replicas leaves: records of realizations, or fields at several times. */
import { createRecord, type RealizationRecord, type Windows } from "@spiediff/ensemble";
import type { RunTrajectories, RunWindows } from "@spiediff/ensemble";
import { createSums, type ElementSums, fieldOf } from "./element_sums.ts";
import { createLattice, loadOccupation } from "./lattice.ts";
import type { LoopsChoice } from "./loops.ts";
import { windowRunner } from "./realization.ts";
import type { ArrheniusSystem, ReplicaEngine, WordStart } from "./types.ts";
import {
  advanceWord,
  createWord,
  readWord,
  resetThrough,
  startWord,
  sumWord,
  type Word,
  wordCurrents,
} from "./word.ts";

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
  const word = createWord(run.system, run.engine, run.loops);
  const continueRun = controlVariates
    ? aloneWithLedger(run, word, elements, horizons)
    : together(run, word, elements, horizons);
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
  const lattice = createLattice(system, undefined, loops);
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
  elements: number,
  horizons: readonly number[],
): RunWindows {
  const perHop = elements / (sites * sites);
  const after = createSums(elements);
  const befores: ElementSums[] = [];
  const records: RealizationRecord[] = [];
  return (_, used, use) => {
    resetThrough(word);
    for (let k = 0; k < used; k++) {
      befores[k] ??= createSums(elements);
      records[k] ??= createRecord(elements, horizons.length);
      sumWord(word, k, befores[k]);
      fieldOf(befores[k], sites, records[k].start);
    }
    let elapsed = 0;
    horizons.forEach((h, w) => {
      advanceWord(word, h - elapsed);
      elapsed = h;
      for (let k = 0; k < used; k++) {
        sumWord(word, k, after);
        const { current } = records[k].windows[w];
        wordCurrents(word, k, befores[k], after, current);
        for (let e = 0; e < elements; e++) current[e] *= perHop;
      }
    });
    for (let k = 0; k < used; k++) use(records[k]);
  };
}

/** Prepares runs of whole words that return the fields `z` `[used, times, M]`. */
export function wordTrajectories(
  { system, engine, loops }: WordRun,
  elements: number,
  start: WordStart,
  times: readonly number[],
): RunTrajectories {
  const word = createWord(system, engine, loops);
  const sums = createSums(elements);
  return (stream, used) => {
    startWord(word, start, stream);
    const size = times.length * elements;
    const fields = new Float64Array(used * size);
    let elapsed = 0;
    times.forEach((time, i) => {
      advanceWord(word, time - elapsed);
      elapsed = time;
      for (let k = 0; k < used; k++) {
        const from = k * size + i * elements;
        sumWord(word, k, sums);
        fieldOf(sums, system.sites, fields.subarray(from, from + elements));
      }
    });
    return fields;
  };
}
