/** Laws with a reversible part: Poisson and dissipative operators on a ring, discrete gradients. @module */
export { addDissipation } from "./dissipation.ts";
export { discreteGradient } from "./discrete_gradient.ts";
export { type Evolution, type EvolutionChecks, evolve, type EvolvedState } from "./evolve.ts";
export { evolveMixture, type MixtureEvolution, mixtureStep } from "./evolve_mixture.ts";
export { EvolutionError, type FollowedState } from "./follow.ts";
export type { MixtureLaw } from "./mixture_types.ts";
export { fluidLaw, mixtureLaw, type StateBox, widened } from "./function_law.ts";
export { applyPoisson, type EnergySlopes, jacobiDefect, type LocalTension } from "./poisson.ts";
export { classicalRungeKutta, type Method, type Stepper } from "./stepper.ts";
export { tensionOf } from "./tension.ts";
export type { Entropy, FluidLaw } from "./types.ts";
