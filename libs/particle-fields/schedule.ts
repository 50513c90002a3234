/** Which frames of a run are starts, and which come a window after one. */

/** In TIMESTEPs of the file. */
export type Schedule =
  /** One start a series: its first frame, or the frame of a step. */
  | { readonly kind: "single"; readonly start?: number }
  /** A start in every period, as of a potential that is switched on and off; the first ones are left out. */
  | {
    readonly kind: "periods";
    readonly period: number;
    readonly start: number;
    readonly skipPeriods: number;
  }
  /** A run in equilibrium: every nth frame is a start, from a step on. */
  | { readonly kind: "stationary"; readonly every: number; readonly from: number };

/** Says of each frame of a series, in order, whether it is a start. */
export function startsBy(schedule: Schedule): (step: number) => boolean {
  switch (schedule.kind) {
    case "single": {
      let isOver = false;
      return (step) => {
        const starts = !isOver && step === (schedule.start ?? step);
        isOver ||= starts;
        return starts;
      };
    }
    case "periods": {
      const { period, start, skipPeriods } = schedule;
      return (step) =>
        step >= start && (step - start) % period === 0 &&
        (step - start) / period >= skipPeriods;
    }
    case "stationary": {
      let seen = 0;
      return (step) => step >= schedule.from && seen++ % schedule.every === 0;
    }
  }
}
