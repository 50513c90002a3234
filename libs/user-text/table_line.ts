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
  const plain = (quoted ? content : content.replace(COMMENT, "$1")).trim();
  if (plain === "" || beginsComment(plain)) return undefined;
  const by = delimiter ?? delimiterOf(plain);
  const cells = quoted ? quotedCells(plain, by, fail) : plainCells(plain, by, fail);
  return { cells, delimiter: by };
}

/**
 * A comment with what stands before it: the line's start, a blank or a delimiter. Within a word `#` is a
 * part of it (`1.#IND`), and spreadsheets mark errors by it.
 */
const COMMENT = /(^|[\s,;])#(?!N\/A|NUM!|VALUE!|DIV\/0!|REF!|NAME\?|NULL!).*/;

const beginsComment = (text: string) => text.search(COMMENT) === 0;

function delimiterOf(plain: string): string {
  const bare = plain.replace(/"[^"]*"|'[^']*'/g, "").replace(COMMENT, "");
  if (bare.includes(";")) return ";";
  // `0,5 0,25`: commas in numbers that blanks keep apart are decimal ones, and are named as such.
  return bare.includes(",") && !/\d\s+[-+.\d]/.test(bare) ? "," : " ";
}

function plainCells(plain: string, by: string, fail: (column: number, why: string) => never) {
  if (by !== " ") return plain.split(by).map((cell) => cell.trim());
  const gap = /^(.*?)\t *\t/.exec(plain);
  if (gap) fail(gap[1].trim().split(/\s+/).length + 1, "the cell is empty");
  return plain.split(/\s+/);
}

function quotedCells(plain: string, by: string, fail: (column: number, why: string) => never) {
  const cells: string[] = [];
  let cell = "", quote = "", wasQuoted = false;
  const isDelimiter = (c: string) => by === " " ? /\s/.test(c) : c === by;
  const close = () => {
    // Several blanks are one delimiter, but '' is an empty cell.
    if (by !== " " || cell !== "" || wasQuoted) cells.push(cell.trim());
    cell = "";
    wasQuoted = false;
  };
  for (let i = 0; i < plain.length; i++) {
    const c = plain[i];
    if (quote !== "") {
      if (c === quote) quote = "";
      else cell += c;
    } else if ((c === '"' || c === "'") && cell.trim() === "") {
      quote = c;
      wasQuoted = true;
    } else if (/(?:^|\s)$/.test(cell) && beginsComment(plain.slice(i))) break;
    else if (isDelimiter(c)) close();
    else cell += c;
  }
  if (quote !== "") fail(cells.length + 1, "the quote that begins here does not end");
  close();
  return cells;
}
