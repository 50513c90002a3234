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
  | "dissipationNeighbours"
  | "node"
  | "susceptibility"
  | "susceptibilityCovariance"
  | "susceptibilityNeighbours"
>;

/** Ranges that the data cover, `[low, high]` of both fields. */
export type DataRange = readonly [readonly [number, number], readonly [number, number]];
