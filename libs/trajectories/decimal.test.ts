import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asciiText, parseDecimal } from "./decimal.ts";

const parsed = (text: string) => {
  const bytes = new TextEncoder().encode(` ${text} `);
  expect(asciiText(bytes, 1, bytes.length - 1)).toBe(text);
  return parseDecimal(bytes, 1, bytes.length - 1);
};

describe("numbers of a line", () => {
  it("are the nearest ones, as Number finds them", () => {
    const anything = fc.double({ noNaN: true, noDefaultInfinity: true });
    const form = fc.constantFrom(
      (v: number) => String(v),
      (v: number) => v.toPrecision(6),
      (v: number) => v.toExponential(16),
      (v: number) => `+${Math.abs(v).toFixed(5)}`,
      (v: number) => v.toExponential(3).toUpperCase(),
    );
    fc.assert(
      fc.property(anything, form, (value, spell) => {
        const nearest = Number(spell(value));
        // Rounding the largest ones to few digits leaves the numbers.
        expect(parsed(spell(value))).toBe(Number.isFinite(nearest) ? nearest : NaN);
      }),
      { numRuns: 2000 },
    );
  });
  it.each(["1.", ".5", "-.5e1", "007", "1e5", "1E+05", "0.000000000000000000000001", "1e-30"])(
    "%s is one",
    (text) => expect(parsed(text)).toBe(Number(text)),
  );
  it.each([
    ...["", "-", ".", "-.", "e5", "1e", "1e+", "1e5.5", "1 2", "1,5", "--1", "nan", "inf", "1e999"],
    ...["Infinity", "0x10", "1_000", "1.2.3", "1d5", "1e9999999", "1f"],
  ])("%s is none", (text) => expect(parsed(text)).toBeNaN());
});
