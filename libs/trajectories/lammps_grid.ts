import type { Box } from "./box.ts";
import { readHead } from "./lammps_sections.ts";
import { LineScanner } from "./line_scanner.ts";
import { readRows } from "./particle_rows.ts";

/** One instant of a field on the cells of a regular grid, in the units of its file. */
export interface GridFrame {
  readonly step: number;
  /** Time, where the file tells it. */
  readonly time?: number;
  readonly box: Box;
  /** Cells along each edge of the box, `[3]`; the first index runs fastest. */
  readonly size: readonly number[];
  /** Each column asked for, `[cells]`. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** Where it begins, for messages. */
  readonly place: string;
}

/**
 * Frames of LAMMPS' `dump grid`.
 *
 * @param names Columns that are wanted, such as `f_1[1]`.
 * @throws {TrajectoryError} with file and line of whatever is wrong, at the frame where it stands.
 */
export async function* readLammpsGrid(
  path: string,
  names: readonly string[],
): AsyncGenerator<GridFrame> {
  const scanner: LineScanner = new LineScanner(path);
  try {
    for (;;) {
      const found = await readHead(scanner, "GRID CELLS");
      if (found === null) return;
      const { columns, head: { step, time, box, gridSize: size, frameLine } } = found;
      const place = scanner.place(frameLine ?? scanner.line);
      if (step === undefined) scanner.refuse("this frame has no TIMESTEP");
      if (box === undefined) scanner.refuse("this frame has no BOX BOUNDS");
      if (size === undefined) scanner.refuse("this frame has no GRID SIZE");
      const numbers = names.map((name) => {
        const index = columns.indexOf(name);
        return index >= 0
          ? index
          : scanner.refuse(`no column ${name} is there; the columns are ${columns.join(" ")}`);
      });
      const plan = { columns, numbers, words: [] };
      const rows = await readRows(scanner, size[0] * size[1] * size[2], plan, []);
      const values = new Map(names.map((name, i) => [name, rows.numbers[i]]));
      yield { step, time, box, size, columns: values, place };
    }
  } finally {
    await scanner.close();
  }
}
