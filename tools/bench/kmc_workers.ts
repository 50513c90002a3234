/** Two workers against one. */
import { cases, ensemble, processorTime } from "./kmc_cases.ts";
import type { BenchLine } from "./types.ts";

/** Least wall and processor time of ensembles by one worker and by two. */
async function bestOfAlternating(
  rounds: number,
  run: (workers: number) => Promise<unknown>,
): Promise<{ wall: number; processor: number }[]> {
  const best = [1, 2].map(() => ({ wall: Infinity, processor: Infinity }));
  // Alternating, so that what else the machine does hits both alike.
  for (let i = 0; i < rounds; i++) {
    for (const workers of [1, 2]) {
      const wall = performance.now(), processor = processorTime(), least = best[workers - 1];
      await run(workers);
      least.wall = Math.min(least.wall, performance.now() - wall);
      least.processor = Math.min(least.processor, processorTime() - processor);
    }
  }
  return best;
}

/**
 * Ensembles of 3 to 4 s in one thread. Each worker that starts costs 0.05 s of processor time, 0.1 s with control
 * variates, whose loop the runtime has yet to compile there: in ensembles of 1 s that alone takes 1.8.
 */
export async function workerLines(): Promise<BenchLine[]> {
  const classic = cases.map((c) => ({
    c,
    what: "classic",
    rounds: c.name === "L=40" ? 5 : 3,
    engine: c.engine,
    realizations: c.realizations,
    controlVariates: false,
  }));
  const runs = [...classic, {
    c: cases[1],
    what: "control variates",
    rounds: 5,
    engine: "lanes" as const,
    realizations: 20_480,
    controlVariates: true,
  }];
  const lines: BenchLine[] = [];
  for (const { c, what, rounds, ...options } of runs) {
    const [one, two] = await bestOfAlternating(
      rounds,
      (workers) => ensemble(c, { ...options, workers }),
    );
    lines.push(
      {
        name: `kmc ${c.name} speed-up by 2 workers, ${what}`,
        value: one.wall / two.wall,
        min: 1.8,
      },
      {
        // What the speed-up can be at most is 2 over this; other programs disturb it less.
        name: `kmc ${c.name} processor time of 2 workers over 1, ${what}`,
        value: two.processor / one.processor,
        max: 2 / 1.8,
      },
    );
  }
  return lines;
}
