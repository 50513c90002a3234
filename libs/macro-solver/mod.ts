/** Macroscopic law dz/dt = -K f' on hat functions: operator, Runge-Kutta, invariants. @module */
export { checkStepControl, checkTimes } from "./arguments.ts";
export { bogackiShampine, heun, rk4 } from "./butcher_tableau.ts";
export type { ButcherTableau } from "./butcher_tableau.ts";
export { SolverError } from "./errors.ts";
export { explicitRungeKutta } from "./explicit_runge_kutta.ts";
export { lumpedFreeEnergy } from "./free_energy.ts";
export {
  applyOperator,
  denseOperator,
  dissipationRate,
  elementFlux,
  fluxDivergence,
} from "./graph_laplacian.ts";
export { integrate } from "./integrate.ts";
export { localLaw } from "./local_law.ts";
export type { LocalLaw } from "./local_law.ts";
export type { Problem, StepProgress } from "./problem.ts";
export type { Attempt, Method, Point, RateEvaluator, Stepper } from "./method.ts";
export { pairMean } from "./pair_mean.ts";
export { countNotPSD, firstOutside, projectNonPositive } from "./projection.ts";
export { rosenbrock2 } from "./rosenbrock2.ts";
export { largestDecayRate } from "./step_size.ts";
export { symmetricEigenvalues } from "./symmetric_eigenvalues.ts";
export type {
  Invariants,
  LawValues,
  MacroscopicLaw,
  Sample,
  StepControl,
  StepCounts,
} from "./types.ts";
