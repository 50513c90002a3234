import { describe, expect, it } from "vitest";
import { samplerWarning, steeredSampler } from "./sampler.ts";

const asStated = { indexScale: 1, noise: 1, components: 10 };
const calibration = { k1: asStated, drivingForce: asStated };

describe("the sampler of a model", () => {
  it("is that of its manifest, and DDIM-2 where the manifest is older", () => {
    expect(steeredSampler({ sampler: { kind: "ddim", steps: 5 } })).toEqual({
      kind: "ddim",
      steps: 5,
    });
    expect(steeredSampler({})).toEqual({ kind: "ddim", steps: 2 });
  });

  it("is warned of whenever another one is used, and never otherwise", () => {
    const five = { sampler: { kind: "ddim", steps: 5 } } as const;
    expect(samplerWarning(five, { kind: "ddim", steps: 5 })).toBeNull();
    expect(samplerWarning(five, { kind: "ddim", steps: 1 })).toMatch(
      /by DDIM with 1 step, .* 5 steps/,
    );
    expect(samplerWarning(five, { kind: "ddpm" })).toMatch(/by DDPM/);
    expect(samplerWarning({ calibration }, { kind: "ddim", steps: 3 })).toMatch(
      /3 steps.* 2 steps/,
    );
    expect(samplerWarning({ calibration }, { kind: "ddim", steps: 2 })).toBeNull();
    expect(samplerWarning({}, { kind: "ddpm" })).toBeNull();
  });
});
