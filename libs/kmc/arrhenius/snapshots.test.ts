import { describe, expect, it } from "vitest";
import { projectOccupation } from "@spiediff/mesh";
import { energy } from "./enumeration.ts";
import { latticeProfile, simulateSnapshots, simulateTrajectories } from "../mod.ts";

describe("snapshots", () => {
  const profile = latticeProfile("cosine", 120, (x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x));
  const common = { profile, initialState: "bernoulli" as const, seed: 5, times: [0, 1e-3, 2e-3] };

  it.each([undefined, { name: "gaussian" } as const])(
    "are those of the ensemble's realization, with their energy and hops: kernel %o",
    async (kernel) => {
      const system = { sites: 120, halfWidth: 6, betaJ0: 1.5, kernel };
      const snapshots = simulateSnapshots({ ...common, system, realization: 1 });
      const fields: Float64Array[] = [];
      await simulateTrajectories({
        ...common,
        system,
        elements: 10,
        realizations: 2,
        engine: "scalar",
        onRealization: (_, z) => fields.push(z),
      });
      snapshots.forEach(({ occupation, energy: found }, i) => {
        const z = projectOccupation(occupation, 10);
        expect(z).toEqual(fields[1].slice(10 * i, 10 * i + 10));
        expect(found).toBeCloseTo(energy(occupation, system), kernel === undefined ? 9 : 3);
      });
      expect(snapshots[0].hops).toBe(0);
      expect(snapshots[2].hops).toBeGreaterThan(snapshots[1].hops);
      expect(Math.abs(snapshots[2].netHops)).toBeLessThanOrEqual(snapshots[2].hops);
    },
  );
});
