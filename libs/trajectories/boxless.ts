import { type Box, checkedBox } from "./box.ts";

/** The box of files that tell none: its lengths along x, y, z, periodic along each. */
export interface GivenBox {
  /** `[1..3]`; further ones are 1. */
  readonly lengths: readonly number[];
  /** `[1..3]`, 0 where left out. */
  readonly origin?: readonly number[];
}

/** @throws {TrajectoryError} if a length is not positive. */
export function boxOf({ lengths, origin = [] }: GivenBox, path: string): Box {
  const [a = 1, b = 1, c = 1] = lengths;
  const [x = 0, y = 0, z = 0] = origin;
  const edges = [[a, 0, 0], [0, b, 0], [0, 0, c]];
  return checkedBox({ origin: [x, y, z], edges, periodic: [true, true, true] }, path);
}
