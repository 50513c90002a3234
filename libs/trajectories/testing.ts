/** Fixtures made by LAMMPS, and the fields that a reader must give (test-data/trajectories). */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { projectPositions } from "@spiediff/mesh";
import type { Frame } from "./mod.ts";

export const DATA = fileURLToPath(new URL("../../test-data/trajectories/", import.meta.url));

export interface Expected {
  readonly file: string;
  readonly axis: "x" | "y";
  /** The column by whose values particles are split, and the value; empty for none. */
  readonly split: string;
  readonly key: string;
  /** Particles at density 1. */
  readonly N: number;
  readonly step: number;
  readonly atoms: number;
  readonly z: readonly number[];
}

export function expectedFields(): Expected[] {
  const [, ...lines] = readFileSync(`${DATA}expected.csv`, "utf8").trim().split("\n");
  return lines.map((line) => {
    const [file, axis, split, key, N, step, atoms, ...z] = line.split(",");
    const numbers = { N: Number(N), step: Number(step), atoms: Number(atoms), z: z.map(Number) };
    return { file, axis: axis as "x" | "y", split, key, ...numbers };
  });
}

/** The field of a frame's particles, or of those whose label is the key. */
export function fieldOf(frame: Frame, { N, split, key }: Expected): Float64Array {
  const labels = frame.labels.get(split);
  const chosen = labels &&
    Array.from(labels.codes.keys()).filter((i) => labels.names[labels.codes[i]] === key);
  return projectPositions(frame.fractions[0], 16, 1 / N, chosen);
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
