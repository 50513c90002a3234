/** Linear solves, quadrature, decompositions and statistics, each written once. @module */
export { conjugateGradients } from "./conjugate_gradients.ts";
export {
  BAND_WIDTH,
  bandIndex,
  bandWidth,
  covarianceOfBand,
  firstColumn,
  transposedBand,
} from "./band.ts";
export { type ChebyshevSeries, chebyshevSeries } from "./chebyshev.ts";
export { chiSquarePValue } from "./chi_square.ts";
export { symmetricEigenvalues } from "./eigenvalues.ts";
export { fPValue } from "./f_distribution.ts";
export { gaussLegendre, gaussMean, gaussPoints, type GaussRule } from "./gauss_legendre.ts";
export { type GoodnessOfFit, goodnessOfFit } from "./goodness_of_fit.ts";
export { uniformPValue } from "./kolmogorov_smirnov.ts";
export { leastSquaresMap, weightedLeastSquares, whiteningOf } from "./least_squares.ts";
export { meanOfRows } from "./mean_of_rows.ts";
export { type ErrorPart, type MeanTest, meanTest } from "./mean_test.ts";
export { solvePeriodicTridiagonal } from "./periodic_tridiagonal.ts";
export { RingMatrix } from "./ring_matrix.ts";
export { cosineSpectrum, meanResolventRoot } from "./resolvent.ts";
export { rootBetween } from "./root.ts";
export { type SkylineCholesky, skylineCholesky } from "./skyline.ts";
export { softplus } from "./softplus.ts";
export { normalFactor, studentFactor } from "./student.ts";
export { choleskyOf, factorThrough, logDeterminant, symmetrised } from "./symmetric.ts";
export { shrunkFactor, type UnitPlusGram, unitPlusGram } from "./unit_plus_gram.ts";
