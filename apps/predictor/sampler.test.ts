import { describe, expect, it } from "vitest";
import { samplerWarning } from "./sampler.ts";

const asStated = { indexScale: 1, noise: 1, components: 10 };
const calibration = { mobility: asStated, drivingForce: asStated };

describe("the sampler of a model", () => {
  it("is warned of whenever another one is used, and never otherwise", () => {
    const five = { sampler: { kind: "ddim", steps: 5 }, calibration } as const;
    expect(samplerWarning(five, { kind: "ddim", steps: 5 })).toBeNull();
    expect(samplerWarning(five, { kind: "ddim", steps: 1 })).toMatch(
      /by DDIM with 1 step, .* 5 steps/,
    );
    expect(samplerWarning(five, { kind: "ddpm" })).toMatch(/by DDPM/);
    // Without a calibration there is nothing that another sampler could spoil.
    expect(samplerWarning({ sampler: five.sampler }, { kind: "ddpm" })).toBeNull();
  });
});
