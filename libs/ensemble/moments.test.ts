import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { bandIndex, bandWidth } from "@spiediff/numerics";
import {
  addRecord,
  createMoments,
  type EnsembleMoments,
  mergeMoments,
  packedLength,
  packMoments,
  withoutPart,
} from "./mod.ts";

const arrays = (moments: EnsembleMoments): number[] => [...packMoments(moments)];

describe("moments", () => {
  const vectors = fc.array(
    fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 }),
    {
      minLength: 6,
      maxLength: 30,
    },
  );
  const record = (v: number[]) => ({
    start: Float64Array.from(v),
    windows: [{
      current: Float64Array.from(v, (x) => x * x),
      compensator: Float64Array.from(v, (x) => -x),
      smoothCompensator: Float64Array.from(v, (x) => x + 1),
      bracket: Float64Array.from([...v, ...v, ...v]),
    }],
  });
  const of = (rows: number[][]) => {
    const moments = createMoments(3, 1);
    rows.forEach((row) => addRecord(moments, record(row)));
    return moments;
  };

  it("merge and unmerge to the same values as one pass, and to two-pass covariances", () => {
    fc.assert(fc.property(vectors, fc.integer({ min: 2, max: 4 }), (rows, cut) => {
      const whole = of(rows);
      const merged = of(rows.slice(0, cut));
      mergeMoments(merged, of(rows.slice(cut)));
      const rest = withoutPart(whole, of(rows.slice(cut)));
      arrays(merged).forEach((v, i) => expect(v).toBeCloseTo(arrays(whole)[i], 9));
      arrays(rest).forEach((v, i) => expect(v).toBeCloseTo(arrays(of(rows.slice(0, cut)))[i], 8));
      const mean = [0, 1, 2].map((k) => rows.reduce((s, row) => s + row[k], 0) / rows.length);
      const direct = rows.reduce((s, row) => s + (row[0] - mean[0]) * (row[1] - mean[1]), 0);
      expect(whole.start.comoment[1]).toBeCloseTo(direct, 9);
      const squares = rows.map((row) => row[1] ** 2);
      const centre = squares.reduce((s, v) => s + v, 0) / rows.length;
      const cross = rows.reduce((s, row, r) => s + (row[0] - mean[0]) * (squares[r] - centre), 0);
      expect(whole.windows[0].withStart.current[1]).toBeCloseTo(cross, 8);
    }));
  });
});

describe("moments of long rings", () => {
  const elements = 40;
  const rows = Array.from(
    { length: 5 },
    (_, r) => Float64Array.from({ length: elements }, (_, i) => Math.sin(1 + 7 * r + i * (r + 1))),
  );
  const of = (from: number, to: number) => {
    const moments = createMoments(elements, 1);
    for (const z of rows.slice(from, to)) {
      const squares = z.map((v) => v * v);
      addRecord(moments, {
        start: z,
        windows: [{
          current: squares,
          compensator: z,
          smoothCompensator: z,
          bracket: new Float64Array(elements * bandWidth(elements)),
        }],
      });
    }
    return moments;
  };

  it("are the bands of two-pass co-moments, merged and unmerged", () => {
    const centred = (values: Float64Array[]) =>
      values.map((z) => z.map((v, i) => v - values.reduce((s, w) => s + w[i], 0) / values.length));
    const z = centred(rows), q = centred(rows.map((row) => row.map((v) => v * v)));
    const merged = of(0, 2);
    mergeMoments(merged, of(2, 5));
    const rest = withoutPart(of(0, 5), of(0, 0));
    for (const { start, windows: [{ withStart }] } of [of(0, 5), merged, rest]) {
      for (let i = 0; i < elements; i++) {
        for (const j of [i - 12, i - 1, i, i + 5, i + 12].map((j) => (j + elements) % elements)) {
          const at = bandIndex(elements, i, j);
          const sum = (other: Float64Array[]) =>
            z.reduce((s, row, r) => s + row[i] * other[r][j], 0);
          expect(start.comoment[at]).toBeCloseTo(sum(z), 12);
          expect(withStart.current[at]).toBeCloseTo(sum(q), 12);
        }
      }
    }
  });

  it("grow with the number of elements: the same length for each", () => {
    const each = (M: number) => (packedLength(M, 3) - 1) / M;
    expect([each(50), each(200), each(1000)]).toEqual([each(26), each(26), each(26)]);
  });
});
