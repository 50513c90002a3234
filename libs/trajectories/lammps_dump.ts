import type { Frame, Request } from "./frame.ts";
import { readHead } from "./lammps_sections.ts";
import { LineScanner } from "./line_scanner.ts";
import { readTableFrame } from "./table_frame.ts";
import { Words } from "./words.ts";

/**
 * Frames of a LAMMPS text dump, of style `atom` or `custom`: x, xu, xs or xsu, orthogonal or triclinic
 * boxes, particles in any order, plain or packed by gzip or zstd.
 *
 * @throws {TrajectoryError} with file and line of whatever is wrong, at the frame where it stands.
 */
export async function* readLammpsDump(path: string, request: Request): AsyncGenerator<Frame> {
  const scanner: LineScanner = new LineScanner(path);
  const dictionaries = (request.labels ?? []).map(() => new Words());
  try {
    for (;;) {
      const found = await readHead(scanner, "ATOMS");
      if (found === null) return;
      const { head, columns } = found;
      const { step, time, count, box } = head;
      if (step === undefined) scanner.refuse("this frame has no TIMESTEP");
      if (count === undefined) scanner.refuse("this frame has no NUMBER OF ATOMS");
      if (box === undefined) scanner.refuse("this frame has no BOX BOUNDS");
      const lines = {
        frame: head.frameLine ?? scanner.line,
        step: head.stepLine ?? scanner.line,
        count: head.countLine ?? scanner.line,
        box: head.boxLine ?? scanner.line,
      };
      yield await readTableFrame(
        scanner,
        { step, time, count, box, lines },
        columns,
        request,
        dictionaries,
      );
    }
  } finally {
    await scanner.close();
  }
}
