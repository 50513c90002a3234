import { fileURLToPath } from "node:url";
import { projectField } from "@spiediff/mesh";
import { loadModel } from "@spiediff/predictor";
import { randomStream } from "@spiediff/random";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { directionsOf, predictSnapshots, wavesOf } from "./predict_snapshots.ts";

describe("waves of averages", () => {
  it("have these averages over hat functions, whatever they are below the shortest wave", () => {
    const wave = fc.record({
      k: fc.integer({ min: 1, max: 3 }),
      amplitude: fc.double({ min: 0, max: 0.1, noNaN: true }),
      phase: fc.double({ min: 0, max: 6, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(wave, { maxLength: 3 }), fc.constantFrom(7, 8, 25), (waves, M) => {
        const averages = Float64Array.from({ length: M }, (_, i) =>
          waves.reduce(
            (sum, { k, amplitude, phase }) =>
              sum + amplitude * Math.cos(2 * Math.PI * k * i / M + phase),
            0.5,
          ));
        projectField(wavesOf(averages), M).forEach((z, i) =>
          expect(M * z).toBeCloseTo(averages[i], 4)
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe("directions of a start", () => {
  it.each([[6, 6], [37, 37], [38, 37], [200, 37]])(
    "of %i nodes are %i, orthonormal",
    (M, count) => {
      const directions = directionsOf(M);
      expect(directions.length).toBe(count);
      directions.forEach((a, i) =>
        directions.forEach((b, j) => {
          const product = a.reduce((sum, v, k) => sum + v * b[k], 0);
          expect(product).toBeCloseTo(i === j ? 1 : 0, 12);
        })
      );
      // The mean is among them: mass put anywhere is answered for.
      const mean = directions.reduce((sum, a) => sum + a.reduce((x, v) => x + v, 0) ** 2, 0);
      expect(mean).toBeCloseTo(M, 9);
    },
  );
});

describe("a prediction of snapshots", () => {
  it("answers to its start with all of the mass, most of it near where it was put", async () => {
    const model = await loadModel(
      fileURLToPath(new URL("../../../test-data/lrm-quick-model", import.meta.url)),
    );
    try {
      const M = model.manifest.system.elements;
      const { normal } = randomStream(1, "snapshots");
      const field = () =>
        Float64Array.from(
          { length: M },
          (_, i) => (0.5 + 0.2 * Math.cos(2 * Math.PI * i / M) + 0.03 * normal()) / M,
        );
      const runs = Array.from({ length: 12 }, field);
      const snapshots = { profileName: "a", start: runs, later: [runs, runs] };
      const times = [0.0005, 0.002];
      const { response, band, members, meshError } = await predictSnapshots(
        model,
        snapshots,
        times,
        {
          seed: 1,
          members: 4,
        },
      );
      expect(members.map(({ length }) => length)).toEqual([4 * M, 4 * M]);
      const mass = runs.reduce((sum, z) => sum + z.reduce((a, b) => a + b) / runs.length, 0);
      for (const { mean } of band) expect(mean.reduce((a, b) => a + b) / M).toBeCloseTo(mass, 10);
      response.forEach((matrix, t) => {
        for (let i = 0; i < M; i++) {
          const column = matrix.getColumn(i);
          expect(column.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
          expect(Math.max(...column)).toBeCloseTo(column[i], 6);
        }
        expect(meshError[t]).toBeLessThan(2e-3);
      });
      // Later, it has spread further.
      expect(response[1].get(0, 0)).toBeLessThan(response[0].get(0, 0));
    } finally {
      await model.close();
    }
  });
});
