import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contourSegments } from "./figures/_contour.ts";
import {
  boundText,
  claimHolds,
  formatCount,
  formatNumber,
  formatPercent,
  formatSeconds,
  toCsv,
} from "./mod.ts";
import { formatTick } from "./format.ts";
import { RAMP_STEPS, themeColors } from "./theme.ts";

describe("numbers", () => {
  it.each([
    [0, "0"],
    [0.00418, "0.00418"],
    [-3.8437, "−3.84"],
    [123456, "1.23\u00a0×\u00a010⁵"],
    [-4.44e-16, "−4.44\u00a0×\u00a010⁻¹⁶"],
    [NaN, "–"],
  ])("formatNumber(%s) is %s", (value, text) => expect(formatNumber(value)).toBe(text));

  it.each([[0, "0"], [1e-5, "10⁻⁵"], [-2e-16, "−2×10⁻¹⁶"], [0.25, "0.25"], [-1e6, "−10⁶"]])(
    "formatTick(%s) is %s",
    (value, text) => expect(formatTick(value)).toBe(text),
  );

  it.each([[0.0123, "12.3 ms"], [12.34, "12.3 s"], [59.999, "60.0 s"], [125.2, "2 min 05 s"], [
    3780,
    "1 h 03 min",
  ]])(
    "formatSeconds(%s) is %s",
    (value, text) => expect(formatSeconds(value)).toBe(text),
  );

  it("formats counts and shares", () => {
    expect(formatCount(1234567)).toBe("1\u2009234\u2009567");
    expect(formatPercent(0.0042, 2)).toBe("0.42\u00a0%");
  });

  it("keeps any finite number within a per cent of what it says", () => {
    const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-200, max: 1e300 }),
        (value) => {
          const plain = formatNumber(value).replace(
            /\u00a0×\u00a010(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/,
            (_, sign, exponent: string) =>
              `e${sign ? "-" : ""}${[...exponent].map((d) => digits.indexOf(d)).join("")}`,
          );
          expect(Math.abs(Number(plain) / value - 1)).toBeLessThan(0.01);
        },
      ),
    );
  });
});

describe("claims", () => {
  it("hold on their bounds, fail beyond and on NaN, and have no verdict without bounds", () => {
    expect(claimHolds({ name: "a", value: 1, max: 1 })).toBe(true);
    expect(claimHolds({ name: "a", value: 1.01, max: 1 })).toBe(false);
    expect(claimHolds({ name: "a", value: NaN, min: 0 })).toBe(false);
    expect(claimHolds({ name: "a", value: 1 })).toBe(null);
    expect(boundText({ name: "a", value: 1, min: 0.93, max: 0.97 })).toBe("0.93 to 0.97");
  });
});

describe("CSV", () => {
  it("quotes, disarms formulas and leaves gaps for missing values", () => {
    const text = toCsv([
      { name: "a,b", values: [1e-17, NaN, 3] },
      { name: "c", values: ["=1+1", 'say "x"', undefined] },
    ]);
    expect(text).toBe('"a,b",c\n1e-17,\'=1+1\n,"say ""x"""\n3,\n');
  });

  it("refuses columns of different length", () => {
    expect(() => toCsv([{ name: "a", values: [1] }, { name: "b", values: [] }])).toThrow(
      RangeError,
    );
  });

  it("keeps doubles exactly", () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      // CSV has no use for the sign of zero.
      expect(Number(toCsv([{ name: "v", values: [value] }]).split("\n")[1]) + 0).toBe(value + 0);
    }));
  });
});

describe("contours", () => {
  it("lie on the level of any plane", () => {
    const coefficient = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(fc.property(coefficient, coefficient, coefficient, (a, b, level) => {
      fc.pre(Math.abs(a) + Math.abs(b) > 1e-3);
      const plane = (x: number, y: number) => a * x + b * y;
      const values = [0, 1, 2, 3].map((y) => [0, 1, 2, 3, 4].map((x) => plane(x, y)));
      for (const { x1, y1, x2, y2 } of contourSegments(values, level)) {
        expect(Math.abs(plane(x1, y1) - level)).toBeLessThan(1e-9);
        expect(Math.abs(plane(x2, y2) - level)).toBeLessThan(1e-9);
      }
    }));
  });

  it("close around a peak and split a saddle in two", () => {
    expect(contourSegments([[0, 0, 0], [0, 1, 0], [0, 0, 0]], 0.5)).toHaveLength(4);
    expect(contourSegments([[1, 0], [0, 1]], 0.4)).toHaveLength(2);
  });
});

describe("colours", () => {
  /** WCAG relative luminance. */
  const luminance = (hex: string) => {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
      .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };

  it.each(["light", "dark"] as const)(
    "stand out from the %s page: text 4.5, ink of figures 2.5",
    (theme) => {
      const colors = themeColors(theme);
      for (const role of ["ink", "soft", "good", "bad", "learned"]) {
        expect(contrast(colors[role], colors.paper), role).toBeGreaterThan(4.5);
      }
      for (const role of ["points", "second", "third", "fourth"]) {
        expect(contrast(colors[role], colors.paper), role).toBeGreaterThan(3);
      }
      for (let i = 0; i < RAMP_STEPS; i++) {
        expect(contrast(colors[`time-${i}`], colors.paper), `time-${i}`).toBeGreaterThan(2.5);
        expect(contrast(colors[`heat-${i}`], colors.ink), `heat-${i}`).toBeGreaterThan(3.5);
      }
    },
  );
});
