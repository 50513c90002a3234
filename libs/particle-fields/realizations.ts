/** What counts as a realization of its own within a frame. */
import { type Axis, type Frame, TrajectoryError } from "@spiediff/trajectories";

export type Realizations =
  | { readonly by: "file" }
  /** Particles of one value of a column, such as `mol`: systems that do not interact. */
  | { readonly by: "label"; readonly label: string }
  /** Parts of equal thickness along another axis, by where particles are at the start. */
  | { readonly by: "layers" | "slabs"; readonly axis: Axis; readonly count: number };

/** The realizations of a start, and which particles of any frame belong to each. */
export interface Membership {
  readonly keys: readonly string[];
  /** Particles of each realization as indices into the frame, `[realizations]`. */
  members(frame: Frame): Int32Array[];
}

/**
 * Membership as of a frame: particles that leave a slab stay in its realization, since slabs cut anew at every
 * frame would exchange particles that no law knows of.
 *
 * @param isCounted Whether a particle of a frame is one of the types that are wanted.
 * @throws {TrajectoryError} if membership must be by id and the file has none.
 */
export function membershipAt(
  start: Frame,
  realizations: Realizations,
  isCounted: (frame: Frame) => (particle: number) => boolean,
): Membership {
  if (realizations.by === "file") {
    return { keys: ["all"], members: (frame) => collect(frame, () => 0, 1, isCounted(frame)) };
  }
  if (realizations.by === "label") return byLabel(start, realizations.label, isCounted);
  const { axis, count } = realizations;
  const place = start.fractions[start.axes.indexOf(axis)];
  const part = (i: number) =>
    Math.min(count - 1, Math.floor((place[i] - Math.floor(place[i])) * count));
  const { ids } = start;
  if (!ids) {
    throw new TrajectoryError(start.places.frame, `${realizations.by} need ids of the particles`);
  }
  const partOf = new Map<number, number>();
  ids.forEach((id, i) => partOf.set(id, part(i)));
  return {
    keys: Array.from({ length: count }, (_, k) => `${realizations.by.slice(0, -1)} ${k}`),
    members: (frame) =>
      collect(frame, (i) => partOf.get(frame.ids![i]) ?? -1, count, isCounted(frame)),
  };
}

function byLabel(
  start: Frame,
  label: string,
  isCounted: (frame: Frame) => (particle: number) => boolean,
): Membership {
  const { codes, names } = start.labels.get(label)!;
  const counted = isCounted(start);
  const order = new Map<number, number>();
  codes.forEach((code, i) => {
    if (counted(i) && !order.has(code)) order.set(code, order.size);
  });
  return {
    keys: [...order.keys()].map((code) => `${label} ${names[code]}`),
    members(frame) {
      const now = frame.labels.get(label)!.codes;
      return collect(frame, (i) => order.get(now[i]) ?? -1, order.size, isCounted(frame));
    },
  };
}

function collect(
  { count }: Frame,
  realizationOf: (particle: number) => number,
  realizations: number,
  isCounted: (particle: number) => boolean,
): Int32Array[] {
  const of = new Int32Array(count), sizes = new Int32Array(realizations);
  for (let i = 0; i < count; i++) {
    of[i] = isCounted(i) ? realizationOf(i) : -1;
    if (of[i] >= 0) sizes[of[i]]++;
  }
  // Parts of one buffer: a frame may have thousands of realizations.
  const all = new Int32Array(sizes.reduce((sum, size) => sum + size, 0));
  let from = 0;
  const members = Array.from(sizes, (size) => all.subarray(from, from += size));
  sizes.fill(0);
  for (let i = 0; i < count; i++) if (of[i] >= 0) members[of[i]][sizes[of[i]]++] = i;
  return members;
}
