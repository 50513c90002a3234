/** Reports how far a stage is; may be called as often as one likes. */
export type StageProgress = (done: number, total: number, note?: string) => void;

/** One stage of long work, with what it comes to. One that finds all of it done reports no progress. */
export interface Stage<T = void> {
  readonly title: string;
  run(progress: StageProgress): Promise<T>;
}

/** Seconds that each stage took, by title. */
export type StageSeconds = Readonly<Record<string, number>>;

/** Keeps the seconds of stages beyond the life of a process. */
export interface StageClock {
  /** What was kept of a stage: 0 seconds if nothing. */
  kept(title: string): { readonly seconds: number; readonly ended: boolean };
  keep(title: string, seconds: number, ended: boolean): Promise<void>;
}

/** Runs one stage after another and comes to what they come to. */
export interface StageRunner {
  /** @throws whatever the stage throws. */
  <T>(stage: Stage<T>): Promise<T>;
  /** Seconds of the stages that have ended; of one that was taken up, from its first beginning. */
  readonly seconds: StageSeconds;
}

export interface StageOptions {
  /** Print nothing, for `--json`. */
  readonly silent?: boolean;
  /** Where a run that is taken up finds the seconds of before. */
  readonly clock?: StageClock;
}

/** Seconds between two notes of a stage's time. */
const NOTE_EVERY = 2;

/** Shows the stages that it runs: live on a terminal, as plain lines elsewhere. */
export function stageRunner({ silent, clock }: StageOptions = {}): StageRunner {
  const seconds: Record<string, number> = {};
  const run = async <T>(stage: Stage<T>): Promise<T> => {
    // Its library is loaded by what works in stages only.
    const { showStage } = await import("./stage_list.ts");
    const watch = stopwatch(stage.title, clock);
    const value = await showStage(stage.title, silent === true, async (show) => {
      const value = await stage.run((done, total, note) => {
        watch.noteProgress();
        show(done, total, watch.elapsed(), note);
      });
      seconds[stage.title] = await watch.end();
      return { value, seconds: seconds[stage.title] };
    });
    return value;
  };
  return Object.assign(run, { seconds });
}

/** The time of one stage, that of earlier attempts included. */
function stopwatch(title: string, clock: StageClock | undefined) {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const kept = clock?.kept(title) ?? { seconds: 0, ended: false };
  const before = kept.ended ? 0 : kept.seconds;
  let worked = false, noted = 0;
  let writing = Promise.resolve();
  return {
    elapsed,
    noteProgress() {
      worked = true;
      if (clock === undefined || elapsed() < noted + NOTE_EVERY) return;
      noted = elapsed();
      // A note that fails costs seconds of a report, no work.
      writing = writing.then(() => clock.keep(title, before + noted, false)).catch(() => {});
    },
    async end(): Promise<number> {
      await writing;
      if (!worked && kept.ended) return kept.seconds;
      const all = before + elapsed();
      await clock?.keep(title, all, true);
      return all;
    },
  };
}
