import type { Box } from "./box.ts";
import { axesThere, fractionsOf, planCoordinates } from "./coordinates.ts";
import type { Frame, Request } from "./frame.ts";
import type { LineScanner } from "./line_scanner.ts";
import { checkIds } from "./particle_ids.ts";
import { readRows } from "./particle_rows.ts";
import type { Words } from "./words.ts";

/** What stands before a frame's table, and on which lines. */
interface TableHead {
  readonly step?: number;
  readonly time?: number;
  readonly count: number;
  readonly box: Box;
  readonly lines: Readonly<Record<"frame" | "step" | "count" | "box", number>>;
}

/**
 * Reads the lines behind the scanner's current one as a frame's table of particles.
 *
 * @param columns Names of the table's columns; those that are asked for are found by name.
 * @param dictionaries One for each label asked for.
 * @throws {TrajectoryError} at the line that is wrong.
 */
export async function readTableFrame(
  scanner: LineScanner,
  { step, time, count, box, lines }: TableHead,
  columns: readonly string[],
  request: Request,
  dictionaries: readonly Words[],
): Promise<Frame> {
  const axes = axesThere(columns, request, box);
  const coordinates = planCoordinates(columns, axes, box);
  if ("missing" in coordinates) refuseMissing(scanner, coordinates.missing, columns);
  const column = (name: string) => {
    const index = columns.indexOf(name);
    return index < 0 ? refuseMissing(scanner, name, columns) : index;
  };
  const id = request.ids ? column("id") : columns.indexOf("id");
  const { labels = [], columns: others = [] } = request;
  const numbers = [...coordinates.columns, ...others.map(column), ...(id < 0 ? [] : [id])];
  const plan = { columns, numbers: [...new Set(numbers)], words: labels.map(column) };
  const firstLine = scanner.line + 1;
  const rows = await readRows(scanner, count, plan, dictionaries);
  const valuesOf = (index: number) => rows.numbers[plan.numbers.indexOf(index)];
  const particle = (index: number) => scanner.place(firstLine + index);
  const ids = id < 0 ? undefined : valuesOf(id);
  if (ids) checkIds(ids, particle);
  return {
    ...{ step, time, box, count, axes },
    fractions: fractionsOf(coordinates, coordinates.columns.map(valuesOf), count),
    ids,
    labels: new Map(labels.map((name, i) => [
      name,
      { codes: rows.words[i], names: dictionaries[i].names },
    ])),
    columns: new Map(others.map((name) => [name, valuesOf(column(name))])),
    places: {
      frame: scanner.place(lines.frame),
      step: scanner.place(lines.step),
      count: scanner.place(lines.count),
      box: scanner.place(lines.box),
      particle,
    },
  };
}

function refuseMissing(scanner: LineScanner, name: string, columns: readonly string[]): never {
  scanner.refuse(`no column ${name} is there; the columns are ${columns.join(" ") || "none"}`);
}
