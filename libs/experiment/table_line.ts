/** One line of a table, cut into its cells. */

/** Cells of a line, and what stands between them: `","`, `";"` or `" "` for blanks and tabs. */
interface SplitLine {
  readonly cells: readonly string[];
  readonly delimiter: string;
}

/**
 * Cuts a line at its delimiters outside of quotes; comments are left out.
 *
 * @param delimiter The file's, or undefined before its first line: then a semicolon goes before a
 * comma, a comma before blanks.
 * @returns undefined for a line with nothing on it.
 * @throws what `fail(column, why)` throws, at a quote that is not closed or an empty cell of blanks.
 */
export function splitLine(
  content: string,
  delimiter: string | undefined,
  fail: (column: number, why: string) => never,
): SplitLine | undefined {
  const quoted = content.includes('"') || content.includes("'");
  const plain = (quoted ? content : content.replace(/#.*/, "")).trim();
  if (plain === "" || plain.startsWith("#")) return undefined;
  const by = delimiter ?? delimiterOf(plain);
  const cells = quoted ? quotedCells(plain, by, fail) : plainCells(plain, by, fail);
  return { cells, delimiter: by };
}

function delimiterOf(plain: string): string {
  const bare = plain.replace(/"[^"]*"|'[^']*'|#.*/g, "");
  return bare.includes(";") ? ";" : bare.includes(",") ? "," : " ";
}

function plainCells(plain: string, by: string, fail: (column: number, why: string) => never) {
  if (by !== " ") return plain.split(by).map((cell) => cell.trim());
  const gap = /^(.*?)\t *\t/.exec(plain);
  if (gap) fail(gap[1].trim().split(/\s+/).length + 1, "the cell is empty");
  return plain.split(/\s+/);
}

function quotedCells(plain: string, by: string, fail: (column: number, why: string) => never) {
  const cells: string[] = [];
  let cell = "", quote = "";
  const isDelimiter = (c: string) => by === " " ? /\s/.test(c) : c === by;
  const close = () => {
    if (by !== " " || cell !== "") cells.push(cell.trim());
    cell = "";
  };
  for (const c of plain) {
    if (quote !== "") {
      if (c === quote) quote = "";
      else cell += c;
    } else if ((c === '"' || c === "'") && cell.trim() === "") quote = c;
    else if (c === "#") break;
    else if (isDelimiter(c)) close();
    else cell += c;
  }
  if (quote !== "") fail(cells.length + 1, "the quote that begins here does not end");
  close();
  return cells;
}
