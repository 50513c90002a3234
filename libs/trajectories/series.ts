import type { Axis, Box } from "./box.ts";
import { AXES } from "./box.ts";
import type { Frame } from "./frame.ts";
import { TrajectoryError } from "./trajectory_error.ts";

/** Relative change of a box that is rounding of the file. */
const BOX_ROUNDING = 1e-9;

/**
 * Passes frames on that are one closed system at successive times: the same particles in the same box,
 * periodic along the axes given, and later at each frame.
 *
 * @param frames Of one file, or of several that continue one another.
 * @throws {TrajectoryError} at the part of the frame that differs.
 */
export async function* checkedSeries(
  frames: AsyncIterable<Frame>,
  axes: readonly Axis[],
): AsyncGenerator<Frame> {
  let first: Frame | undefined, last: Frame | undefined;
  let firstIds: Float64Array | undefined;
  for await (const frame of frames) {
    checkPeriodic(frame, axes);
    if (first && last) {
      checkTime(last, frame);
      checkCount(first, frame);
      checkSameBox(first, frame);
      if (firstIds && frame.ids) checkSameIds(firstIds, frame.ids.slice().sort(), frame);
    }
    firstIds ??= frame.ids?.slice().sort();
    first ??= frame;
    last = frame;
    yield frame;
  }
}

function checkPeriodic({ box, places }: Frame, axes: readonly Axis[]): void {
  for (const axis of axes) {
    if (box.periodic[AXES.indexOf(axis)]) continue;
    throw new TrajectoryError(
      places.box,
      `the box is not periodic along ${axis}: walls there are no part of what is read here`,
    );
  }
}

function checkTime(last: Frame, frame: Frame): void {
  if (frame.step !== undefined && last.step !== undefined && frame.step <= last.step) {
    throw new TrajectoryError(
      frame.places.step,
      frame.step === last.step
        ? `step ${frame.step} stands twice; is an appended restart or another realization in this file?`
        : `step ${frame.step} follows step ${last.step}; is another realization in this file?`,
    );
  }
}

function checkCount(first: Frame, { count, places }: Frame): void {
  if (count === first.count) return;
  throw new TrajectoryError(
    places.count,
    `here are ${count} particles, and ${first.count} at the start (${first.places.count}); their number ` +
      "must stay",
  );
}

function checkSameBox(first: Frame, frame: Frame): void {
  if (isSameBox(first.box, frame.box)) return;
  throw new TrajectoryError(
    frame.places.box,
    `the box is not that of the start (${first.places.box}); it must stay`,
  );
}

function isSameBox(a: Box, b: Box): boolean {
  const size = Math.max(...a.edges.flat().map(Math.abs));
  const [before, after] = [a, b].map(({ edges, origin }) => [...edges.flat(), ...origin]);
  return before.every((value, i) => Math.abs(value - after[i]) <= BOX_ROUNDING * size);
}

function checkSameIds(before: Float64Array, after: Float64Array, frame: Frame): void {
  const at = before.findIndex((id, i) => id !== after[i]);
  if (at < 0) return;
  throw new TrajectoryError(
    frame.places.frame,
    before[at] < after[at]
      ? `particle ${before[at]} of the start is not in this frame`
      : `particle ${after[at]} is in this frame and not at the start`,
  );
}
