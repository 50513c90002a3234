import { describe, expect, it } from "vitest";
import { latticeProfile, sampleEnsemble } from "../mod.ts";

describe("progress of an ensemble", () => {
  it.each([2, 7, 33, 100, 131])(
    "of %d realizations grows to that number and never beyond",
    async (R) => {
      const seen: number[] = [];
      const record = await sampleEnsemble({
        system: { sites: 24, halfWidth: 1, betaJ0: 0 },
        initialState: "bernoulli",
        elements: 6,
        profile: latticeProfile("flat", 24, () => 0.5),
        realizations: R,
        ...{ seed: 3, burnIn: 0, horizons: [1e-4] },
        onProgress: (done, total) => {
          expect(total).toBe(R);
          seen.push(done);
        },
      });
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.at(-1)).toBe(R);
      expect(record.total.count).toBe(R);
      expect(record.blocks.reduce((sum, { count }) => sum + count, 0)).toBe(R);
    },
  );
});
