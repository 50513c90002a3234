import { parseGoals } from "@spiediff/design";
import { expect, it } from "vitest";
import { isReached, realizationsIn, roundOf, shareOf } from "./rounds.ts";

const settings = {
  prior: { diffusivity: { bends: [] }, mobility: { bends: [] } },
  lawError: 1e-4,
  widthFactor: { diffusivity: 1, mobility: 1 },
};
const factors = { diffusivity: 1, mobility: 1 };
const planned = (name: string, realizations: number) => ({
  profile: { name, mean: 0.5, modes: [{ k: 1, amplitude: 0.3, phase: 0 }] },
  realizations,
  gain: 1,
  reason: "of a test",
});

it("rounds grow by half as much again at least, and a little rest is taken with the round before it", () => {
  expect(shareOf(1000, 0)).toBe(0.4);
  expect(shareOf(1000, 400)).toBeCloseTo(0.6);
  expect(shareOf(1000, 500)).toBe(1);
  expect(shareOf(1e6, 1000)).toBe(0.4);
});

it("a round's batches have names of their own, also of a profile that was measured before", () => {
  const plan = { profiles: [planned("wide.r1", 4000), planned("low", 1000)], then: [0.5] };
  const round = roundOf(plan, 0.5, 2, { settings, factors });
  expect(round.batches.map(({ profile: { name }, realizations }) => [name, realizations]))
    .toEqual([["wide.r2", 2000], ["low.r2", 500]]);
  expect(realizationsIn([round, round])).toBe(5000);
});

it("batches that are not worth their beginning are left out, but the first", () => {
  const plan = { profiles: [planned("a", 300), planned("b", 100)], then: [0.5] };
  const round = roundOf(plan, 0.5, 1, { settings, factors });
  expect(round.batches.map(({ profile: { name }, realizations }) => [name, realizations]))
    .toEqual([["a.r1", 256]]);
});

it("an aim is reached by the width that was fixed before the data, unless they disagree by a tenth", () => {
  const goals = parseGoals("D 1 % and m 2 %");
  expect(isReached(goals, { percent: [0.9, 1.9], refitted: [1.05, 2.1] })).toBe(true);
  expect(isReached(goals, { percent: [0.9, 2.1], refitted: [0.5, 0.5] })).toBe(false);
  expect(isReached(goals, { percent: [0.9, 1.9], refitted: [1.2, 1.9] })).toBe(false);
});
