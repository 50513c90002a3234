/** Networks of two fields that keep what they must, whatever their parameters. @module */
export {
  choleskyEntries,
  choleskyFunction,
  type CholeskyShape,
  type MatrixFunction,
  randomCholesky,
} from "./cholesky_network.ts";
export {
  type ConvexFunction,
  convexFunction,
  type ConvexShape,
  JET,
  randomConvex,
} from "./convex_network.ts";
export type { ConvexGradient } from "./convex_gradient.ts";
export { mobilityFunction, type MobilityNetwork, mobilityParameters } from "./mobility_network.ts";
export {
  potentialFunction,
  potentialGradient,
  type PotentialNetwork,
  potentialParameters,
} from "./potential_network.ts";
export type { InputScaling } from "./types.ts";
