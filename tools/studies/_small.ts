/** Two small systems whose law is local and known to the precision of their data. */
import { parseSimulation, preset, type SimulatedExperiment } from "@spiediff/experiment";

export const SMALL_SYSTEMS = ["L = 40", "L = 1"] as const;
export type SmallSystem = typeof SMALL_SYSTEMS[number];

/** Sites at L = 40 over those of the preset "quick": the kernel's reach is seen by no profile then. */
const MORE_SITES = 4;

/**
 * Short trainings, and as many hops as 1000 realizations of 2000 sites. With four times the sites a quarter of
 * the realizations is as precise, and windows last a sixteenth, as hops do.
 */
export function smallExperiment(system: SmallSystem, seed: number): SimulatedExperiment {
  const quick = preset("quick", seed);
  const { particles, sampling } = quick;
  if (system === "L = 1") {
    return parseSimulation({ ...quick, particles: { ...particles, halfWidth: 1 } });
  }
  return parseSimulation({
    ...quick,
    particles: { ...particles, sites: MORE_SITES * particles.sites },
    sampling: {
      ...sampling,
      realizations: sampling.realizations / MORE_SITES,
      h: sampling.h.map((h) => h / MORE_SITES ** 2),
    },
  });
}
