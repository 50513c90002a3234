/** What one realization leaves in an ensemble. */
import { bandWidth } from "@spiediff/numerics";

/** What one window `[t0, t0 + h]` leaves, in units of `z`. */
export interface WindowRecord {
  /** `[M]`, element currents `Q_e`: `z_i(t0+h) - z_i(t0) = Q_{i-1} - Q_i`. */
  readonly current: Float64Array;
  /** `[M]`, their compensator `A_e`; zero if control variates are off. */
  readonly compensator: Float64Array;
  /** `[M]`, the compensator through windows that are smooth across elements; zero likewise. */
  readonly smoothCompensator: Float64Array;
  /** Band `[M, bandWidth(M)]`, predictable covariation of `Q - A`; zero if control variates are off. */
  readonly bracket: Float64Array;
}

/** Arrays of one realization, reused for the next. */
export interface RealizationRecord {
  /** `[M]`, `z` at `t0`. */
  readonly start: Float64Array;
  /** One per horizon. */
  readonly windows: readonly WindowRecord[];
}

/** A record of zeros. */
export function createRecord(elements: number, windows: number): RealizationRecord {
  return {
    start: new Float64Array(elements),
    windows: Array.from({ length: windows }, () => ({
      current: new Float64Array(elements),
      compensator: new Float64Array(elements),
      smoothCompensator: new Float64Array(elements),
      bracket: new Float64Array(elements * bandWidth(elements)),
    })),
  };
}

/** `z` at `t0`, then at each `t0 + h`, `[1 + windows, M]`: `z_i + Q_{i-1} - Q_i`. */
export function writeFields({ start, windows }: RealizationRecord, out: Float64Array): void {
  const elements = start.length;
  out.set(start);
  windows.forEach(({ current }, w) => {
    for (let i = 0; i < elements; i++) {
      const before = current[i === 0 ? elements - 1 : i - 1];
      out[(1 + w) * elements + i] = start[i] + before - current[i];
    }
  });
}
