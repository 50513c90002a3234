/** Realizations of hopping particles on a torus, in what estimators take. */
import type { RealizationSource } from "@spiediff/ensemble";
import { type Dimension, projectContents } from "@spiediff/mesh";
import type { RandomStream } from "@spiediff/random";
import { checkStart, checkWindow } from "../checks.ts";
import { addSmoothSums, placesOf } from "../smooth_windows.ts";
import { geometryOf } from "./geometry.ts";
import { beginRecording, createHops, type Hops, loadContents, settleAll } from "./hops.ts";
import { runUntil } from "./run.ts";
import type { HopProcess } from "./types.ts";

/** Realizations that start in local equilibrium. */
interface HopStart {
  readonly process: HopProcess;
  readonly dimension: Dimension;
  /** `[N^d]`, mean contents of the sites, inside of the field's domain. */
  readonly density: Float64Array;
  /** `M` to each axis, divides `N`. */
  readonly elements: number;
}

/** The same, recorded in windows. */
interface WindowsPlan extends HopStart {
  /** Hop times before the windows. */
  readonly burnIn: number;
  /** Hop times that each window lasts, rising; all begin after the burn-in. */
  readonly windows: readonly number[];
}

/** The same, recorded in one window. */
export interface HopPlan extends Omit<WindowsPlan, "windows"> {
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
  /**
   * Net rate along the axis, in hops per hop time, seen through the smooth window of each segment along its row; mean of
   * both ends of the window.
   */
  readonly smoothRate: Float64Array;
}

/**
 * Prepares realizations, which leave one record for each window.
 *
 * @throws {RangeError} naming the field at fault, and while running the bond where the process is wrong.
 */
export function hopWindows(plan: WindowsPlan): (stream: RandomStream) => readonly HopRecord[] {
  const { dimension, elements, burnIn, windows } = plan;
  checkWindows(windows);
  const begin = hopStart(plan, burnIn);
  return (stream) => {
    const hops = begin(stream);
    runUntil(hops, burnIn, stream);
    beginRecording(hops);
    const start = projectContents(hops.contents, elements, dimension);
    const before = smoothRate(hops);
    return windows.map((window) => {
      runUntil(hops, window, stream);
      settleAll(hops);
      return {
        start,
        smoothRate: smoothRate(hops).map((after, s) => (before[s] + after) / 2),
        end: projectContents(hops.contents, elements, dimension),
        current: hops.current.slice(),
        compensator: hops.netDrift.slice(),
        bracket: hops.netSpread.slice(),
      };
    });
  };
}

/** The net rate of every segment at this instant, through smooth windows. */
function smoothRate({ geometry, forth, back }: Hops): Float64Array {
  const { dimension, side, sites, rows, elements } = geometry;
  const places = placesOf(side / elements, 0.5), line = new Float64Array(side);
  const out = new Float64Array(dimension * rows * elements);
  for (let axis = 0; axis < dimension; axis++) {
    const stride = side ** axis;
    for (let row = 0; row < rows; row++) {
      const first = row % stride + Math.floor(row / stride) * stride * side + axis * sites;
      for (let i = 0; i < side; i++) line[i] = forth[first + i * stride] - back[first + i * stride];
      const segment = (axis * rows + row) * elements;
      addSmoothSums(places, line, 1, out.subarray(segment, segment + elements));
    }
  }
  return out;
}

/** Prepares realizations of one window. @throws {RangeError} as {@link hopWindows}. */
export function hopRunner({ window, ...plan }: HopPlan): (stream: RandomStream) => HopRecord {
  const run = hopWindows({ ...plan, windows: [window] });
  return (stream) => run(stream)[0];
}

/** Realizations that are followed for long, `drive` the prefactor of all rates. */
export function hopSource(start: HopStart & { readonly drive: number }): RealizationSource {
  const { dimension, elements, density, drive } = start;
  return {
    windows() {
      throw new RangeError("Windows of a torus are recorded by segments, not by elements.");
    },
    trajectories(times) {
      const begin = hopStart(start, 0), nodes = elements ** dimension;
      const clock = drive * sideOf(density, dimension) ** 2;
      return (stream) => {
        const hops = begin(stream);
        const fields = new Float64Array(times.length * nodes);
        times.forEach((time, i) => {
          runUntil(hops, time * clock, stream);
          fields.set(projectContents(hops.contents, elements, dimension), i * nodes);
        });
        return fields;
      };
    },
  };
}

/** Draws starts into one set of arrays. */
function hopStart(start: HopStart, burnIn: number): (stream: RandomStream) => Hops {
  const { process, dimension, density, elements } = start;
  checkStart(process, density, burnIn);
  const side = sideOf(density, dimension);
  const ways = process.kernel?.ways[0]?.length ?? dimension;
  if (ways !== dimension) {
    throw new RangeError(`The kernel is one of ${ways} dimensions, not of ${dimension}.`);
  }
  const hops = createHops(process, geometryOf(dimension, side, elements, process.kernel));
  const sample = process.sampler(density);
  const drawn = new Float64Array(density.length);
  return (stream) => {
    sample(drawn, stream);
    loadContents(hops, drawn);
    return hops;
  };
}

function sideOf({ length }: Float64Array, dimension: Dimension): number {
  const side = Math.round(length ** (1 / dimension));
  if (side ** dimension === length) return side;
  throw new RangeError(`density must have N^${dimension} values, not ${length}.`);
}

function checkWindows(windows: readonly number[]): void {
  windows.forEach((window, w) => {
    checkWindow(window);
    if (w > 0 && window <= windows[w - 1]) {
      throw new RangeError(`windows must rise; number ${w} is ${window}.`);
    }
  });
}
