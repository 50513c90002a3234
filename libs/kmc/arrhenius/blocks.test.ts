import { describe, expect, it } from "vitest";
import { type EnsembleMoments, totalOf } from "@spiediff/ensemble";
import { ensembleBlocks, latticeProfile, sampleEnsemble, type SampleOptions } from "../mod.ts";

const options = (more: Partial<SampleOptions> = {}): SampleOptions => ({
  system: { sites: 60, halfWidth: 3, betaJ0: 1 },
  elements: 6,
  profile: latticeProfile("wave", 60, (x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x)),
  initialState: "bernoulli",
  realizations: 130,
  seed: 3,
  burnIn: 1e-4,
  horizons: [1e-4, 1e-3],
  ...more,
});

describe("blocks of an ensemble, made apart", () => {
  it("are the ensemble's own, to the last bit, in whatever order they are made", async () => {
    for (const more of [{}, { engine: "lanes" as const }, { blocks: 7 }]) {
      const record = await sampleEnsemble(options(more));
      const { count, head, run, unpack, packedLength } = ensembleBlocks(options(more));
      expect(count).toBe(record.blocks.length);
      const packed = new Map<number, Float64Array>();
      for (let index = count - 1; index >= 0; index--) packed.set(index, run(index));
      expect(new Set([...packed.values()].map(({ length }) => length))).toEqual(
        new Set([packedLength]),
      );
      let total: EnsembleMoments | undefined;
      const blocks = record.blocks.map((_, index) => unpack(packed.get(index)!));
      for (const block of blocks) total = totalOf(total, block);
      expect({ ...head, blocks, total }).toEqual(record);
    }
  });

  it("are about as many as asked for", () => {
    expect(ensembleBlocks(options()).count).toBe(65);
    expect(ensembleBlocks(options({ blocks: 10 })).count).toBe(10);
    expect(ensembleBlocks(options({ blocks: 1000 })).count).toBe(130);
    expect(() => ensembleBlocks(options({ blocks: 0 }))).toThrow("blocks must be an integer");
  });
});
