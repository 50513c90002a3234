/** How much space a realization has, by the edges of the box that it fills. */
import { AXES, type Axis, type Box, boxVolume, type Frame } from "@spiediff/trajectories";

/** What a frame shows of its realizations' extent. */
export interface Extent {
  /** Of each edge of the box, whether a realization spreads along it; undefined where positions are not known. */
  readonly fills: readonly (boolean | undefined)[];
  /** Realizations in one frame. */
  readonly realizations: number;
}

/** Fraction of an edge below which all particles are in one place along it. */
const ONE_PLACE = 1e-6;

/** @param members Particles of each realization at the start. */
export function extentOf(
  { axes, fractions, box }: Frame,
  members: readonly Int32Array[],
  along: Axis,
): Extent {
  const fills = AXES.map((axis, k) => {
    if (axis === along) return true;
    const values = fractions[axes.indexOf(axis)];
    if (values) return members.some((chosen) => isSpread(values, chosen));
    // Codes of two dimensions give the third edge the length 1: then it makes no difference.
    return box.edges[k][k] === 1 ? false : undefined;
  });
  return { fills, realizations: members.length };
}

function isSpread(values: Float64Array, chosen: Int32Array): boolean {
  return chosen.some((i) => {
    const away = values[i] - values[chosen[0]];
    return Math.abs(away - Math.round(away)) > ONE_PLACE;
  });
}

/** Edges that a realization of `dimension` dimensions fills: the one along which fields vary, then x, y, z. */
export function edgesOf(dimension: number, along: Axis): readonly boolean[] {
  const others = AXES.filter((axis) => axis !== along).slice(0, dimension - 1);
  return AXES.map((axis) => axis === along || others.includes(axis));
}

/** Volume, area or length that some edges of a box span, in the file's units. */
export function spanOf(box: Box, fills: readonly boolean[]): number {
  return fills.reduce(
    (volume, isFilled, k) => isFilled ? volume : volume / box.edges[k][k],
    boxVolume(box),
  );
}
