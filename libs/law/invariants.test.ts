import { ring } from "@spiediff/mesh";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  exclusionDensity,
  freeEnergyOf,
  massOf,
  memberSize,
  mobilityEntries,
  newLawValues,
} from "./mod.ts";

const fieldsOf = (count: number) => new Array(count).fill(exclusionDensity);

describe("the mass of a field", () => {
  it("is the mean of its own nodes, member by member, and nothing of others", () => {
    const shapes = fc.record({
      nodes: fc.integer({ min: 3, max: 9 }),
      fields: fc.integer({ min: 1, max: 3 }),
      members: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(fc.property(shapes, fc.nat(2), ({ nodes, fields, members }, chosen) => {
      const field = chosen % fields;
      const law = { mesh: ring(nodes), fields: fieldsOf(fields) };
      const invariant = massOf(law, field, "charge");
      expect(invariant).toMatchObject({ name: "charge", may: "stay", accuracy: 0 });
      // Every number its own, so that one too many or too few shows.
      const state = Float64Array.from({ length: members * fields * nodes }, (_, i) => i + 1 / 7);
      const out = new Float64Array(members);
      invariant.value(state, out);
      for (let m = 0; m < members; m++) {
        const first = (m * fields + field) * nodes;
        expect(out[m]).toBeCloseTo(first + (nodes - 1) / 2 + 1 / 7, 10);
      }
    }));
  });
  it("is the first field's, called mass, where nothing else is said", () => {
    const invariant = massOf({ mesh: ring(3), fields: fieldsOf(2) });
    const out = new Float64Array(1);
    invariant.value(Float64Array.of(1, 2, 6, 100, 100, 100), out);
    expect([invariant.name, out[0]]).toEqual(["mass", 3]);
  });
});

it("the free energy may fall, and is as exact as is said", () => {
  const value = (state: Float64Array, out: Float64Array) => void out.set(state);
  expect(freeEnergyOf(value)).toEqual({ name: "free energy", may: "fall", accuracy: 0, value });
  expect(freeEnergyOf(value, 1e-6).accuracy).toBe(1e-6);
});

it.each([[1, 1], [2, 3], [3, 6], [4, 10]])(
  "%i fields have %i mobilities a pair, and a driving force and a curvature at each node",
  (fields, entries) => {
    const law = { mesh: ring(5), fields: fieldsOf(fields), members: 7 };
    expect(mobilityEntries(law)).toBe(entries);
    expect(memberSize(law)).toBe(5 * fields);
    const { mobility, drivingForce, curvature } = newLawValues(law);
    expect([mobility, drivingForce, curvature].map(({ length }) => length))
      .toEqual([7 * 5 * entries, 7 * 5 * fields, 7 * 5 * fields]);
  },
);
