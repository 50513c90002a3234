import type { Axis, Box } from "./box.ts";

/** What is asked of a trajectory; everything else in it is passed over. */
export interface Request {
  /** Edges of the box along which positions are wanted. */
  readonly axes: readonly Axis[];
  /** Further ones that are read where the file has them. */
  readonly optionalAxes?: readonly Axis[];
  /** Whether particles must be told apart; numbers of particles are read where they are there. */
  readonly ids?: boolean;
  /** Columns of words or whole numbers that group particles, such as `mol`, `type`. */
  readonly labels?: readonly string[];
  /** Columns of numbers, such as `vx`, `fx`. */
  readonly columns?: readonly string[];
}

/** A column of words: each particle's as an index into the names that have occurred in the file. */
export interface Labels {
  /** `[count]`. */
  readonly codes: Int32Array;
  readonly names: readonly string[];
}

/** One instant of a trajectory, in the units and the order of its file. */
export interface Frame {
  /** Number of the step, where the file tells it. */
  readonly step?: number;
  /** Time, where the file tells it. */
  readonly time?: number;
  readonly box: Box;
  /** Number of particles. */
  readonly count: number;
  /** The axes that positions are given along: those asked for, and those optional that are there. */
  readonly axes: readonly Axis[];
  /**
   * For each of them, the particles' places as fractions of the box, `[axes][count]`; not wrapped: some lie
   * outside of [0, 1).
   */
  readonly fractions: readonly Float64Array[];
  /** Numbers of the particles `[count]`, where the file has them; no two are equal. */
  readonly ids?: Float64Array;
  readonly labels: ReadonlyMap<string, Labels>;
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** Where parts of it stand, for messages: the file and a line, a frame or a byte. */
  readonly places: {
    readonly frame: string;
    readonly step: string;
    readonly count: string;
    readonly box: string;
    readonly particle: (index: number) => string;
  };
}
