import type { Law } from "@spiediff/law";
import type { Method } from "./method.ts";
import type { StepControl } from "./types.ts";

/** What `integrate` needs to know; law, method and step control are independent values. */
export interface Problem {
  readonly law: Law;
  /** Averages `[members][fields][nodes]`, all inside of their domains; not modified. */
  readonly initialState: Float64Array;
  /** Rising times, the first not before `startTime`; each is reached exactly. */
  readonly times: readonly number[];
  readonly startTime?: number;
  readonly method: Method;
  /** Takes over from `method`, with the same tolerance, where stability holds steps back for long. */
  readonly stiff?: Method;
  readonly control: StepControl;
  /** Stops between two steps; the reason is thrown. */
  readonly signal?: AbortSignal;
  /** Called after every step that was accepted. */
  readonly onStep?: (progress: StepProgress) => void;
}

/** How far an integration is. */
export interface StepProgress {
  readonly time: number;
  readonly end: number;
  /** Steps taken. */
  readonly done: number;
  /** Steps in all if none of those to come were longer than the present one. */
  readonly total: number;
}
