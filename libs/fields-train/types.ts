import type { FieldsEstimate } from "@spiediff/fdt-operators";

/** What the short simulations of one profile say: the part of an estimate that training needs. */
export type FieldsData = Pick<
  FieldsEstimate,
  | "profileName"
  | "elements"
  | "middle"
  | "slope"
  | "flux"
  | "fluxCovariance"
  | "dissipation"
  | "dissipationCovariance"
  | "node"
  | "susceptibility"
  | "susceptibilityCovariance"
>;

/** Affine map of two fields to a network's inputs. */
export interface InputScaling {
  readonly mean: readonly [number, number];
  readonly width: readonly [number, number];
}

/** Ranges that the data cover, `[low, high]` of both fields. */
export type DataRange = readonly [readonly [number, number], readonly [number, number]];
