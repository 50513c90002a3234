import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson, parseNumberTable } from "./mod.ts";

/** Seed of all mutations here. */
const SEED = 20261128;
const runs = { seed: SEED, numRuns: 1000 };
const message = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    expect((error as Error).name).toBe("ConfigError");
    return (error as Error).message;
  }
};
const PLACE = /line \d+, column \d+/;

describe(`1,000 tables, seed ${SEED}`, () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1, max: 1 });
  const table = fc.integer({ min: 1, max: 5 }).chain((columns) =>
    fc.array(fc.array(number, { minLength: columns, maxLength: columns }), {
      minLength: 1,
      maxLength: 6,
    })
  );
  const form = fc.record({
    delimiter: fc.constantFrom(",", ";", " ", "\t", ", "),
    end: fc.constantFrom("\n", "\r\n", "\r"),
    mark: fc.constantFrom("", "\uFEFF"),
    header: fc.boolean(),
    comment: fc.constantFrom("", "# one", "  # two, 3; 4"),
    exponent: fc.constantFrom("e", "E", "D", "d"),
    quoted: fc.constantFrom("", '"'),
    trailing: fc.boolean(),
  });
  const BAD = [
    ...["nan", "-inf", "Infinity", "0x1F", "abc", "1.2.3", "1e400", "1e", "--1", "1_000", "NULL"],
  ];
  type Form = typeof form extends fc.Arbitrary<infer F> ? F : never;
  const write = (cells: string[][], f: Form) => {
    const trailing = f.trailing && /[,;]/.test(f.delimiter) ? f.delimiter.trim() : "";
    const lines = cells.map((row) =>
      row.map((cell) => f.quoted + cell + f.quoted).join(f.delimiter) + trailing
    );
    if (f.header) lines.unshift(cells[0].map((_, c) => `z${c}`).join(f.delimiter) + trailing);
    return f.mark + [f.comment, ...lines].join(f.end) + f.end;
  };
  const textOf = (rows: number[][], f: Form) =>
    rows.map((row) => row.map((v) => String(v).replace("e", f.exponent)));

  it("in every form that is allowed are read to the same numbers", () => {
    fc.assert(
      fc.property(table, form, (rows, f) => {
        const read = parseNumberTable(write(textOf(rows, f), f), "t");
        expect(read.columns).toBe(rows[0].length);
        expect(Array.from(read.values, (v) => v + 0)).toEqual(rows.flat().map((v) => v + 0));
        expect(read.header).toEqual(f.header ? rows[0].map((_, c) => `z${c}`) : undefined);
      }),
      runs,
    );
  });
  it("with one bad cell are refused at its line and column", () => {
    fc.assert(
      fc.property(table, form, fc.nat(), fc.constantFrom(...BAD), (rows, f, at, bad) => {
        const cells = textOf(rows, f), columns = rows[0].length;
        const r = Math.floor(at / columns) % rows.length, c = at % columns;
        cells[r][c] = bad;
        // A word alone on the first line is a name, and the file then holds one line less.
        fc.pre(
          !(r === 0 && columns === 1 && !f.header && /^[a-z]/i.test(bad) &&
            !/^(nan|inf)/i.test(bad)),
        );
        const line = r + 2 + (f.header ? 1 : 0);
        expect(message(() => parseNumberTable(write(cells, f), "t")))
          .toMatch(new RegExp(`^t, line ${line}, column ${c + 1}: `));
      }),
      runs,
    );
  });
  it("with any one character changed are read as written or refused with line and column", () => {
    const character = fc.constantFrom(..."0123456789.,;- \n\r\te#\"'xD");
    fc.assert(
      fc.property(table, form, fc.nat(), character, (rows, f, at, c) => {
        const text = write(textOf(rows, f), f);
        const i = at % text.length;
        const changed = text.slice(0, i) + c + text.slice(i + 1);
        const refused = message(() => {
          const { values, columns, lines } = parseNumberTable(changed, "t");
          expect(values.length).toBe(columns * lines.length);
          expect(values.every(Number.isFinite)).toBe(true);
          // No row vanishes: each line of data is a row, but for one that may be the header.
          const written = changed.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/)
            .filter((line) => line.trim() !== "" && !line.trim().startsWith("#")).length;
          expect(written - lines.length).toBeLessThanOrEqual(1);
        });
        if (refused !== undefined) expect(refused).toMatch(PLACE);
      }),
      runs,
    );
  });
});

describe(`1,000 JSON texts, seed ${SEED}`, () => {
  it("of any value are read as JSON.parse reads them", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseJson("\uFEFF" + text, "t")).toEqual(JSON.parse(text));
      }),
      runs,
    );
  });
  it("with one character changed are read as JSON.parse reads them or refused at a place", () => {
    const character = fc.constantFrom(..."{}[]:,\"\\'0123456789.eE+-/#tfnu \n\u0001");
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(), character, (value, at, c) => {
        const text = JSON.stringify({ value, "b": [1.5e-3, "a\n"] }, null, 1);
        const i = at % text.length;
        const changed = text.slice(0, i) + c + text.slice(i + 1);
        let read: unknown;
        const refused = message(() => read = parseJson(changed, "t"));
        if (refused === undefined) expect(read).toEqual(JSON.parse(changed));
        else expect(refused).toMatch(PLACE);
      }),
      runs,
    );
  });
  it.each([
    ['{"a": 1,\n "a": 2}', /line 2, column 2: the field "a" stands twice, first on line 1/],
    ['{"a": 1e400}', /line 1, column 7: 1e400 is beyond/],
    ['{"a": 1e-400}', /line 1, column 7: 1e-400 is below/],
    ['{"a": 1 // one\n}', /line 1, column 9: JSON has no comments/],
    ["[1,\n]", /line 2, column 1: "," stands before "]"/],
    ['["\\ud800"]', /line 1, column 2: .*surrogate/],
    ["[".repeat(200), /line 1, column 102: it nests deeper/],
    ["[NaN]", /line 1, column 2: JSON has no NaN/],
    ["", /line 1, column 1: it ends/],
    ['{\0"\0', /UTF-16/],
  ])("%s", (text, expected) => {
    expect(() => parseJson(text, "t")).toThrow(expected);
  });
});
