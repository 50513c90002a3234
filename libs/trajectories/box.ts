import { TrajectoryError } from "./trajectory_error.ts";

/** The periodic cell: a parallelepiped at a place. Lengths are the file's. */
export interface Box {
  /** Its corner, `[3]`. */
  readonly origin: readonly number[];
  /** Its edges from there, `[3][3]`. */
  readonly edges: readonly (readonly number[])[];
  /** Whether it repeats along each edge. */
  readonly periodic: readonly boolean[];
}

/** Along an edge of the box: its first, second or third. */
export type Axis = "x" | "y" | "z";
export const AXES: readonly Axis[] = ["x", "y", "z"];

/** @throws {TrajectoryError} if the box has no volume or an edge is not finite. */
export function checkedBox(box: Box, place: string): Box {
  if (![...box.origin, ...box.edges.flat()].every(Number.isFinite)) {
    throw new TrajectoryError(place, "the box has a bound that is no finite number");
  }
  if (!(boxVolume(box) > 0)) {
    throw new TrajectoryError(place, "the box has no volume, or its edges are left-handed");
  }
  return box;
}

/** Volume spanned by the edges; negative where they are left-handed. */
export function boxVolume({ edges: [a, b, c] }: Pick<Box, "edges">): number {
  return dot(a, cross(b, c));
}

/**
 * The vector `g` for which `g . (r - origin)` is the fraction of the box along an edge. Where a component
 * is 0 that coordinate does not matter.
 */
export function reciprocal(box: Pick<Box, "edges">, axis: number): number[] {
  const { edges } = box;
  const normal = cross(edges[(axis + 1) % 3], edges[(axis + 2) % 3]);
  const volume = boxVolume(box);
  return normal.map((component) => component === 0 ? 0 : component / volume);
}

const dot = (a: readonly number[], b: readonly number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

const cross = (a: readonly number[], b: readonly number[]) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
