/** Fields, laws, invariants and bands as data: what solver, predictor and report read. @module */
export type { Band, CurveBand } from "./band.ts";
export { BAND_PARTS, type BandParts, beyondData, deviationsOfParts } from "./band_parts.ts";
export {
  bandOver,
  curveBandOver,
  deviationOver,
  wholeCurveBandOver,
  widenedCurveBand,
} from "./band_over.ts";
export {
  EXCLUSION,
  exclusionDensity,
  type Field,
  type FieldData,
  fieldOf,
  type IdealForm,
  workingDomain,
} from "./field.ts";
export {
  freeEnergyOf,
  type Invariant,
  massOf,
  watchedOnly,
  withGradientEnergy,
} from "./invariant.ts";
export {
  finestRing,
  type GradientEnergy,
  gradientEnergyOf,
  type Law,
  type LawValues,
  memberSize,
  mobilityEntries,
  newLawValues,
  type Term,
} from "./law.ts";
export {
  type FileScales,
  type InputErrors,
  LAW_UNITS,
  lawFactor,
  type LawFunction,
  rateError,
  scaledBand,
  scaledCurveBand,
  type UnitNames,
  type UnitSystem,
  unitSystem,
} from "./units.ts";
