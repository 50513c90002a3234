/** Realizations of hopping particles on a torus, in what estimators take. */
import { type Dimension, projectContents } from "@spiediff/mesh";
import type { RandomStream } from "@spiediff/random";
import { checkStart, checkWindow } from "../checks.ts";
import { geometryOf } from "./geometry.ts";
import { beginRecording, createHops, loadContents, settleAll } from "./hops.ts";
import { runUntil } from "./run.ts";
import type { HopProcess } from "./types.ts";

/** Realizations that start in local equilibrium. */
export interface HopPlan {
  readonly process: HopProcess;
  readonly dimension: Dimension;
  /** `[N^d]`, mean contents of the sites, inside of the field's domain. */
  readonly density: Float64Array;
  /** `M` to each axis, divides `N`. */
  readonly elements: number;
  /** Hop times before the window, and the window itself. */
  readonly burnIn: number;
  readonly window: number;
}

/** What one window leaves. */
export interface HopRecord {
  /** `z` `[M^d]` at the window's ends: density times volume of a hat. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /**
   * Of every segment, `[d * N^(d-1) * M]`, in hops: the net number along the axis, its compensator and its
   * bracket. Segments of one row follow each other, then rows by the sites of the other axes, then axes.
   */
  readonly current: Float64Array;
  readonly compensator: Float64Array;
  readonly bracket: Float64Array;
}

/**
 * Prepares the arrays for realizations; the record is overwritten by the next.
 *
 * @throws {RangeError} naming the field at fault, and while running the bond where the process is wrong.
 */
export function hopRunner(plan: HopPlan): (stream: RandomStream) => HopRecord {
  const { process, dimension, density, elements, burnIn, window } = plan;
  checkPlan(plan);
  const side = Math.round(density.length ** (1 / dimension));
  const hops = createHops(process, geometryOf(dimension, side, elements, process.kernel));
  const sample = process.sampler(density);
  const drawn = new Float64Array(density.length);
  return (stream) => {
    sample(drawn, stream);
    loadContents(hops, drawn);
    runUntil(hops, burnIn, stream);
    beginRecording(hops);
    const start = projectContents(hops.contents, elements, dimension);
    runUntil(hops, window, stream);
    settleAll(hops);
    const { current, netDrift: compensator, netSpread: bracket } = hops;
    const end = projectContents(hops.contents, elements, dimension);
    return { start, end, current, compensator, bracket };
  };
}

function checkPlan({ process, dimension, density, burnIn, window }: HopPlan): void {
  const side = Math.round(density.length ** (1 / dimension));
  if (side ** dimension !== density.length) {
    throw new RangeError(
      `density must have N^${dimension} values, not ${density.length}.`,
    );
  }
  const ways = process.kernel?.ways[0]?.length ?? dimension;
  if (ways !== dimension) {
    throw new RangeError(`The kernel is one of ${ways} dimensions, not of ${dimension}.`);
  }
  checkStart(process, density, burnIn);
  checkWindow(window);
}
