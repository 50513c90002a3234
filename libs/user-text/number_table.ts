/** Tables of numbers as text (CSV): each cell is read right or named with its line and column. */
import { ConfigError } from "./config_error.ts";
import { splitLine } from "./table_line.ts";

/** A table of finite numbers. */
export interface NumberTable {
  /** Names of the columns, where the first line holds names. */
  readonly header?: readonly string[];
  readonly columns: number;
  /** `[rows * columns]`, row by row. */
  readonly values: Float64Array;
  /** Line of the file that each row stands on, from 1. */
  readonly lines: readonly number[];
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?$/;
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity|1\.#.*)$/i;
/** Words for a value that is missing, and Python's for occupations. */
const NO_NUMBER = /^(?:na|n\/a|null|none|nil|missing|nan\(.*\)|true|false)$/i;
const NAME = /^[\p{L}_]/u;

/**
 * Reads rows of numbers with commas, semicolons or blanks (tabs) between. `#` begins a comment; cells
 * may stand in quotes; Fortran's exponents (`1D-3`) are read; every line may end with a delimiter. One
 * line of names may come first, if none of its cells is a number.
 *
 * @param source Names the file in messages.
 * @throws {ConfigError} with line and column of a cell that is no finite number, of a line with
 * another number of cells than the first, and of an empty cell.
 */
export function parseNumberTable(text: string, source: string): NumberTable {
  let header: readonly string[] | undefined;
  let columns = 0, delimiter: string | undefined, trailing = false;
  const values: number[] = [], lines: number[] = [];
  text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/).forEach((content, i) => {
    const line = i + 1;
    const fail = (column: number, why: string): never => {
      throw new ConfigError(`${source}, line ${line}, column ${column}: ${why}.`);
    };
    const split = splitLine(content, delimiter, fail);
    if (split === undefined) return;
    delimiter = split.delimiter;
    let cells = split.cells;
    if (lines.length === 0 && header === undefined && isHeader(cells)) {
      header = cells.at(-1) === "" ? cells.slice(0, -1) : cells;
      const unnamed = header.indexOf("");
      if (unnamed >= 0) fail(unnamed + 1, "this column has no name; leave out an index column");
      return;
    }
    if (lines.length === 0) trailing = cells.length > 1 && cells.at(-1) === "";
    if (trailing && cells.at(-1) === "") cells = cells.slice(0, -1);
    else if (trailing && cells.length === columns + 1) {
      fail(cells.length, "the lines before this one end with a delimiter");
    }
    const row = cells.map((cell, c) => numberOf(cell, (why) => fail(c + 1, why)));
    if (lines.length === 0) columns = row.length;
    if (row.length !== columns) {
      fail(
        Math.min(row.length, columns) + 1,
        `the line has ${count(row.length, "value")}, but the lines before it have ${columns}`,
      );
    }
    for (const value of row) values.push(value);
    lines.push(line);
  });
  if (lines.length === 0) throw new ConfigError(`${source} holds no numbers (line 1, column 1).`);
  const names = header as readonly string[] | undefined;
  if (names !== undefined && names.length !== columns) {
    const index = columns === names.length + 1 ? "; leave out an index column" : "";
    throw new ConfigError(
      `${source}, line ${lines[0]}, column ${Math.min(columns, names.length) + 1}: the line has ` +
        `${count(columns, "value")}, but the header has ${count(names.length, "name")}${index}.`,
    );
  }
  return { ...(names && { header: names }), columns, values: Float64Array.from(values), lines };
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;

/**
 * Names in all cells, but for empty ones, and no number in any. A line that holds nothing but words for
 * missing values is a realization without numbers, not a header.
 */
function isHeader(cells: readonly string[]): boolean {
  const words = cells.filter((cell) => cell !== "");
  return words.every((word) => NAME.test(word) && !NOT_FINITE.test(word)) &&
    words.some((word) => !NO_NUMBER.test(word));
}

function numberOf(cell: string, fail: (why: string) => never): number {
  if (NUMBER.test(cell)) {
    if (/^[+-]?0\d/.test(cell)) {
      fail(
        `${JSON.stringify(cell)} begins with 0: is the comma before it a decimal one? Write points`,
      );
    }
    const value = Number(cell.replace(/d/i, "e"));
    if (!Number.isFinite(value)) fail(`${JSON.stringify(cell)} is beyond the largest number`);
    if (value === 0 && /[1-9]/.test(cell.split(/[ed]/i)[0])) {
      fail(`${JSON.stringify(cell)} is below the smallest number`);
    }
    return value;
  }
  if (cell === "") fail("the cell is empty");
  const shown = JSON.stringify(cell.slice(0, 40));
  if (NOT_FINITE.test(cell)) fail(`${shown} is not a number that can be used`);
  if (/^[+-]?0x/i.test(cell)) fail(`${shown} is not a number; hexadecimal is not read`);
  if (/^[+-]?\d*,\d/.test(cell)) fail(`${shown} is not a number; write decimal points, not commas`);
  return fail(`${shown} is not a number`);
}
