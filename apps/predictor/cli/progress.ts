import { progressText } from "@spiediff/command-line";
import type { PredictOptions } from "../types.ts";

/** Milliseconds before anything is shown, and between lines: on a terminal, and elsewhere. */
const FIRST = 1000, ON_TERMINAL = 200, ELSEWHERE = 5000;

/** Where progress goes. */
interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Shows how far a prediction is and how long it may still take, once it takes more than a second: a line
 * that is written anew on a terminal, a line now and then elsewhere.
 *
 * @param now Milliseconds.
 */
export function predictionProgress(
  output: Output,
  now: () => number = () => performance.now(),
): { onProgress: NonNullable<PredictOptions["onProgress"]>; clear(): void } {
  const start = now();
  const live = output.isTTY === true;
  let next = start + FIRST;
  let shown = false;
  return {
    onProgress({ time, end, done, total }) {
      const at = now();
      if (at < next) return;
      next = at + (live ? ON_TERMINAL : ELSEWHERE);
      const note = `time ${Number(time.toPrecision(3))} of ${end}`;
      const text = `predicting: ${progressText(done / total, (at - start) / 1000, note)}`;
      output.write(live ? `\r\x1b[K${text}` : `${text}\n`);
      shown = live;
    },
    clear() {
      if (shown) output.write("\r\x1b[K");
    },
  };
}
