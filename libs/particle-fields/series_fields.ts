import { addPositions } from "@spiediff/mesh";
import {
  AXES,
  type Axis,
  type Box,
  boxVolume,
  type Frame,
  TrajectoryError,
} from "@spiediff/trajectories";
import { type Membership, membershipAt, type Realizations } from "./realizations.ts";
import { type Schedule, startsBy } from "./schedule.ts";
import { resolutionOf } from "./resolution.ts";
import { type Extent, extentOf } from "./volume.ts";

/** How a series of frames becomes fields. */
export interface FieldsRequest {
  /** The axis that fields depend on. */
  readonly axis: Axis;
  /** `M`. */
  readonly elements: number;
  /** Which types count; all when absent. */
  readonly types?: readonly string[];
  readonly realizations: Realizations;
  readonly schedule: Schedule;
  /** TIMESTEPs after a start at which fields are taken, ascending. */
  readonly lags: readonly number[];
  /** Time of a TIMESTEP, for files that tell times only. */
  readonly timestep: number;
  /** The column of forces along the axis. */
  readonly forces?: string;
  /** Of cells in place of particles: the column that says how many each holds, or how many to a volume. */
  readonly cells?: { readonly column: string; readonly holds: "number" | "density" };
}

/** One realization from one start. */
export interface Run {
  /** Which of the frame's realizations. */
  readonly key: string;
  /** TIMESTEP of the start. */
  readonly step: number;
  readonly particles: number;
  /** `[lags + 1][M]`: sums of hat functions over the particles, at the start and after each lag. */
  readonly hats: readonly Float64Array[];
  /** `[M]`: sums over each element of the forces at the start, where they are asked for. */
  readonly forces?: Float64Array;
}

export interface SeriesFields {
  readonly runs: readonly Run[];
  readonly frames: number;
  readonly box: Box;
  readonly extent: Extent;
  /** What the last digit of coordinates along the axis is worth, file lengths; 0 where it is beyond telling. */
  readonly resolution: number;
  /** What was left out, a sentence each. */
  readonly warnings: readonly string[];
}

/** A start whose windows are not all there yet. */
interface OpenStart {
  readonly step: number;
  readonly membership: Membership;
  /** `[realizations, times, M]`. */
  readonly values: Float64Array;
  /** Times that are there. */
  times: number;
  /** `[realizations]`, where forces are asked for. */
  readonly forces?: Float64Array[];
}

/** What the realizations of a start are parts of, `[realizations, times, M]`. */
interface StartValues {
  readonly values: Float64Array;
  readonly times: number;
  readonly elements: number;
}

/** A run as a part of its start's values: arrays of its own would cost more than they hold. */
class PartOfStart implements Run {
  readonly particles: number;
  readonly #start: StartValues;
  readonly #realization: number;

  constructor(
    readonly key: string,
    readonly step: number,
    start: StartValues,
    realization: number,
    readonly forces?: Float64Array,
  ) {
    this.#start = start;
    this.#realization = realization;
    this.particles = Math.round(this.#hat(0).reduce((a, b) => a + b, 0));
  }

  get hats(): Float64Array[] {
    return Array.from({ length: this.#start.times }, (_, t) => this.#hat(t));
  }

  #hat(t: number): Float64Array {
    const { values, times, elements } = this.#start;
    const at = (this.#realization * times + t) * elements;
    return values.subarray(at, at + elements);
  }
}

/**
 * Fields of every start of a series, for each of its realizations. Memory is that of the fields and of a frame.
 *
 * @param series Frames of one closed system in the order of time.
 * @throws {TrajectoryError} at the frame that shows that one which is needed is missing; if there is none at all.
 */
export async function seriesFields(
  series: AsyncIterable<Frame>,
  name: string,
  request: FieldsRequest,
): Promise<SeriesFields> {
  const collector = new Collector(name, request);
  try {
    for await (const frame of series) collector.add(frame);
  } catch (error) {
    // A run that was cut off has whole frames before; whatever else is wrong is the user's to mend.
    if (!(error instanceof TrajectoryError && error.isCutOff && collector.frames > 0)) throw error;
    collector.warnings.push(`${error.message} Its frames before are used.`);
  }
  return collector.finish();
}

class Collector {
  frames = 0;
  readonly warnings: string[] = [];
  readonly #name: string;
  readonly #request: FieldsRequest;
  readonly #isStart: (step: number) => boolean;
  readonly #runs: Run[] = [];
  #open: OpenStart[] = [];
  #first: { box: Box; extent: Extent; resolution: number } | undefined;

  constructor(name: string, request: FieldsRequest) {
    this.#name = name;
    this.#request = request;
    this.#isStart = startsBy(request.schedule);
  }

  add(frame: Frame): void {
    const { lags } = this.#request;
    const step = this.#stepOf(frame);
    this.frames++;
    for (const start of this.#open) {
      const lag = step - start.step;
      const due = lags[start.times - 1];
      if (lag === due) this.#project(frame, start);
      else if (lag > due) this.#refuseMissing(start, due, step, frame);
    }
    this.#close();
    if (this.#isStart(step)) this.#begin(frame, step);
  }

  #begin(frame: Frame, step: number): void {
    const { realizations, types, axis, lags, elements, cells } = this.#request;
    const membership = membershipAt(frame, realizations, countedBy(types));
    const members = membership.members(frame);
    if (members.every(({ length }) => length === 0)) {
      throw new TrajectoryError(frame.places.frame, "no particle of the types wanted is there");
    }
    const values = new Float64Array(members.length * (lags.length + 1) * elements);
    const forces = this.#request.forces && this.#forcesOf(frame, members);
    const start: OpenStart = {
      ...{ step, membership, values, times: 0 },
      ...(forces && { forces }),
    };
    if (this.#first === undefined) this.#checkCells(frame);
    this.#first ??= {
      box: frame.box,
      extent: extentOf(frame, members, axis),
      resolution: cells ? cellAlong(frame, axis) * CELL_RESOLUTION : resolutionAlong(frame, axis),
    };
    this.#project(frame, start, members);
    this.#open.push(start);
  }

  #project(
    frame: Frame,
    start: OpenStart,
    members = start.membership.members(frame),
  ): void {
    const { axis, elements, lags } = this.#request;
    const fractions = frame.fractions[frame.axes.indexOf(axis)];
    const { weights, unit } = this.#weightsOf(frame);
    members.forEach((chosen, r) => {
      const at = (r * (lags.length + 1) + start.times) * elements;
      const own = start.values.subarray(at, at + elements);
      addPositions(own, fractions, unit, chosen, weights);
    });
    start.times++;
  }

  #forcesOf(frame: Frame, members: readonly Int32Array[]): Float64Array[] {
    const { axis, elements, forces } = this.#request;
    const fractions = frame.fractions[frame.axes.indexOf(axis)];
    const values = frame.columns.get(forces!)!;
    return members.map((chosen) => {
      const sums = new Float64Array(elements);
      for (const i of chosen) {
        const place = fractions[i] - Math.floor(fractions[i]);
        sums[Math.floor(place * elements) % elements] += values[i];
      }
      return sums;
    });
  }

  /** What particles count, and what one of that is. */
  #weightsOf(frame: Frame): { weights?: Float64Array; unit: number } {
    const { cells } = this.#request;
    if (!cells) return { unit: 1 };
    const unit = cells.holds === "number" ? 1 : boxVolume(frame.box) / frame.count;
    return { weights: frame.columns.get(cells.column)!, unit };
  }

