/** Coverage of many data sets, pooled, with standard errors by drawing data sets anew. */
import type { RandomStream } from "@spiediff/random";
import { type Judgement, LEVELS } from "../_bands.ts";
import { mean, spread } from "../_study.ts";

/** How the bands of one quantity did on one data set. */
export interface Outcome extends Judgement {
  readonly system: string;
  readonly seed: number;
  readonly quantity: string;
}

/** Shares inside of the bands of each level, and what drawing data sets anew says of their errors. */
export interface Coverage {
  /** `[levels]`. */
  readonly share: number[];
  readonly standardError: number[];
  /** Mean width of 95 % bands over 3.92 rms errors, averaged over quantities and systems. */
  readonly width: number;
  readonly widthError: number;
}

/** Times that data sets are drawn anew. */
const DRAWS = 1000;

/**
 * Pools over quantities and systems, each with equal weight. Points and quantities of one data set succeed and
 * fail together, so whole data sets are drawn, within their systems.
 *
 * @param outcomes Each system's data sets have all quantities.
 */
export function pooled(outcomes: readonly Outcome[], stream: RandomStream): Coverage {
  const sets = bySystem(outcomes);
  const draws = Array.from(
    { length: DRAWS },
    () => statistic(sets.map((system) => system.map(() => system[stream.integer(system.length)]))),
  );
  const { share, width } = statistic(sets);
  return {
    ...{ share, width },
    standardError: LEVELS.map((_, k) => spread(draws.map((draw) => draw.share[k]))),
    widthError: spread(draws.map((draw) => draw.width)),
  };
}

/** `[systems][data sets][quantities]`. */
function bySystem(outcomes: readonly Outcome[]): Outcome[][][] {
  const systems = Map.groupBy(outcomes, ({ system }) => system);
  return [...systems.values()].map((own) => [
    ...Map.groupBy(own, ({ seed }) => seed).values(),
  ]);
}

function statistic(sets: readonly (readonly Outcome[])[][]) {
  const cells = sets.flatMap((system) =>
    system[0].map((_, q) => {
      const own = system.map((outcomes) => outcomes[q]);
      const rms = Math.sqrt(mean(own.map(({ error }) => error ** 2)));
      return {
        share: LEVELS.map((_, k) => mean(own.map(({ pointwise }) => pointwise[k]))),
        width: mean(own.map(({ width }) => width)) / (3.92 * rms),
      };
    })
  );
  return {
    share: LEVELS.map((_, k) => mean(cells.map(({ share }) => share[k]))),
    width: mean(cells.map(({ width }) => width)),
  };
}
