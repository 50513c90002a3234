import type { ParticleProcess, SimulatedProcess } from "./process/particle_process.ts";
import { type AnyParticles, PROCESSES } from "./processes.ts";

/** Simulates any process of the registry. */
const WORKER = new URL("./process/worker.ts", import.meta.url);

/** The process that particles are of, with their parameters. */
export function processOf(particles: AnyParticles): SimulatedProcess {
  const process: ParticleProcess = PROCESSES[particles.system];
  return process.of(particles, WORKER);
}
