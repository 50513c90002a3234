import { AXES, type Box } from "./box.ts";
import { axesThere, fractionsOf, planCoordinates } from "./coordinates.ts";
import type { Frame, Request } from "./frame.ts";
import { checkIds } from "./particle_ids.ts";
import { TrajectoryError } from "./trajectory_error.ts";

/** A frame whose positions are an array `[count, dimensions]`. */
export interface ArrayFrame {
  readonly path: string;
  /** From 0. */
  readonly index: number;
  readonly step?: number;
  readonly time?: number;
  readonly box: Box;
  readonly dimensions: number;
  readonly positions: ArrayLike<number>;
  readonly ids?: Float64Array;
}

/**
 * The frame that arrays stand for.
 *
 * @throws {TrajectoryError} at a position that is not finite; where a coordinate is asked for that is not
 * there.
 */
export function frameOfArray(
  { path, index, step, time, box, dimensions, positions, ids }: ArrayFrame,
  request: Request,
): Frame {
  const place = `${path}, frame ${index}`;
  const particle = (i: number) => `${place}, particle ${i}`;
  const count = positions.length / dimensions;
  const names = AXES.slice(0, dimensions);
  const axes = axesThere(names, request, box);
  const plan = planCoordinates(names, axes, box);
  if ("missing" in plan) {
    throw new TrajectoryError(
      path,
      `no column ${plan.missing} is there; positions have ${dimensions}`,
    );
  }
  const columns = plan.columns.map((k) => {
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const value = positions[i * dimensions + k];
      if (!Number.isFinite(value)) {
        throw new TrajectoryError(particle(i), `${names[k]} is ${value}, no finite number`);
      }
      values[i] = value;
    }
    return values;
  });
  if (ids) checkIds(ids, particle);
  return {
    ...{ step, time, box, count, axes },
    fractions: fractionsOf(plan, columns, count),
    // Rows of an array are the same particles in all frames.
    ids: ids ?? (request.ids ? Float64Array.from({ length: count }, (_, i) => i) : undefined),
    labels: new Map(),
    columns: new Map(),
    places: { frame: place, step: place, count: place, box: place, particle },
  };
}

/** @throws {TrajectoryError} if labels or further columns are asked of a format that has none. */
export function refuseFurther(path: string, { labels = [], columns = [] }: Request): void {
  const [further] = [...labels, ...columns];
  if (further === undefined) return;
  throw new TrajectoryError(path, `no column ${further} is there; this format has positions only`);
}
