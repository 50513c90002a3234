import type { Band, BandParts, CurveBand } from "@spiediff/law";

/** A prediction with bands; arrays over times, nodes or both. */
export interface PredictedRun {
  readonly times: readonly number[];
  /** Node positions, `[M]`. */
  readonly x: Float64Array;
  readonly level: number;
  readonly memberCount: number;
  /** Densities at each time. */
  readonly density: readonly CurveBand[];
  /** What their bands are made of. */
  readonly parts: readonly BandParts[];
  /** Standard deviation of one system's densities at each time; null where it was not computed. */
  readonly fluctuation: readonly Float64Array[] | null;
  readonly freeEnergy: Band;
  /** Largest relative deviation of a member's mass up to each time. */
  readonly massDrift: Float64Array;
  readonly invariants: {
    readonly maxMassDrift: number;
    /** Null where nothing says that it must not rise. */
    readonly maxFreeEnergyRise: number | null;
    readonly operatorsChecked: number;
    readonly operatorsNotPSD: number;
  };
  readonly warnings: readonly string[];
}

/** The same prediction at more times, for pictures. */
export type Course = Pick<PredictedRun, "times" | "x" | "density" | "freeEnergy">;

const COURSE_TIMES = 48;

/** Times for pictures up to the last one of a prediction, its own among them. */
export function courseTimes(times: readonly number[]): number[] {
  const last = times[times.length - 1];
  const even = Array.from({ length: COURSE_TIMES + 1 }, (_, k) => last * k / COURSE_TIMES);
  const apart = last / COURSE_TIMES / 10;
  const added = even.filter((t) => times.every((own) => Math.abs(t - own) > apart));
  return [...times, ...added].sort((a, b) => a - b);
}
