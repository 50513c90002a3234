import { AXES } from "./box.ts";
import type { Frame, Request } from "./frame.ts";
import { type GridFrame, readLammpsGrid } from "./lammps_grid.ts";

/**
 * The cells of `dump grid` as if they were particles in their middles, numbered from 1 on, with the columns asked
 * for: what each weighs stands in one of them.
 *
 * @throws {TrajectoryError} as `readLammpsGrid`.
 */
export async function* readGridCells(path: string, request: Request): AsyncGenerator<Frame> {
  const { axes, optionalAxes = [], columns: names = [] } = request;
  const wanted = AXES.filter((axis) => axes.includes(axis) || optionalAxes.includes(axis));
  let kept: Pick<Frame, "fractions" | "ids"> & { readonly size: string } | undefined;
  for await (const { step, time, box, size, columns, place } of readLammpsGrid(path, names)) {
    const count = size[0] * size[1] * size[2];
    if (kept?.size !== size.join()) {
      const fractions = wanted.map((axis) => middles(size, AXES.indexOf(axis)));
      kept = {
        fractions,
        ids: Float64Array.from({ length: count }, (_, i) => i + 1),
        size: size.join(),
      };
    }
    const { fractions, ids } = kept;
    yield {
      ...{ step, time, box, count, axes: wanted, fractions, ids, columns, labels: new Map() },
      places: {
        ...{ frame: place, step: place, count: place, box: place },
        particle: (index) => `${place}, cell ${index + 1}`,
      },
    };
  }
}

/** Middles of the cells along one edge, as fractions of it; the first index runs fastest. */
function middles(size: GridFrame["size"], k: number): Float64Array {
  const stride = size.slice(0, k).reduce((a, b) => a * b, 1);
  return Float64Array.from(
    { length: size[0] * size[1] * size[2] },
    (_, cell) => (Math.floor(cell / stride) % size[k] + 0.5) / size[k],
  );
}
