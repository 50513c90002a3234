/** What is read of all replicas of a word at once: sums over elements, and the fields and currents from them. */
import type { Engine } from "./engine.ts";
import { currentsOf, fieldOf, fieldUnit, sumElements, sumsLength } from "./element_sums.ts";
import type { ReadingsArrays } from "./readings_memory.ts";
import { type ReplicaArrays, rowLength } from "./replica_memory.ts";

/** Readings of the first `used` replicas of a word. */
export interface Readings extends ReadingsArrays {
  /** Takes sums over elements as they are now. */
  sum(used: number, into: "before" | "after"): void;
  /** Fields `z` of the sums before, as the vector `index` of each replica. */
  fields(used: number, index: number): void;
  /** Element currents from the sums before to those after, in units of `1 / unit` hops. */
  currents(used: number, index: number, unit: number): void;
}

/** Readings of rows that `bringUpToDate` makes current. */
export function createReadings(
  arrays: ReadingsArrays,
  replicas: ReplicaArrays,
  engine: Engine | null,
  bringUpToDate: () => void,
): Readings {
  const read = engine === null
    ? readHere(arrays, replicas)
    : readCompiled(arrays, replicas, engine);
  return {
    ...arrays,
    ...read,
    sum(used, into) {
      bringUpToDate();
      read.sum(used, into);
    },
  };
}

type Read = Pick<Readings, "sum" | "fields" | "currents">;

function readHere(
  { elements, vectors, values, ...sums }: ReadingsArrays,
  { sites, rows, shifts, through }: ReplicaArrays,
): Read {
  const stride = rowLength(sites), length = sumsLength(elements);
  const sumsOf = (k: number, which: "before" | "after") =>
    sums[which].subarray(k * length, (k + 1) * length);
  const vectorOf = (k: number, index: number) => {
    const from = (k * vectors + index) * elements;
    return values.subarray(from, from + elements);
  };
  return {
    sum(used, into) {
      for (let k = 0; k < used; k++) {
        sumElements(rows.subarray(k * stride, k * stride + sites), shifts[k], sumsOf(k, into));
      }
    },
    fields(used, index) {
      for (let k = 0; k < used; k++) fieldOf(sumsOf(k, "before"), sites, vectorOf(k, index));
    },
    currents(used, index, unit) {
      for (let k = 0; k < used; k++) {
        const [before, after] = [sumsOf(k, "before"), sumsOf(k, "after")];
        currentsOf(before, after, sites, through[k], unit, vectorOf(k, index));
      }
    },
  };
}

function readCompiled(
  { elements, vectors, values, before, after }: ReadingsArrays,
  { sites, rows, shifts, through }: ReplicaArrays,
  engine: Engine,
): Read {
  const perElement = sites / elements, stride = vectors * elements;
  const at = {
    before: engine.addressOf(before),
    after: engine.addressOf(after),
    rows: engine.addressOf(rows),
    shifts: engine.addressOf(shifts),
    through: engine.addressOf(through),
  };
  const vector = (index: number) => engine.addressOf(values.subarray(index * elements));
  const unitOfFields = fieldUnit(sites, elements);
  return {
    sum: (used, into) =>
      engine.sum_rows(
        sites,
        rowLength(sites),
        used,
        perElement,
        elements,
        at.rows,
        at.shifts,
        at[into],
      ),
    fields: (used, index) =>
      engine.read_fields(
        used,
        elements,
        perElement,
        unitOfFields,
        at.before,
        vector(index),
        stride,
      ),
    currents: (used, index, unit) =>
      engine.read_currents(
        used,
        elements,
        perElement,
        unit,
        at.before,
        at.after,
        at.through,
        vector(index),
        stride,
      ),
  };
}
