/** A column of a CSV table: a header and its values. */
export interface Column {
  name: string;
  values: ArrayLike<number | string | undefined>;
}

function cell(value: number | string | undefined): string {
  if (value === undefined || (typeof value === "number" && Number.isNaN(value))) return "";
  const text = String(value);
  if (typeof value === "number") return text;
  // A leading =, +, - or @ would run as a formula in a spreadsheet; the quote makes it text.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * Columns to CSV (RFC 4180, LF line ends, full double precision). Missing values are empty cells.
 *
 * @param level Probability inside of the bands, told in a line `# level: 0.95` before the names.
 * @throws {RangeError} if the columns differ in length.
 */
export function toCsv(columns: Column[], level?: number): string {
  const rows = columns.length === 0 ? 0 : columns[0].values.length;
  for (const column of columns) {
    if (column.values.length !== rows) {
      throw new RangeError(
        `CSV column "${column.name}" has ${column.values.length} values, expected ${rows}.`,
      );
    }
  }
  const lines = level === undefined ? [] : [`# level: ${level}`];
  lines.push(columns.map((column) => cell(column.name)).join(","));
  for (let row = 0; row < rows; row++) {
    lines.push(columns.map((column) => cell(column.values[row])).join(","));
  }
  return lines.join("\n") + "\n";
}

/** A table of numbers as `toCsv` writes it. */
export interface CsvTable {
  /** Probability inside of its bands, where it has any. */
  readonly level: number | undefined;
  /** Values by column; empty cells are NaN. */
  readonly columns: Readonly<Record<string, number[]>>;
}

/** Reads back a table of numbers that `toCsv` wrote, its names without quotes. */
export function readCsv(text: string): CsvTable {
  const lines = text.trim().split("\n");
  const comments = lines.filter((line) => line.startsWith("#"));
  const [header, ...rows] = lines.filter((line) => !line.startsWith("#"))
    .map((line) => line.split(","));
  const level = comments.map((line) => /^# level: (\S+)$/.exec(line)?.[1]).find(Boolean);
  const number = (cell: string) => cell === "" ? NaN : Number(cell);
  return {
    level: level === undefined ? undefined : Number(level),
    columns: Object.fromEntries(header.map((name, c) => [name, rows.map((row) => number(row[c]))])),
  };
}
