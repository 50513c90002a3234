/** Realizations that are no further ones: copies, mirror images, overlapping pieces of one trajectory. */
import type { SnapshotFiles } from "@spiediff/experiment";
import { copiesAmong, type Copy } from "./copies.ts";
import type { Fields } from "./snapshot_fields.ts";

/** Copies that a sentence names. */
const NAMED = 5;
/**
 * Overlaps for each pair of equal starts, and one more, from which chance is no explanation: Poisson numbers of
 * means 2 m and m reach it with a probability below 1e-6, whatever m.
 */
const LEAST_OVERLAPS = 30;

/**
 * What is wrong with one profile's realizations as independent ones; null where nothing is.
 *
 * @returns A sentence with which they are, and the remedy.
 */
export function dependenceOf(fields: Fields, of: SnapshotFiles): string | null {
  const R = fields[0].length;
  const repeated = (copies: readonly Copy[], what: string) =>
    copies.length === 0
      ? null
      : `${copies.length} of ${R} realizations are ${what} of others${digits(copies)} (${
        list(copies, ({ row, of }) => `${row + 1} of ${of + 1}`)
      }). Errors from them would be too small. Leave the copies out.`;
  return repeated(copiesAmong([fields]), "copies") ??
    repeated(copiesAmong([inStandardPlace(fields)]), "translations or mirror images") ??
    overlapOf(fields, of);
}

/** What profiles share, as a sentence; null where that is nothing. */
export function sharedAmong(profiles: readonly { name: string; fields: Fields }[]): string | null {
  if (profiles.length < 2) return null;
  const copies = copiesAmong(profiles.map(({ fields }) => fields));
  if (copies.length === 0) return null;
  const names = profiles.flatMap(({ name, fields: [start] }) =>
    start.map((_, r) => `${r + 1} of "${name}"`)
  );
  return `Profiles share ${copies.length} realizations${digits(copies)} (${
    list(copies, ({ row, of }) => `${names[row]} is ${names[of]}`)
  }), which would count twice. Leave the copies out.`;
}

/** How far copies are apart, where they are not the same numbers. */
function digits(copies: readonly Copy[]): string {
  const largest = Math.max(...copies.map(({ difference }) => difference));
  return largest === 0 ? "" : ` but for differences of up to ${largest.toPrecision(1)}`;
}

function list(copies: readonly Copy[], text: (copy: Copy) => string): string {
  const named = copies.slice(0, NAMED).map(text).join(", ");
  return copies.length > NAMED ? `${named} and ${copies.length - NAMED} more` : named;
}

/**
 * Every realization turned so that the last field's largest value is at node 0, and reflected so that the
 * larger of its neighbours is at node 1: translations and mirror images become copies.
 */
function inStandardPlace(fields: Fields): Fields {
  const M = fields[0][0].length;
  const placed = fields.at(-1)!.map((last, r) => {
    const top = last.indexOf(Math.max(...last));
    const step = last[(top + 1) % M] >= last[(top + M - 1) % M] ? 1 : M - 1;
    return fields.map((runs) => runs[r].map((_, i) => runs[r][(top + i * step) % M]));
  });
  return fields.map((_, t) => placed.map((row) => row[t]));
}

/** Realizations that start in the middle of another: what they share is counted twice. */
function overlapOf(fields: Fields, { h }: SnapshotFiles): string | null {
  const [start, ...later] = fields;
  const R = start.length;
  const starts = new Map(start.map((z, r) => [z.join(), r]));
  const alike = R - starts.size;
  const found: { row: number; of: number; h: number }[] = [];
  // A start at another's end is a trajectory that goes on, whose increments are new ones.
  later.slice(0, -1).forEach((runs, w) =>
    runs.forEach((z, r) => {
      const key = z.join();
      const row = starts.get(key);
      // What has not moved yet still stands where others may start, too.
      if (row === undefined || row === r || key === start[r].join()) return;
      found.push({ row, of: r, h: h[w] });
    })
  );
  // By chance as many starts are alike as start in another's middle, but for the number of pairs.
  if (found.length < Math.max(0.01 * R, LEAST_OVERLAPS * (later.length - 1) * (alike + 1))) {
    return null;
  }
  const [{ row, of, h: time }] = found;
  return `${found.length} of ${R} realizations start as others are before their end (${
    row + 1
  } as ${
    of + 1
  } at h = ${time}, for example): windows of one trajectory that overlap are not independent. Let each ` +
    "start where the one before has ended, or later.";
}
