import { writeSync } from "node:fs";
import process from "node:process";
import {
  Listr,
  LISTR_LOGGER_STDERR_LEVELS,
  ListrLogger,
  ListrLogLevels,
  type ListrRendererValue,
} from "listr2";

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

/** Columns and rows that a live list needs; some pseudo-terminals say that they have none. */
const NARROWEST = 30, LOWEST = 5;

/** Without a terminal a stage prints a line each time that this much more of it is done. */
const PLAIN_STEP = 0.2;

/** Seconds between two notes of a stage's time. */
const NOTE_EVERY = 2;

/** Shows the stages that it runs: live on a terminal, as plain lines elsewhere. */
export function stageRunner({ silent, clock }: StageOptions = {}): StageRunner {
  const seconds: Record<string, number> = {};
  const run = async <T>(stage: Stage<T>): Promise<T> => {
    const watch = stopwatch(stage.title, clock);
    const value = await shown(stage.title, silent === true, async (show) => {
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

type Show = (done: number, total: number, elapsed: number, note?: string) => void;

/** Does a piece of work while a line says how far it is. */
async function shown<T>(
  title: string,
  silent: boolean,
  work: (show: Show) => Promise<{ readonly value: T; readonly seconds: number }>,
): Promise<T> {
  const { isTTY, columns = 0, rows = 0 } = process.stdout;
  const live = isTTY === true && columns >= NARROWEST && rows >= LOWEST;
  const renderer: ListrRendererValue = silent ? "silent" : live ? "default" : "simple";
  let value: T;
  const list = new Listr(
    [{
      title,
      task: async (_, task) => {
        let last = 0;
        const result = await work((done, total, elapsed, note) => {
          const share = total > 0 ? done / total : 1;
          if (!live && share < last + PLAIN_STEP && share < 1) return;
          last = share;
          task.output = progressText(share, elapsed, note);
        });
        value = result.value;
        task.title = `${title} (${secondsText(result.seconds)})`;
      },
    }],
    {
      renderer,
      exitOnError: true,
      registerSignalListeners: false,
      // Whoever called prints the message of a failure; here stands which stage it was.
      rendererOptions: live ? { showErrorMessage: false } : { logger: new StageLogger() },
    } as never,
  );
  const release = live && !silent ? onInterrupt() : () => {};
  try {
    await list.run();
    return value!;
  } finally {
    release();
  }
}

/** Plain lines; a failure's without its message. */
class StageLogger extends ListrLogger {
  constructor() {
    super({ useIcons: true, toStderr: LISTR_LOGGER_STDERR_LEVELS });
  }

  override log(...[level, title, options]: Parameters<ListrLogger["log"]>): void {
    super.log(level, title, level === ListrLogLevels.FAILED ? undefined : options);
  }
}

/** Exit codes of a program that a signal stopped, as shells have them. */
const STOPPED = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Until released, a signal ends the program with the terminal as it was: the live list hides the cursor. */
function onInterrupt(): () => void {
  const handlers = Object.entries(STOPPED).map(([signal, code]) => {
    const stop = () => {
      // Past the live list, which holds back what others print.
      try {
        writeSync(1, "\x1b[?25h\nStopped. The same command goes on where this one was cut off.\n");
      } catch { /* The terminal itself has gone. */ }
      process.exit(code);
    };
    process.once(signal, stop);
    return () => process.off(signal, stop);
  });
  return () => handlers.forEach((release) => release());
}

/** `"43 %, 12 s left, loss 0.0021"`. */
export function progressText(share: number, elapsed: number, note?: string): string {
  const left = share > 0 && share < 1 ? `, ${secondsText(elapsed * (1 - share) / share)} left` : "";
  return `${Math.floor(100 * share)} %${left}${note ? `, ${note}` : ""}`;
}

/** `"0.4 s"`, `"12 s"`, `"3 min 20 s"`, `"2 h 5 min"`. */
export function secondsText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
