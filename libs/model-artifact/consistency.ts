import { LATENT_TERMS, noiseSchedule } from "@spiediff/diffusion";
import { type Field, fieldOf } from "@spiediff/law";
import { ModelError } from "./errors.ts";
import { type Manifest, modelField, referredFiles } from "./manifest.ts";

/**
 * Checks what no single field can show.
 *
 * @throws {ModelError} of fault `"inconsistent"`.
 */
export function checkConsistency(manifest: Manifest): void {
  const refuse = (message: string): never => {
    throw new ModelError("inconsistent", `The model's manifest contradicts itself: ${message}`);
  };
  const { system } = manifest, { sites, elements } = system;
  const halfWidth = "halfWidth" in system ? system.halfWidth ?? 0 : 0;
  // Particles of another code need not be on a lattice that a mesh could cut.
  if (system.particles !== "foreign" && sites % elements !== 0) {
    refuse(`system.elements = ${elements} does not divide system.sites = ${sites}.`);
  }
  if (2 * halfWidth + 1 > sites) {
    refuse(`system.halfWidth = ${halfWidth} does not fit into system.sites = ${sites}.`);
  }
  const [low, high] = manifest.coverage.density;
  if (!(low < high)) refuse(`coverage.density runs from ${low} to ${high}.`);
  const { name, low: least, high: most } = domainOf(manifest, refuse);
  for (
    const [path, value] of [
      ["coverage.density.0", low],
      ["coverage.density.1", high],
      ["gauge.referenceDensity", manifest.gauge.referenceDensity],
    ] as const
  ) {
    if (value > least && value < most) continue;
    refuse(`${path} = ${value} is no ${name} inside of (${least}, ${most}).`);
  }
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

function domainOf(manifest: Manifest, refuse: (message: string) => never): Field {
  try {
    return fieldOf(modelField(manifest));
  } catch (error) {
    return refuse(`system.field cannot be. ${(error as Error).message}`);
  }
}
