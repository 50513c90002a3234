import type { Manifest } from "@spiediff/model-artifact/portable";
import type { Sampler } from "./types.ts";

/** One sentence if members are made by a sampler that nobody calibrated. */
export function samplerWarning(
  { sampler: trained, calibration }: Pick<Manifest, "sampler" | "calibration">,
  sampler: Sampler,
): string | null {
  // Without steering and calibration there is nothing that another sampler could spoil.
  if (!calibration) return null;
  if (nameOf(trained) === nameOf(sampler)) return null;
  return `Members are made by ${nameOf(sampler)}, and the model was steered and calibrated for ` +
    `${nameOf(trained)}; the mean and the width of the band are those of another model.`;
}

const nameOf = (sampler: Sampler): string =>
  sampler.kind === "ddpm"
    ? "DDPM"
    : `DDIM with ${sampler.steps} step${sampler.steps === 1 ? "" : "s"}`;
