/** Trains the conditional DDPMs for the mobility m and the free energy f. @module */
export { sampleDrivingForce } from "./driving_force_model.ts";
export { fitRows, type ForceRows, forceRows } from "./free_energy_data.ts";
export { trainDrivingForce } from "./free_energy_training.ts";
export { learnedKappa } from "./learned_kappa.ts";
export { holdOut } from "./held_out.ts";
export { meanMobility, sampleMobility } from "./mobility_model.ts";
export { mobilityRows } from "./mobility_rows.ts";
export type { MobilityRows } from "./mobility_rows.ts";
export { trainMobility } from "./mobility_training.ts";
export { type StatPinn, type StatPinnOptions, trainStatPinn } from "./stat_pinn.ts";
export type {
  CheckpointStore,
  CurvePoint,
  DrivingForceModel,
  LearnedGradientEnergy,
  LoopOptions,
  MobilityModel,
  OperatorData,
  StateScaling,
  TrainingOptions,
  TrainingProgress,
  TrainingState,
} from "./types.ts";

// The pieces that epinets and benches are made of.
export { adamInit, adamUpdate } from "./adam.ts";
export { fieldCondition } from "./field_condition.ts";
export { pointsOf } from "./mobility_rows.ts";
export { EMBEDDING_DIM } from "./mobility_training.ts";
export { elementMean, forward, inputRows, parametersOf, tangent, tensorsOf } from "./network.ts";
export { type Operations, tensorOperations } from "./operations.ts";
export { fluxes, whitenedFluxOperator } from "./physics_layer.ts";
export { minimise } from "./training_loop.ts";
export { type Feeds, type LossProblem, trainingProblem } from "./training_problem.ts";
export { independent, whitened, type Whitening } from "./whitening.ts";
