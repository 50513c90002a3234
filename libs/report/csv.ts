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
 * @throws {RangeError} if the columns differ in length.
 */
export function toCsv(columns: Column[]): string {
  const rows = columns.length === 0 ? 0 : columns[0].values.length;
  for (const column of columns) {
    if (column.values.length !== rows) {
      throw new RangeError(
        `CSV column "${column.name}" has ${column.values.length} values, expected ${rows}.`,
      );
    }
  }
  const lines = [columns.map((column) => cell(column.name)).join(",")];
  for (let row = 0; row < rows; row++) {
    lines.push(columns.map((column) => cell(column.values[row])).join(","));
  }
  return lines.join("\n") + "\n";
}
