/** Particle processes: exact kinetic Monte Carlo, and ensembles of the Arrhenius process. @module */
export { advance } from "./arrhenius/advance.ts";
export { sampleEnsemble, simulateTrajectories } from "./arrhenius/ensemble.ts";
export type { SampleOptions, TrajectoryOptions } from "./arrhenius/ensemble.ts";
export {
  equilibriumField,
  heatBathSampler,
  heatBathSweeps,
  sweepContraction,
} from "./arrhenius/heat_bath.ts";
export { checkProfile, configurationSampler, latticeProfile } from "./arrhenius/initial_state.ts";
export { couplings } from "./arrhenius/kernel.ts";
export { createLattice, loadOccupation } from "./arrhenius/lattice.ts";
export type { Lattice } from "./arrhenius/lattice.ts";
export {
  LOOPS,
  LOOPS_VARIABLE,
  type LoopsChoice,
  type LoopsName,
  loopsOf,
} from "./arrhenius/loops.ts";
export {
  buildNative,
  type BuiltLibrary,
  compilerName,
  findCompiler,
} from "./arrhenius/native/build.ts";
export { checkSystem, uniformise } from "./arrhenius/rates.ts";
export {
  type KnownLaws,
  type Particles,
  type ProcessClock,
  type ProfileRuns,
  type SimulatedProcess,
  type TorusProcess,
} from "./process/particle_process.ts";
export { describeModule } from "./own/load.ts";
export type { OwnProcess } from "./own/types.ts";
export { processOf, ringProcessOf } from "./process_of.ts";
export { type AnyParticles, PROCESSES } from "./processes.ts";
export { REPLICAS } from "./arrhenius/replica_memory.ts";
export { createReplicas } from "./arrhenius/replicas.ts";
export { advanceWord, createWord, startWord } from "./arrhenius/word.ts";
export type { Word } from "./arrhenius/word.ts";
export type {
  ArrheniusSystem,
  ConfigurationSampler,
  Engine,
  InitialState,
  Kernel,
  LatticeProfile,
  ParticleOptions,
  ReplicaEngine,
  ScalarAlgorithm,
} from "./arrhenius/types.ts";
export { type RingPlan, ringRunner, ringTrajectories } from "./oscillator_ring/realization.ts";
export { noiseStep, type OscillatorRing, type RingStart } from "./oscillator_ring/types.ts";
export type {
  ConservedField,
  FieldsProcess,
  FieldsStart,
} from "./several_fields/fields_process.ts";
export {
  type AnyFieldsParticles,
  FIELDS_PROCESSES,
  fieldsProcessOf,
} from "./several_fields/registry.ts";
export { hopProcess, latticeGas } from "./torus/processes.ts";
export { type HopPlan, type HopRecord, hopRunner } from "./torus/realization.ts";
export { isotropicKernel } from "./torus/site_kernel.ts";
export type { HopProcess, SiteKernel } from "./torus/types.ts";
export { twoSpeciesRunner } from "./two_species/two_species.ts";
export { inclusion } from "./inclusion/inclusion.ts";
export { zeroRange, type ZeroRangeRate } from "./zero_range/zero_range.ts";
