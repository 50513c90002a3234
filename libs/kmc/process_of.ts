import type { ParticleProcess, RingProcess, SimulatedProcess } from "./process/particle_process.ts";
import { type AnyParticles, PROCESSES } from "./processes.ts";

/** Simulates any process of the registry. */
const WORKER = new URL("./process/worker.ts", import.meta.url);

/** The process that particles are of, with their parameters. */
export function processOf(particles: AnyParticles): SimulatedProcess {
  const process: ParticleProcess = PROCESSES[particles.system];
  return process.of(particles, WORKER);
}

/** The same of a ring. @throws {RangeError} if it is on a square or cube. */
export function ringProcessOf(particles: AnyParticles): RingProcess {
  const process = processOf(particles);
  if (process.dimension === 1) return process;
  throw new RangeError(`${process.title} has ${process.dimension} dimensions here, not one.`);
}
