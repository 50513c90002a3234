import { AXES, type Axis } from "./box.ts";
import { boxOf, type GivenBox } from "./boxless.ts";
import { axesThere, fractionsOf, planCoordinates } from "./coordinates.ts";
import type { Frame, Labels, Request } from "./frame.ts";
import { LineScanner } from "./line_scanner.ts";
import { checkIds } from "./particle_ids.ts";
import { Words } from "./words.ts";

/**
 * Positions as a table of text: a line of names, then a line for each particle of each frame. Columns `step`
 * and x (y, z) must be there, `time`, `id` and labels such as `mol` may be. A frame is the lines that follow
 * one another with the same step. Commas, semicolons, or blanks stand between.
 *
 * @throws {TrajectoryError} with file and line of whatever is wrong.
 */
export async function* readCsvPositions(
  path: string,
  request: Request,
  given: GivenBox,
): AsyncGenerator<Frame> {
  const scanner: LineScanner = new LineScanner(path, "open end");
  const box = boxOf(given, path);
  try {
    if (!await scanner.next()) scanner.refuse("the file is empty");
    const line = scanner.text().replace(/^\u00ef\u00bb\u00bf/, "");
    const between = line.includes(";") ? ";" : line.includes(",") ? "," : /[ \t]+/;
    const names = cellsOf(line, between);
    const table = new Table(scanner, names, request, box);
    while (await scanner.next()) {
      const text = scanner.text();
      if (text.trim() === "") continue;
      const done = table.add(cellsOf(text, between));
      if (done) yield done;
    }
    const last = table.finish();
    if (last) yield last;
  } finally {
    await scanner.close();
  }
}

const cellsOf = (text: string, between: string | RegExp) =>
  text.trim().split(between).map((cell) => cell.trim());

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Collects lines until the step changes. */
class Table {
  readonly #scanner: LineScanner;
  readonly #names: readonly string[];
  readonly #request: Request;
  readonly #box: Frame["box"];
  readonly #axes: readonly Axis[];
  readonly #dictionaries: readonly Words[];
  #step: number | undefined;
  #firstLine = 0;
  #time: number | undefined;
  #lines: number[] = [];
  #numbers = new Map<string, number[]>();
  #words = new Map<string, number[]>();

  constructor(scanner: LineScanner, names: readonly string[], request: Request, box: Frame["box"]) {
    this.#scanner = scanner;
    this.#names = names;
    this.#request = request;
    this.#box = box;
    this.#axes = axesThere(names, request, box);
    const { axes, columns = [], labels = [], ids = false } = request;
    const axesNeeded: readonly Axis[] = AXES.filter((axis) => axes.includes(axis));
    for (const name of ["step", ...axesNeeded, ...columns, ...labels, ...(ids ? ["id"] : [])]) {
      if (!names.includes(name)) {
        scanner.refuse(
          `no column ${name} is there; the columns are ${names.join(" ").slice(0, 200)}`,
        );
      }
    }
    this.#dictionaries = labels.map(() => new Words());
    this.#begin();
  }

  /** Adds a line. @returns The frame that ended before it, if one did. */
  add(cells: readonly string[]): Frame | undefined {
    const { length } = this.#names;
    if (cells.length !== length) {
      this.#scanner.refuse(`it has ${cells.length} values where the table has ${length} columns`);
    }
    const step = this.#number("step", cells);
    if (!(Number.isSafeInteger(step) && step >= 0)) {
      this.#scanner.refuse(`the step must be a whole number, not "${step}"`);
    }
    const done = this.#step !== undefined && step !== this.#step ? this.finish() : undefined;
    if (this.#step === undefined) {
      this.#step = step;
      this.#firstLine = this.#scanner.line;
      this.#time = this.#names.includes("time") ? this.#number("time", cells) : undefined;
    }
    this.#lines.push(this.#scanner.line);
    for (const [name, values] of this.#numbers) values.push(this.#number(name, cells));
    let k = 0;
    for (const [name, codes] of this.#words) {
      codes.push(this.#dictionaries[k++].codeOfText(cells[this.#names.indexOf(name)]));
    }
    return done;
  }

  finish(): Frame | undefined {
    if (this.#step === undefined) return undefined;
    const { labels = [], columns = [] } = this.#request;
    const axes = this.#axes;
    const plan = planCoordinates([...this.#numbers.keys()], axes, this.#box);
    if ("missing" in plan) throw new Error(`${plan.missing} was there at the start`);
    const values = [...this.#numbers.values()].map((list) => Float64Array.from(list));
    const column = (name: string) => values[[...this.#numbers.keys()].indexOf(name)];
    const lines = this.#lines;
    const particle = (i: number) => this.#scanner.place(lines[i]);
    const place = this.#scanner.place(this.#firstLine);
    const ids = this.#numbers.has("id") ? column("id") : undefined;
    if (ids) checkIds(ids, particle);
    const frame: Frame = {
      ...{ step: this.#step, time: this.#time, box: this.#box, count: lines.length, axes, ids },
      fractions: fractionsOf(plan, plan.columns.map((k) => values[k]), lines.length),
      labels: new Map(labels.map((name, k): [string, Labels] => [
        name,
        { codes: Int32Array.from(this.#words.get(name)!), names: this.#dictionaries[k].names },
      ])),
      columns: new Map(columns.map((name) => [name, column(name)])),
      places: { frame: place, step: place, count: place, box: this.#scanner.path, particle },
    };
    this.#begin();
    return frame;
  }

  #begin(): void {
    const { labels = [], columns = [] } = this.#request;
    const id = this.#names.includes("id") ? ["id"] : [];
    this.#numbers = new Map(
      [...new Set([...this.#axes, ...columns, ...id])].map((name) => [name, []]),
    );
    this.#words = new Map(labels.map((name) => [name, []]));
    this.#lines = [];
    this.#step = undefined;
  }

  #number(name: string, cells: readonly string[]): number {
    const cell = cells[this.#names.indexOf(name)];
    const value = NUMBER.test(cell) ? Number(cell) : NaN;
    if (!Number.isFinite(value)) {
      this.#scanner.refuse(`${name} is ${JSON.stringify(cell.slice(0, 40))}, no finite number`);
    }
    return value;
  }
}
