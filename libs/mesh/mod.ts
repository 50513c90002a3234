/** Periodic hat functions, projections onto them, and nodal densities. @module */
export { elementPoints } from "./element_points.ts";
export { hatFunction, projectField, projectOccupation, sitesPerElement } from "./hat_function.ts";
export { changeLines, type Dimension, mapLines, withAxisFirst } from "./lines.ts";
export { nodalDensity, nodalMass, pointsAlong } from "./mass_matrix.ts";
export {
  coarsenAverages,
  LARGEST_RECONSTRUCTION,
  reconstruct,
  refineAverages,
} from "./reconstruction.ts";
export { addPositions, projectPositions } from "./project_positions.ts";
export type { Domain, ImplicitSolver, Mesh, PairList } from "./mesh.ts";
export { ring } from "./ring.ts";
export { cube, square } from "./torus.ts";
export { projectContents, projectTorusField } from "./torus_projection.ts";
export { nodalDensityRules } from "./types.ts";
export type { NodalDensityRule } from "./types.ts";
