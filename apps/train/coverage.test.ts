import type { OperatorEstimate } from "@spiediff/fdt-operators";
import fc from "fast-check";
import { expect, it } from "vitest";
import { densityRange } from "./density_range.ts";

const density = fc.double({ min: 0, max: 1, noNaN: true });
const profiles = fc.array(fc.array(density, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 4,
});

it("the densities that a model covers reach over all profiles, whichever comes first", () => {
  const range = (all: readonly number[][]) =>
    densityRange(all.map((values) => ({ density: values }) as unknown as OperatorEstimate));
  expect(range([[0.4, 0.5], [0.3, 0.45], [0.6]])).toEqual([0.3, 0.6]);
  fc.assert(fc.property(profiles, (all) => {
    const sorted = all.flat().sort((a, b) => a - b);
    expect(range(all)).toEqual([sorted[0], sorted.at(-1)]);
    expect(range(all.toReversed())).toEqual(range(all));
  }));
});
