/** Linear solves, quadrature, decompositions and statistics, each written once. @module */
export { softplus } from "./softplus.ts";
export { choleskyOf, logDeterminant, symmetrised } from "./symmetric.ts";
