/** A learned curve with its band beside the reference, arrays over the density grid. */
export interface ComparedCurve {
  /** Null where none is known. */
  readonly reference: number[] | null;
  /** Probability inside of the band. */
  readonly level: number;
  readonly mean: number[];
  readonly lower: number[];
  readonly upper: number[];
  /** The band that holds whole curves. */
  readonly wholeCurve: { readonly lower: number[]; readonly upper: number[] };
}

/** The curves of a law that a reference speaks of. */
export type ComparedCurves = Readonly<
  Record<"K1" | "mobility" | "diffusivity" | "curvature" | "freeEnergy", ComparedCurve>
>;

/** `R_L2 = ||estimate - exact|| / ||exact||` over a uniform grid. */
export function relativeError(estimate: ArrayLike<number>, exact: ArrayLike<number>): number {
  let difference = 0, norm = 0;
  for (let i = 0; i < exact.length; i++) {
    difference += (estimate[i] - exact[i]) ** 2;
    norm += exact[i] ** 2;
  }
  return Math.sqrt(difference / norm);
}
