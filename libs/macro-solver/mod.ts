/** Macroscopic law dz/dt = -K f' on hat functions: Runge-Kutta, a stiff method, invariants. @module */
export { checkStepControl, checkTimes } from "./arguments.ts";
export { bogackiShampine, heun, rk4 } from "./butcher_tableau.ts";
export type { ButcherTableau } from "./butcher_tableau.ts";
export { SolverError } from "./errors.ts";
export { explicitRungeKutta } from "./explicit_runge_kutta.ts";
export { integrate } from "./integrate.ts";
export { localLaw } from "./local_law.ts";
export type { LocalLaw } from "./local_law.ts";
export type { Problem, StepProgress } from "./problem.ts";
export type { Attempt, Method, Point, RateEvaluator, Stepper } from "./method.ts";
export { pairMean, pairQuotient } from "./pair_mean.ts";
export { denseOperator } from "./pair_operator.ts";
export { rosenbrock2 } from "./rosenbrock2.ts";
export { rungeKuttaChebyshev } from "./runge_kutta_chebyshev.ts";
export type { Checks, Sample, StepControl, StepCounts } from "./types.ts";
