import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, parseNumberTable } from "./mod.ts";

/** Seed of all tables here. */
const SEED = 20261128;

/** How a table is written; what is read must not depend on it. */
interface Form {
  readonly delimiter: "," | ";" | " " | "\t" | ", ";
  readonly end: string;
  readonly header: boolean;
  readonly trailing: boolean;
  readonly quote: string;
  readonly exponent: string;
  /** What stands alone on a line before each row, if anything. */
  readonly between: readonly string[];
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be";
  readonly mark: boolean;
}

const form: fc.Arbitrary<Form> = fc.record({
  delimiter: fc.constantFrom(",", ";", " ", "\t", ", "),
  end: fc.constantFrom("\n", "\r\n", "\r"),
  header: fc.boolean(),
  trailing: fc.boolean(),
  quote: fc.constantFrom("", "", '"', "'"),
  exponent: fc.constantFrom("e", "E", "D", "d"),
  between: fc.array(fc.constantFrom("", "", "   ", "\t", "# one, 2; 3", " # it's 4"), {
    minLength: 8,
    maxLength: 8,
  }),
  encoding: fc.constantFrom("utf-8", "utf-8", "utf-16le", "utf-16be"),
  mark: fc.boolean(),
});
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1, max: 1 }),
  fc.integer({ min: -3, max: 3 }),
);
const table = fc.integer({ min: 1, max: 5 }).chain((columns) =>
  fc.array(fc.array(number, { minLength: columns, maxLength: columns }), {
    minLength: 1,
    maxLength: 6,
  })
);

/** Lines of text that are known to hold the cells, and on which line each row stands, from 1. */
function write(cells: readonly (readonly string[])[], f: Form) {
  const tail = f.trailing && f.delimiter.trim() !== "" ? f.delimiter.trim() : "";
  const lines: string[] = [], at: number[] = [];
  if (f.header) lines.push(cells[0].map((_, c) => `z${c}`).join(f.delimiter) + tail);
  cells.forEach((row, r) => {
    if (f.between[r] !== "") lines.push(f.between[r]);
    lines.push(row.map((cell) => f.quote + cell + f.quote).join(f.delimiter) + tail);
    at.push(lines.length);
  });
  return { lines, at };
}

const cellsOf = (rows: readonly number[][], f: Form) =>
  rows.map((row) => row.map((v) => String(v).replace("e", f.exponent)));

/** The bytes that some program would have written, and what is read from them. */
function read(lines: readonly string[], f: Form) {
  const text = (f.mark ? "\uFEFF" : "") + lines.map((line) => line + f.end).join("");
  const bytes = f.encoding === "utf-8" ? new TextEncoder().encode(text) : utf16(text, f.encoding);
  return parseNumberTable(decodeText(bytes, "t"), "t");
}

function utf16(text: string, encoding: string): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) {
    view.setUint16(2 * i, text.charCodeAt(i), encoding === "utf-16le");
  }
  return new Uint8Array(view.buffer);
}

const WORDS = [
  ...["nan", "-inf", "Infinity", "-1.#IND", "1.#INF", "#N/A", "NA", "null", "0x1F", "abc", "1.2.3"],
  ...[
    "1e400",
    "-1D999",
    "1e-400",
    "1e",
    "--1",
    "1_000",
    "0.5m",
    "0.5-3",
    "0.1#2",
    "True",
    "(1+0j)",
  ],
];

/**
 * One fault in the row `r`, cell `c` of a table, with the place at which it must be named; undefined
 * where the fault makes no sense there. The place follows from what was generated, not from the text.
 */
type Fault = (
  cells: string[][],
  r: number,
  c: number,
  f: Form,
  pick: number,
) => { readonly lines: string[]; readonly line: number; readonly column: number } | undefined;

/** A fault that changes cells only. */
const inCells = (
  change: (cells: string[][], r: number, c: number, f: Form, pick: number) => number | undefined,
): Fault =>
(cells, r, c, f, pick) => {
  const column = change(cells, r, c, f, pick);
  if (column === undefined) return undefined;
  const { lines, at } = write(cells, f);
  return { lines, line: at[r], column };
};

const isBlank = (f: Form) => f.delimiter.trim() === "";
/** A lone word on the first line is a header. */
const couldBeHeader = (r: number, columns: number, f: Form) =>
  r === 0 && columns === 1 && !f.header;

