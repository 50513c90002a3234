import { expect, test } from "vitest";
import fc from "fast-check";
import { type Goal, goalText, parseGoals } from "./goal_text.ts";

const percent = fc.double({ min: 0.001, max: 50, noNaN: true });
const band = fc.constantFrom("pointwise" as const, "whole curve" as const);
const goal: fc.Arbitrary<Goal> = fc.oneof(
  fc.record({
    quantity: fc.constant("density" as const),
    percent,
    band,
    profile: fc.constantFrom("wide", "low-wide", "of", "m"),
    times: fc.constantFrom([0.01], [0.001, 0.02, 1e-7 + 1]),
  }, { requiredKeys: ["quantity", "percent", "band"] }),
  fc.record({
    quantity: fc.constantFrom("m" as const, "f'" as const, "D" as const),
    percent,
    band,
    range: fc.constantFrom<[number, number]>([0.2, 0.8], [0.05, 3]),
  }, { requiredKeys: ["quantity", "percent", "band"] }),
);

test("what is read of a goal's own text is that goal, joined by and as well", () => {
  fc.assert(fc.property(fc.array(goal, { minLength: 1, maxLength: 3 }), (goals) => {
    expect(parseGoals(goals.map(goalText).join(" and "))).toEqual(goals);
  }));
});

test("blanks about signs and the typographer's apostrophe mean nothing", () => {
  expect(parseGoals("density 0.2% of wide at 0.01,0.02 and f\u2019 1%")).toEqual([
    { quantity: "density", percent: 0.2, band: "pointwise", profile: "wide", times: [0.01, 0.02] },
    { quantity: "f'", percent: 1, band: "pointwise" },
  ]);
});

test.each([
  ["", "it is empty"],
  ["densty 1 %", 'did you mean "density"?'],
  ["density 0.2", 'such as "density 0.5 %"'],
  ["D -1 %", "above 0"],
  ["m 100 %", "below 100 %"],
  ["D 1 % of wide", '"of" and "at" are for density'],
  ["density 1 % on 0.2..0.8", '"on" is for m'],
  ["D 1 % on 0.8..0.2", "LOW..HIGH"],
  ["density 1 % at 0.02, 0.01", "must rise"],
  ["density 1 % at soon", 'not "soon"'],
  ["density 1 % whole", '"whole" has no meaning'],
  ["density 1 % of", "name of a profile"],
  ["density 1 % of a of b", "stands twice"],
])("%j is refused in one sentence that says why, and the form", (text, why) => {
  expect(() => parseGoals(text)).toThrow(why);
  expect(() => parseGoals(text)).toThrow("Write QUANTITY PERCENT %");
});
