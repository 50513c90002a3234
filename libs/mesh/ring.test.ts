import { describe, expect, it } from "vitest";
import { ring } from "./mod.ts";

describe("the ring as a mesh", () => {
  it("works on one system of many, from an offset on", () => {
    const mesh = ring(5), v = Float64Array.from({ length: 15 }, (_, i) => i * i);
    const out = new Float64Array(15).fill(7);
    mesh.gradient(v, 5, out, 10);
    expect([...out]).toEqual([...new Array(10).fill(7), 11, 13, 15, 17, -56]);
  });

  it.each([2, 0, -3, 4.5, NaN])("has no %s elements", (elements) => {
    expect(() => ring(elements)).toThrow(`not ${elements}`);
  });
});
