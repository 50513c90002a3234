import fc from "fast-check";
import { expect, it } from "vitest";
import { readCsv, toCsv } from "./mod.ts";

const value = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.constant(undefined));

it("tables of numbers come back as they were written, with their level", () => {
  fc.assert(fc.property(
    fc.option(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), { nil: undefined }),
    fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 5 }),
    (level, rows) => {
      const columns = ["rho", "lower"].map((name, c) => ({ name, values: rows.map((r) => r[c]) }));
      const read = readCsv(toCsv(columns, level));
      expect(read.level).toBe(level);
      const expected = columns.map(({ values }) => values.map((v) => v ?? NaN));
      // Text has one zero.
      const plain = (v: number) => v === 0 ? 0 : v;
      expect([read.columns.rho.map(plain), read.columns.lower.map(plain)])
        .toEqual(expected.map((values) => values.map(plain)));
    },
  ));
});

it("says in the figure's own table which level its band has", () => {
  const text = toCsv([{ name: "a", values: [1] }], 0.9);
  expect(text).toBe("# level: 0.9\na\n1\n");
});
