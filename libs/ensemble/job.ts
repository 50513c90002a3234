/** An ensemble as data: all that decides its numbers; can be cloned to worker threads. */
import type { Windows } from "./simulator.ts";

/** Realizations of a process; arguments are already checked. */
export interface Job<Process, Work = MomentsWork | TrajectoryWork> {
  readonly process: Process;
  /** `M`, number of hat functions. */
  readonly elements: number;
  /** `R`, number of realizations. */
  readonly realizations: number;
  readonly words: Words;
  readonly work: Work;
}

/** How realizations share random streams: word `w` holds the realizations `width w .. width (w + 1) - 1`. */
export interface Words {
  readonly width: number;
  /** Seed and names above the words' own: word `w` draws from `seed / names / w`, or `.../ (prefix)-w`. */
  readonly streams: readonly [seed: number | string, ...names: string[]];
  readonly prefix?: string;
}

/** Blocks of realizations (of whole words, but for the last) reduced to their moments. */
export interface MomentsWork extends Windows {
  readonly kind: "moments";
  readonly blockSize: number;
  /** Whether tasks hand over every realization's fields besides. */
  readonly records: boolean;
}

/** Realizations recorded at several times: a word a task. */
export interface TrajectoryWork {
  readonly kind: "trajectory";
  readonly times: readonly number[];
}
