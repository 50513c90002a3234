import { type Box, checkedBox } from "./box.ts";
import type { Frame, Request } from "./frame.ts";
import { LineScanner } from "./line_scanner.ts";
import { readTableFrame } from "./table_frame.ts";
import { Words } from "./words.ts";
import { columnsOf, parseComment } from "./xyz_comment.ts";

/**
 * Frames of an extended XYZ file: a number of particles, a line with `Lattice` and `Properties`, the
 * particles. Columns are named as in LAMMPS' dumps: `pos` is x, y, z, `species` is type.
 *
 * @throws {TrajectoryError} with file and line of whatever is wrong; of plain XYZ, which has no box.
 */
export async function* readExtendedXyz(path: string, request: Request): AsyncGenerator<Frame> {
  const scanner: LineScanner = new LineScanner(path);
  const dictionaries = (request.labels ?? []).map(() => new Words());
  try {
    while (await scanner.next()) {
      const text = scanner.text().trim();
      if (text === "") continue;
      if (!/^\d{1,15}$/.test(text)) {
        scanner.refuse(
          `a frame begins with its number of particles, not "${text.slice(0, 40)}"`,
        );
      }
      const first = scanner.line;
      if (!await scanner.next()) scanner.refuseAsCutOff("behind this line");
      const { columns, box, step, time } = readComment(scanner);
      const lines = { frame: first, count: first, step: first + 1, box: first + 1 };
      const head = { step, time, count: Number(text), box, lines };
      yield await readTableFrame(scanner, head, columns, request, dictionaries);
    }
  } finally {
    await scanner.close();
  }
}

function readComment(scanner: LineScanner) {
  const pairs = parseComment(scanner.text());
  const lattice = pairs?.get("lattice");
  if (!pairs || lattice === undefined) {
    scanner.refuse(
      `this line has no Lattice="…": plain XYZ has no box, without which positions mean nothing here`,
    );
  }
  const numbers = (key: string, count: number, text = pairs.get(key)) => {
    if (text === undefined) return undefined;
    const words = text.replace(/[\[\],]/g, " ").trim().split(/\s+/);
    const values = words.map((word) => /^[-+.\deE]+$/.test(word) ? Number(word) : NaN);
    if (values.length === count && values.every(Number.isFinite)) return values;
    scanner.refuse(
      `${key} is "${text.slice(0, 60)}", not ${count} finite number${count > 1 ? "s" : ""}`,
    );
  };
  const properties = pairs.get("properties") ?? "species:S:1:pos:R:3";
  const columns = columnsOf(properties);
  if (columns === null) {
    scanner.refuse(`Properties is "${properties.slice(0, 60)}", no list of name:kind:columns`);
  }
  const edges = numbers("lattice", 9)!;
  const box: Box = {
    origin: numbers("origin", 3) ?? [0, 0, 0],
    edges: [edges.slice(0, 3), edges.slice(3, 6), edges.slice(6, 9)],
    periodic: periodicity(scanner, pairs.get("pbc")),
  };
  const step = numbers("timestep", 1) ?? numbers("step", 1);
  if (step && !(Number.isSafeInteger(step[0]) && step[0] >= 0)) {
    scanner.refuse(`the step must be a whole number, not ${step[0]}`);
  }
  return {
    columns,
    box: checkedBox(box, scanner.place()),
    step: step?.[0],
    time: numbers("time", 1)?.[0],
  };
}

function periodicity(scanner: LineScanner, pbc: string | undefined): boolean[] {
  if (pbc === undefined) return [true, true, true];
  const flags = pbc.replace(/[\[\],]/g, " ").trim().split(/\s+/);
  if (flags.length !== 3 || !flags.every((flag) => /^(?:T|F|True|False|1|0)$/i.test(flag))) {
    scanner.refuse(`pbc is "${pbc.slice(0, 40)}", not three of T and F`);
  }
  return flags.map((flag) => /^[T1]/i.test(flag));
}
