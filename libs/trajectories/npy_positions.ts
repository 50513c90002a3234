import { type NpyReader, openNpyReader } from "@spiediff/npy";
import { frameOfArray, refuseFurther } from "./array_frame.ts";
import { boxOf, type GivenBox } from "./boxless.ts";
import type { Frame, Request } from "./frame.ts";
import { TrajectoryError } from "./trajectory_error.ts";

/**
 * Positions in an NPY file `[frames, particles]` along x, or `[frames, particles, dimensions]`. The step of
 * a frame is its number in the file; rows are the same particles in all frames.
 *
 * @throws {TrajectoryError} naming the frame that holds what is no position; {NpyError}.
 */
export async function* readNpyPositions(
  path: string,
  request: Request,
  given: GivenBox,
): AsyncGenerator<Frame> {
  refuseFurther(path, request);
  const array = openNpyReader(path);
  try {
    const [frames, , dimensions] = shapeOf(array, path);
    const box = boxOf(given, path);
    for (let index = 0; index < frames; index++) {
      const positions = array.read(index, 1);
      yield frameOfArray({ path, index, step: index, box, dimensions, positions }, request);
    }
  } finally {
    array.close();
  }
}

function shapeOf({ shape }: NpyReader, path: string): readonly [number, number, number] {
  const [frames, particles, dimensions = 1] = shape;
  const fits = (shape.length === 2 || shape.length === 3) && dimensions >= 1 && dimensions <= 3;
  if (fits) return [frames, particles, dimensions];
  throw new TrajectoryError(
    path,
    `its shape is [${shape.join(", ")}], not [frames, particles] or [frames, particles, 1 to 3]`,
  );
}
