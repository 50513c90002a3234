/** Moments that the compiled loops add records to: those of libs/ensemble, bit for bit. */
import {
  type CreateAccumulator,
  createMoments,
  type EnsembleMoments,
  martingalesAreCurrents,
  momentArrays,
  type RealizationRecord,
  type VectorMoments,
} from "@spiediff/ensemble";
import { bandWidth } from "@spiediff/numerics";
import { createArena } from "./arena.ts";
import type { Engine } from "./engine.ts";
import { compiledLoops, type LoopsChoice, loopsFromEnvironment } from "./loops.ts";

/** Accumulators by a build of the loops; `undefined` for those in TypeScript, which libs/ensemble has. */
export function accumulatorOf(
  loops: LoopsChoice = loopsFromEnvironment(),
): CreateAccumulator | undefined {
  if (compiledLoops(loops) === null) return undefined;
  return (elements, windows, controlVariates) => {
    const { engine, moments, scratch } = createRoom(elements, windows, loops);
    const kept = momentArrays(moments);
    const add = adder(engine, moments, scratch);
    return {
      add: (record) => add(record, controlVariates),
      take() {
        const taken = createMoments(elements, windows);
        taken.count = moments.count;
        momentArrays(taken).forEach((array, i) => array.set(kept[i]));
        if (!controlVariates) martingalesAreCurrents(taken);
        moments.count = 0;
        for (const array of kept) array.fill(0);
        return taken;
      },
    };
  };
}

/** What the loops work on besides the moments. */
interface Scratch {
  /** `[M]`, a vector; `[M, bandWidth(M)]`, a bracket: copies of the record's. */
  readonly vector: Float64Array;
  readonly bracket: Float64Array;
  /** `[M + bandWidth(M)]`, what the start, and another vector, was off its mean. */
  readonly start: Float64Array;
  readonly other: Float64Array;
}

/** Moments and scratch in the memory of the loops. */
function createRoom(
  elements: number,
  windows: number,
  loops: LoopsChoice,
): { engine: Engine; moments: EnsembleMoments; scratch: Scratch } {
  const width = bandWidth(elements);
  const lengths = [elements, elements * width, elements + width, elements + width];
  const none = new Float64Array(0);
  createMoments(elements, windows, (length) => {
    lengths.push(length);
    return none;
  });
  const arena = createArena(lengths.map((length) => 8 * length), loops);
  const room = (length: number) =>
    new Float64Array(arena.buffer, arena.reserve(8 * length), length);
  const [vector, bracket, start, other] = lengths.slice(0, 4).map(room);
  return {
    engine: arena.engine!,
    moments: createMoments(elements, windows, room),
    scratch: { vector, bracket, start, other },
  };
}

/** The loop of `addRecord`. */
function adder(
  engine: Engine,
  moments: EnsembleMoments,
  scratch: Scratch,
): (record: RealizationRecord, controlVariates: boolean) => void {
  const elements = scratch.vector.length, width = bandWidth(elements);
  const at = (array: Float64Array) => engine.addressOf(array);
  const [x, start, other, bracketAt] = [
    at(scratch.vector),
    at(scratch.start),
    at(scratch.other),
    at(scratch.bracket),
  ];
  /** Adds what {@link Scratch.vector} holds. */
  const adderTo = ({ mean, comoment }: VectorMoments, withStart?: Float64Array) => {
    const to = [at(mean), at(comoment)] as const,
      cross = withStart === undefined ? 0 : at(withStart);
    const delta = mean === moments.start.mean ? start : other;
    return () => engine.add_vector(elements, width, moments.count, x, ...to, delta, start, cross);
  };
  const addStart = adderTo(moments.start);
  const adders = moments.windows.map(({ withStart, ...window }) => ({
    current: adderTo(window.current, withStart.current),
    compensator: adderTo(window.compensator, withStart.compensator),
    martingale: adderTo(window.martingale),
    smoothCompensator: adderTo(window.smoothCompensator, withStart.smoothCompensator),
    bracket: at(window.bracket),
  }));
  const { vector } = scratch;
  return (record, controlVariates) => {
    moments.count++;
    vector.set(record.start);
    addStart();
    for (let w = 0; w < adders.length; w++) {
      const { current, compensator, smoothCompensator, bracket } = record.windows[w];
      const add = adders[w];
      vector.set(current);
      add.current();
      if (!controlVariates) continue;
      vector.set(compensator);
      add.compensator();
      for (let e = 0; e < elements; e++) vector[e] = current[e] - compensator[e];
      add.martingale();
      vector.set(smoothCompensator);
      add.smoothCompensator();
      scratch.bracket.set(bracket);
      engine.move_mean(bracket.length, 1 / moments.count, bracketAt, add.bracket);
    }
  };
}
