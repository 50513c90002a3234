/** Arrhenius exclusion process: exact kinetic Monte Carlo and its ensembles. @module */
export { advance } from "./advance.ts";
export { type EnsembleBlocks, ensembleBlocks, totalOf } from "./blocks.ts";
export { sampleEnsemble } from "./ensemble.ts";
export type { EnsembleRecord, SampleOptions } from "./ensemble.ts";
export { checkProfile, configurationSampler, latticeProfile } from "./initial_state.ts";
export { couplings } from "./kernel.ts";
export { createLattice, loadOccupation } from "./lattice.ts";
export type { Lattice } from "./lattice.ts";
export {
  addRecord,
  copyMoments,
  createMoments,
  mergeMoments,
  packedLength,
  packMoments,
} from "./moments.ts";
export { unpackMoments, withoutPart } from "./moments.ts";
export type { EnsembleMoments, VectorMoments, WindowMoments } from "./moments.ts";
export { checkSystem, uniformise } from "./rates.ts";
export type { RealizationRecord, WindowRecord } from "./realization.ts";
export { REPLICAS } from "./replica_memory.ts";
export { createReplicas } from "./replicas.ts";
export { advanceWord, createWord, startWord } from "./word.ts";
export type { Word } from "./word.ts";
export { latticeEnergy, simulateSnapshots } from "./snapshots.ts";
export type { Snapshot, SnapshotOptions } from "./snapshots.ts";
export { tableProfile } from "./table_profile.ts";
export type { DensityTable } from "./table_profile.ts";
export { simulateTrajectories } from "./trajectories.ts";
export type { TrajectoryOptions, TrajectoryStatistics } from "./trajectories.ts";
export type {
  ArrheniusSystem,
  ConfigurationSampler,
  Engine,
  EnsembleOptions,
  InitialState,
  Kernel,
  LatticeProfile,
  ReplicaEngine,
  ScalarAlgorithm,
} from "./types.ts";
