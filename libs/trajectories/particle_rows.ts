import { parseDecimal } from "./decimal.ts";
import type { LineScanner } from "./line_scanner.ts";
import type { Words } from "./words.ts";

/** What is read of each line of a table of particles. */
export interface RowPlan {
  /** Names of the table's columns, in order. */
  readonly columns: readonly string[];
  /** Columns of finite numbers, by index. */
  readonly numbers: readonly number[];
  /** Columns of words, by index. */
  readonly words: readonly number[];
}

export interface Rows {
  /** `[numbers][count]`. */
  readonly numbers: readonly Float64Array[];
  /** `[words][count]`, by the {@link Words} given. */
  readonly words: readonly Int32Array[];
}

const SPACE = 32, TAB = 9;
/** Rows that are there before memory is taken for more. */
const FIRST_ROWS = 1 << 12;

/**
 * Reads the next `count` lines as rows of a table.
 *
 * @param dictionaries One for each column of words.
 * @throws {TrajectoryError} at the line that has another number of values, or a value that is no finite
 * number; where the file ends before the last row.
 */
export async function readRows(
  scanner: LineScanner,
  count: number,
  plan: RowPlan,
  dictionaries: readonly Words[],
): Promise<Rows> {
  const width = plan.columns.length;
  const numberSlot = slots(width, plan.numbers), wordSlot = slots(width, plan.words);
  let capacity = Math.min(count, FIRST_ROWS);
  let numbers = plan.numbers.map(() => new Float64Array(capacity));
  let words = plan.words.map(() => new Int32Array(capacity));
  for (let row = 0; row < count; row++) {
    if (!scanner.nextBuffered() && !await scanner.next()) {
      scanner.refuseAsCutOff(`behind this line, after ${row} of ${count} particles`);
    }
    if (row === capacity) {
      capacity = Math.min(count, 2 * capacity);
      numbers = numbers.map((values) => grown(values, new Float64Array(capacity)));
      words = words.map((values) => grown(values, new Int32Array(capacity)));
    }
    const { bytes, end } = scanner;
    let at = scanner.start, column = 0;
    for (;;) {
      while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
      if (at === end) break;
      const start = at;
      while (at < end && bytes[at] !== SPACE && bytes[at] !== TAB) at++;
      if (column === width) {
        column++;
        break;
      }
      const number = numberSlot[column];
      if (number >= 0) {
        const value = parseDecimal(bytes, start, at);
        if (Number.isNaN(value)) refuseValue(scanner, plan.columns, column, row, count);
        numbers[number][row] = value;
      }
      const word = wordSlot[column];
      if (word >= 0) words[word][row] = dictionaries[word].codeOf(bytes, start, at);
      column++;
    }
    if (column !== width) refuseWidth(scanner, width, row, count);
  }
  return { numbers, words };
}

/** Where each column goes, -1 for nowhere. */
function slots(width: number, chosen: readonly number[]): Int32Array {
  const slot = new Int32Array(width).fill(-1);
  chosen.forEach((column, i) => slot[column] = i);
  return slot;
}

function grown<T extends Float64Array | Int32Array>(values: T, larger: T): T {
  larger.set(values);
  return larger;
}

const tokens = (scanner: LineScanner) => scanner.text().trim().split(/[ \t]+/);

function refuseIfHeading(scanner: LineScanner, row: number, count: number): void {
  if (!scanner.text().startsWith("ITEM:")) return;
  scanner.refuse(`the next section begins after ${row} of ${count} particles`);
}

function refuseValue(
  scanner: LineScanner,
  columns: readonly string[],
  column: number,
  row: number,
  count: number,
): never {
  refuseIfHeading(scanner, row, count);
  const value = JSON.stringify(tokens(scanner)[column].slice(0, 40));
  scanner.refuse(`${columns[column]} is ${value}, no finite number`);
}

function refuseWidth(scanner: LineScanner, width: number, row: number, count: number): never {
  refuseIfHeading(scanner, row, count);
  const found = scanner.text().trim() === "" ? 0 : tokens(scanner).length;
  scanner.refuse(`it has ${found} values where the table has ${width} columns`);
}
