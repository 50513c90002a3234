import { writeSync } from "node:fs";
import process from "node:process";
import {
  Listr,
  LISTR_LOGGER_STDERR_LEVELS,
  ListrLogger,
  ListrLogLevels,
  type ListrRendererValue,
} from "listr2";
import { progressText, secondsText } from "./stage_text.ts";

/** Columns and rows that a live list needs; some pseudo-terminals say that they have none. */
const NARROWEST = 30, LOWEST = 5;

/** Without a terminal a stage prints a line each time that this much more of it is done. */
const PLAIN_STEP = 0.2;

type Show = (done: number, total: number, elapsed: number, note?: string) => void;

/** Does a piece of work while a line says how far it is. */
export async function showStage<T>(
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
