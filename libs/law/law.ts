import type { Mesh } from "@spiediff/mesh";
import type { Field } from "./field.ts";
import type { Invariant } from "./invariant.ts";

/** What moves the fields. */
export type Term =
  /** Fluxes `-m d_x f'` down the driving force: `dz/dt = -K f'`. */
  | { readonly kind: "dissipation" }
  /** Fluxes `m E` along a uniform force, `strength[field][axis]` in energy over the torus' side. */
  | { readonly kind: "drift"; readonly strength: readonly (readonly number[])[] }
  | { readonly kind: "gradient energy" } & GradientEnergy;

/**
 * Of one field: the driving force becomes `f' - kappa lap rho`, as `F` gains `kappa/2 |grad rho|^2`, and the
 * mobility the factor `exp(-mobilityExponent lap rho)` (docs/theory.md section 5).
 */
export interface GradientEnergy {
  /** In energy times the torus' side squared; of either sign. */
  readonly kappa: number;
  /** In the torus' side squared; 0 where rates do not go with the energy of the state that is left. */
  readonly mobilityExponent: number;
}

/**
 * Elements of the finest ring that a gradient energy is for. With negative kappa waves below a length would grow,
 * which the kernel behind it does not feel: on this ring the shortest wave still has `kappa (2 M)^2 >= -f''`, with
 * the least f'' that the ideal part has to set against it: `4 / beta` at half filling, and of a field without an
 * upper end that at its greatest density.
 */
export function finestRing(
  { kappa }: Pick<GradientEnergy, "kappa">,
  { beta }: { readonly beta: number },
  { low, high, ideal }: Pick<Field, "low" | "high" | "ideal">,
  greatest: number,
): number {
  if (!(kappa < 0)) return Infinity;
  const least = ideal.slope(high === Infinity ? greatest : (low + high) / 2) / beta;
  return Math.floor(Math.sqrt(-least / kappa) / 2);
}

/** The gradient energy among a law's terms. @throws {RangeError} if it has several fields. */
export function gradientEnergyOf({ terms, fields }: Pick<Law, "terms" | "fields">) {
  const found = terms.find((term) => term.kind === "gradient energy");
  if (found !== undefined && fields.length > 1) {
    throw new RangeError(`A gradient energy is one of a single field, not of ${fields.length}.`);
  }
  return found;
}

/** What a law says at point values; the first index is the member. */
export interface LawValues {
  /**
   * Mobility between the nodes of each pair, `[members][fields (fields + 1) / 2][pairs]`: of one field a
   * number `m >= 0`, of several the lower triangle of a symmetric matrix, row by row.
   */
  readonly mobility: Float64Array;
  /** Derivative of the free energy in each field at the nodes, `[members][fields][nodes]`. */
  readonly drivingForce: Float64Array;
  /** Its slope in its own field, likewise; filled only by laws with `fillsCurvature`. */
  readonly curvature: Float64Array;
}

/**
 * A macroscopic law of an ensemble of members, each a system of its own.
 *
 * Its state are averages over hat functions, `[members][fields][nodes]`; what it says is read at the point
 * values that the mesh makes of them.
 */
export interface Law {
  readonly mesh: Mesh;
  readonly fields: readonly Field[];
  readonly members: number;
  readonly terms: readonly Term[];
  /** What may stay, fall or rise while the state evolves; the solver holds it to that. */
  readonly invariants: readonly Invariant[];
  readonly fillsCurvature: boolean;
  /** Absolute rounding of `drivingForce`; 0 where it is computed in double precision. */
  readonly drivingForceRounding: number;
  /** Fills `out` for point values `[members][fields][nodes]`, all inside of their domains. */
  evaluate(nodes: Float64Array, time: number, out: LawValues): void | Promise<void>;
}

/** Values of one member's state: fields times nodes. */
export const memberSize = ({ mesh, fields }: Pick<Law, "mesh" | "fields">): number =>
  fields.length * mesh.nodes;

/** Mobilities of one pair: the entries of a lower triangle. */
export const mobilityEntries = ({ fields }: Pick<Law, "fields">): number =>
  fields.length * (fields.length + 1) / 2;

/** Arrays for what a law fills in. */
export function newLawValues(law: Pick<Law, "mesh" | "fields" | "members">): LawValues {
  const size = law.members * memberSize(law);
  return {
    mobility: new Float64Array(law.members * mobilityEntries(law) * law.mesh.pairs.count),
    drivingForce: new Float64Array(size),
    curvature: new Float64Array(size),
  };
}
