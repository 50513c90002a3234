import type { GivenBox } from "./boxless.ts";
import { readCsvPositions } from "./csv_positions.ts";
import { readExtendedXyz } from "./extended_xyz.ts";
import type { Frame, Request } from "./frame.ts";
import { readGridCells } from "./grid_cells.ts";
import { readGsd } from "./gsd.ts";
import { readH5md } from "./h5md.ts";
import { readLammpsDump } from "./lammps_dump.ts";
import { readNpyPositions } from "./npy_positions.ts";
import { TrajectoryError } from "./trajectory_error.ts";

/** Files of particles, or of cells that hold them, that are read, each with what reads it: a further format is a file and a line. */
export const FORMATS = [
  "lammps-dump",
  "gsd",
  "extended-xyz",
  "h5md",
  "npy",
  "csv",
  "lammps-grid",
] as const;
export type Format = typeof FORMATS[number];

type Reader = (path: string, request: Request, box: GivenBox | undefined) => AsyncGenerator<Frame>;

const READERS: Readonly<Record<Format, Reader>> = {
  "lammps-dump": readLammpsDump,
  gsd: readGsd,
  "extended-xyz": readExtendedXyz,
  h5md: readH5md,
  npy: (path, request, box) => readNpyPositions(path, request, needed(path, box)),
  "lammps-grid": readGridCells,
  csv: (path, request, box) => readCsvPositions(path, request, needed(path, box)),
};

/**
 * The frames of a file, one at a time.
 *
 * @param box The box of formats that have none (`npy`, `csv`; `h5md` where it lacks).
 * @throws {TrajectoryError} with the place of whatever is wrong, at the frame where it stands.
 */
export function openTrajectory(
  path: string,
  format: Format,
  request: Request,
  box?: GivenBox,
): AsyncGenerator<Frame> {
  return READERS[format](path, request, box);
}

function needed(path: string, box: GivenBox | undefined): GivenBox {
  if (box) return box;
  throw new TrajectoryError(path, "this format has no box; its lengths must be given");
}