  /** Within a cell a hat function must be a line: then all that a cell holds may stand in its middle. */
  #checkCells(frame: Frame): void {
    const { cells, axis, elements } = this.#request;
    if (!cells) return;
    const count = Math.round(1 / fractionOfCell(frame, axis));
    if (count % elements === 0) return;
    throw new TrajectoryError(
      frame.places.frame,
      `the grid has ${count} cells along ${axis}, which ${elements} elements do not divide`,
    );
  }

  /** Starts whose windows are all there become runs. */
  #close(): void {
    const { lags, elements } = this.#request, times = lags.length + 1;
    const isDone = (start: OpenStart) => start.times === times;
    for (const { step, membership, values, forces } of this.#open.filter(isDone)) {
      const start = { values, times, elements };
      membership.keys.forEach((key, r) => {
        this.#runs.push(new PartOfStart(key, step, start, r, forces?.[r]));
      });
    }
    this.#open = this.#open.filter((start) => !isDone(start));
  }

  finish(): SeriesFields {
    const { schedule } = this.#request;
    if (!this.#first) {
      const wanted = schedule.kind === "single" && schedule.start !== undefined
        ? `no frame is of step ${schedule.start}`
        : "no frame is a start";
      throw new TrajectoryError(this.#name, `${wanted}; it has ${this.frames} frames`);
    }
    if (this.#runs.length === 0) {
      const { lags } = this.#request;
      const longest = lags.at(-1);
      throw new TrajectoryError(
        this.#name,
        `it ends before step ${this.#open[0].step + longest!}, ${longest} after the first start`,
      );
    }
    if (this.#open.length > 0 && schedule.kind !== "stationary") {
      this.warnings.push(
        `${this.#name} ends within the windows of the start at step ${
          this.#open[0].step
        }, which is left out.`,
      );
    }
    return { runs: this.#runs, frames: this.frames, ...this.#first, warnings: this.warnings };
  }

  #stepOf({ step, time, places }: Frame): number {
    if (step !== undefined) return step;
    if (time !== undefined) return Math.round(time / this.#request.timestep);
    throw new TrajectoryError(places.frame, "the frame has neither a step nor a time");
  }

  #refuseMissing(start: OpenStart, lag: number, step: number, { places }: Frame): never {
    throw new TrajectoryError(
      places.step,
      `step ${start.step + lag} is missing: ${lag} after the start at step ${start.step}; ` +
        `here is step ${step} already`,
    );
  }
}

/** A cell hides where in it particles are, rounding to the nearest of its middles: four times as far as a last digit. */
const CELL_RESOLUTION = 0.25;

/** Width of a cell as a fraction of its edge: its middle is half of one from the edge's end. */
const fractionOfCell = ({ axes, fractions }: Frame, axis: Axis): number =>
  2 * fractions[axes.indexOf(axis)].reduce((least, x) => Math.min(least, x), 1);

function cellAlong(frame: Frame, axis: Axis): number {
  const k = AXES.indexOf(axis);
  return fractionOfCell(frame, axis) * frame.box.edges[k][k];
}

function resolutionAlong({ axes, box, fractions }: Frame, axis: Axis): number {
  const k = AXES.indexOf(axis);
  return resolutionOf(fractions[axes.indexOf(axis)], box.origin[k], box.edges[k][k]);
}

const countedBy = (types: readonly string[] | undefined) => ({ labels }: Frame) => {
  if (!types) return () => true;
  const { codes, names } = labels.get("type")!;
  const wanted = names.map((name) => types.includes(name));
  return (particle: number) => wanted[codes[particle]];
};
