/** Exact and asymptotically exact mobilities and free energies of the lattice gases. @module */
export {
  energyExchangeReference,
  generalisedExclusionReference,
  inclusionReference,
  instantaneousMetropolis,
  kawasakiHeatBath,
  kawasakiMetropolis,
  zeroRangeReference,
} from "./bond_processes.ts";
export { curvatureOf } from "./curvature.ts";
export { withMemory } from "./green_kubo.ts";
export { hatAverages, longRangePressure, pressureOf, solveDiffusion } from "./diffusion.ts";
export { type KernelOnSites, solveKernelLaw } from "./kernel_law.ts";
export {
  equilibriumFor,
  independentSites,
  longRangeFinite,
  longRangeKernel,
  longRangeLimit,
  nearestNeighbour,
  neighbourProbability,
  symmetricExclusion,
} from "./lattice_gases.ts";
export { referenceOfStart, type SampledStart } from "./start.ts";
export { nonlocalRate, solveNonlocal } from "./nonlocal_law.ts";
export type { NonlocalSystem } from "./nonlocal_law.ts";
export { ringFields, type RingProfile, solveOscillatorRing } from "./oscillator_ring/evolution.ts";
export { ringMobility } from "./oscillator_ring/mobility.ts";
export { type RingThermodynamics, ringThermodynamics } from "./oscillator_ring/thermodynamics.ts";
export { exactFluxOfField, exactK1, exactK1OfField, exactK1OfProfile } from "./operator_entry.ts";
export type {
  ExactReference,
  KernelSystem,
  ReferenceError,
  ReferenceKind,
  ReferenceSystem,
} from "./types.ts";