const FAULTS: Readonly<Record<string, Fault>> = {
  "a word": inCells((cells, r, c, f, pick) => {
    const word = WORDS[pick % WORDS.length];
    if (/^(abc)$/.test(word) && couldBeHeader(r, cells[0].length, f)) return undefined;
    cells[r][c] = word;
    return c + 1;
  }),
  "an empty cell": inCells((cells, r, c, f) => {
    // Blanks keep no place for it, and a last one may be a delimiter at the end of the line.
    if (isBlank(f) && f.quote === "") return undefined;
    if (c === cells[0].length - 1) return undefined;
    cells[r][c] = "";
    return c + 1;
  }),
  "a cell less": inCells((cells, r, _c, f) => {
    if (r === 0 || cells[0].length === 1 || f.trailing) return undefined;
    cells[r].pop();
    return cells[r].length + 1;
  }),
  "a cell more": inCells((cells, r) => {
    // Where lines of one cell have shown no delimiter, it would be a decimal comma.
    if (r === 0 || cells[0].length === 1) return undefined;
    cells[r].push("0.25");
    return cells[r].length;
  }),
  "decimal commas": inCells((cells, r, c, f) => {
    if (f.delimiter === "," || f.delimiter === ", ") return undefined;
    cells[r][c] = "0,25";
    // A first line of one such cell is two cells of a file with commas.
    return r === 0 && cells[0].length === 1 && !f.header && f.quote === "" && isBlank(f)
      ? undefined
      : c + 1;
  }),
  "names after data": inCells((cells, r) => {
    if (r === 0) return undefined;
    cells[r] = cells[r].map((_, c) => `z${c}`);
    return 1;
  }),
  "a second header": (cells, _r, _c, f) => {
    if (!f.header) return undefined;
    const { lines } = write(cells, f);
    return { lines: [lines[0], ...lines], line: 2, column: 1 };
  },
  "a first row of missing values": (cells, _r, _c, f, pick) => {
    const word = ["NA", "nan", "null", "None", "N/A", "NaN(0x1)", "inf", "#N/A"][pick % 8];
    const { lines, at } = write([cells[0].map(() => word), ...cells], f);
    return { lines, line: at[0], column: 1 };
  },
  "a header and an index column": (cells, _r, _c, f) => {
    if (!f.header || f.trailing || cells[0].length === 1) return undefined;
    const { lines, at } = write(cells.map((row, r) => [String(r), ...row]), f);
    lines[0] = cells[0].map((_, c) => `z${c}`).join(f.delimiter);
    return { lines, line: at[0], column: cells[0].length + 1 };
  },
  "another delimiter": (cells, r, _c, f, pick) => {
    if (r === 0 || cells[0].length === 1 || f.quote !== "" || f.trailing) return undefined;
    const others = [",", ";", " ", "\t"].filter((d) =>
      d !== f.delimiter.trim() && !(isBlank(f) && d.trim() === "")
    );
    const { lines, at } = write(cells, f);
    lines[at[r] - 1] = cells[r].join(others[pick % others.length]);
    return { lines, line: at[r], column: 1 };
  },
  "a quote that does not end": (cells, r, c, f) => {
    if (f.quote === "") return undefined;
    const { lines, at } = write(cells, { ...f, trailing: false });
    const row = cells[r].map((cell) => f.quote + cell + f.quote);
    row[c] = f.quote + cells[r][c];
    // The quote takes up to the next one as its text, and the last one is left alone.
    lines[at[r] - 1] = [...row.slice(0, c), row[c]].join(f.delimiter);
    return { lines, line: at[r], column: c + 1 };
  },
  "the end in the middle of a row": (cells, r, c, f) => {
    if (r === 0 || c === 0 || f.trailing) return undefined;
    const { lines, at } = write(cells, f);
    lines[at[r] - 1] = cells[r].slice(0, c).map((cell) => f.quote + cell + f.quote)
      .join(f.delimiter) + f.delimiter;
    return { lines: lines.slice(0, at[r]), line: at[r], column: c + 1 };
  },
};

describe(`1,000 tables, seed ${SEED}`, () => {
  const runs = { seed: SEED, numRuns: 1000 };
  it("in every form that is allowed are read to the numbers that were written", () => {
    fc.assert(
      fc.property(table, form, (rows, f) => {
        const { lines, at } = write(cellsOf(rows, f), f);
        const found = read(lines, f);
        expect(found.columns).toBe(rows[0].length);
        expect(Array.from(found.values, (v) => v + 0)).toEqual(rows.flat().map((v) => v + 0));
        expect(found.header).toEqual(f.header ? rows[0].map((_, c) => `z${c}`) : undefined);
        expect(found.lines).toEqual(at);
      }),
      runs,
    );
  });
  it("with one fault are refused at its line and column", () => {
    const seen: Record<string, number> = {};
    const fault = fc.constantFrom(...Object.keys(FAULTS));
    fc.assert(
      fc.property(table, form, fault, fc.nat(), fc.nat(), (rows, f, name, at, pick) => {
        const columns = rows[0].length;
        const r = Math.floor(at / columns) % rows.length, c = at % columns;
        const made = FAULTS[name](cellsOf(rows, f), r, c, f, pick);
        fc.pre(made !== undefined);
        seen[name] = (seen[name] ?? 0) + 1;
        const { lines, line, column } = made!;
        expect(() => read(lines, f), `${name}: ${JSON.stringify(lines)}`).toThrow(
          expect.objectContaining({
            name: "ConfigError",
            message: expect.stringMatching(new RegExp(`^t, line ${line}, column ${column}: `)),
          }),
        );
      }),
      runs,
    );
    for (const name in FAULTS) expect(seen[name], name).toBeGreaterThan(10);
  });
  it("with one digit changed differ in that number only", () => {
    fc.assert(
      fc.property(table, form, fc.nat(), fc.integer({ min: 1, max: 9 }), (rows, f, at, digit) => {
        const cells = cellsOf(rows, f), columns = rows[0].length;
        const r = Math.floor(at / columns) % rows.length, c = at % columns;
        // The last digit before an exponent, so that it stays a number of the same form.
        cells[r][c] = cells[r][c].replace(/\d(?=[eEdD]|$)/, String(digit));
        const expected = rows.map((row) => [...row]);
        expected[r][c] = Number(cells[r][c].replace(/d/i, "e"));
        fc.pre(Number.isFinite(expected[r][c]));
        const { values } = read(write(cells, f).lines, f);
        expect(Array.from(values, (v) => v + 0)).toEqual(expected.flat().map((v) => v + 0));
      }),
      runs,
    );
  });
});
