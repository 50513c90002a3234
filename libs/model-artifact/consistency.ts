import { LATENT_TERMS, noiseSchedule } from "@spiediff/diffusion";
import { ModelError } from "./errors.ts";
import { type Manifest, referredFiles } from "./manifest.ts";

/**
 * Checks what no single field can show.
 *
 * @throws {ModelError} of fault `"inconsistent"`.
 */
export function checkConsistency(manifest: Manifest): void {
  const refuse = (message: string): never => {
    throw new ModelError("inconsistent", `The model's manifest contradicts itself: ${message}`);
  };
  const { sites, elements, halfWidth = 0 } = manifest.system;
  if (sites % elements !== 0) {
    refuse(`system.elements = ${elements} does not divide system.sites = ${sites}.`);
  }
  if (2 * halfWidth + 1 > sites) {
    refuse(`system.halfWidth = ${halfWidth} does not fit into system.sites = ${sites}.`);
  }
  const [low, high] = manifest.coverage.density;
  if (!(low < high)) refuse(`coverage.density runs from ${low} to ${high}.`);
  try {
    noiseSchedule(manifest.diffusion.schedule);
  } catch (error) {
    refuse(`diffusion.schedule cannot be used. ${(error as Error).message}`);
  }
  const { sampler, diffusion: { schedule } } = manifest;
  if (sampler.steps > schedule.steps) {
    refuse(
      `sampler.steps = ${sampler.steps} are more than diffusion.schedule.steps = ${schedule.steps}.`,
    );
  }
  const { calibration, mobility, drivingForce } = manifest;
  const random = mobility.indexDim > LATENT_TERMS && drivingForce.indexDim > mobility.indexDim;
  if (calibration && !random) {
    refuse(
      `a calibrated index of the mobility is [random, ${LATENT_TERMS} steered] and that of f' is [random, ` +
        `random part of the mobility's, ${LATENT_TERMS} steered]; ${mobility.indexDim} and ${drivingForce.indexDim} entries ` +
        "leave nothing random.",
    );
  }
  const names = referredFiles(manifest);
  for (const name of names) {
    if (!Object.hasOwn(manifest.files, name)) refuse(`the file ${name} is used but not listed.`);
  }
  if (new Set(names).size !== names.length) refuse("two networks share one file.");
}
