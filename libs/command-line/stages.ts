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

/** One stage of long work. */
export interface Stage {
  readonly title: string;
  run(progress: StageProgress): Promise<void>;
}

/** Seconds that each stage took, by title. */
export type StageSeconds = Record<string, number>;

export interface StageOptions {
  /** Print nothing, for `--json`. */
  readonly silent?: boolean;
}

/** Columns and rows that a live list needs; some pseudo-terminals say that they have none. */
const NARROWEST = 30, LOWEST = 5;

/** Without a terminal a stage prints a line each time that this much more of it is done. */
const PLAIN_STEP = 0.2;

/**
 * Runs stages one after another and shows them: a live list on a terminal, plain lines elsewhere.
 *
 * @throws whatever a stage throws; the stages after it do not run.
 */
export async function runStages(
  stages: readonly Stage[],
  options: StageOptions = {},
): Promise<StageSeconds> {
  const seconds: StageSeconds = {};
  const { isTTY, columns = 0, rows = 0 } = process.stdout;
  const live = isTTY === true && columns >= NARROWEST && rows >= LOWEST;
  const renderer: ListrRendererValue = options.silent ? "silent" : live ? "default" : "simple";
  const list = new Listr(
    stages.map((stage) => ({
      title: stage.title,
      task: async (_, task) => {
        const start = performance.now();
        let shown = 0;
        await stage.run((done, total, note) => {
          const share = total > 0 ? done / total : 1;
          if (!live && share < shown + PLAIN_STEP && share < 1) return;
          shown = share;
          task.output = progressText(share, (performance.now() - start) / 1000, note);
        });
        seconds[stage.title] = (performance.now() - start) / 1000;
        task.title = `${stage.title} (${secondsText(seconds[stage.title])})`;
      },
    })),
    {
      renderer,
      exitOnError: true,
      registerSignalListeners: false,
      // Whoever called prints the message of a failure; here stands which stage it was.
      rendererOptions: live ? { showErrorMessage: false } : { logger: new StageLogger() },
    } as never,
  );
  const release = live && !options.silent ? onInterrupt() : () => {};
  try {
    await list.run();
  } finally {
    release();
  }
  return seconds;
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

/** `"0.4 s"`, `"12 s"`, `"3 min 20 s"`. */
export function secondsText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
