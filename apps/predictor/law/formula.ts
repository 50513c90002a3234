import { type FieldData, fieldOf } from "@spiediff/law";
import type { LearnedLaw } from "../learned_law.ts";
import { type ClosedForm, shortestForm } from "./closed_form.ts";

/**
 * A law in closed form, with `u = rho - centre`:
 *
 * `m(rho) = (sum_{k>=0} c_k u^k) / ideal''(rho)` and
 * `f'(rho) = k_B T ideal'(rho) + sum_{k>=1} b_k u^k + constant`, where `ideal` is that of the field:
 * `ideal'' = 1/(rho (1 - rho))` of exclusion.
 */
export interface LawFormula {
  readonly centre: number;
  readonly field: FieldData;
  /** `1/beta`. */
  readonly thermalEnergy: number;
  /** Coefficients `c_0, c_1, …`; null if none of at most `MOST_TERMS` terms stays inside of the band. */
  readonly mobility: ClosedForm | null;
  /** Coefficients `b_1, b_2, …`, and the constant that lets f' vanish at the reference density. */
  readonly drivingForce: ClosedForm & { readonly constant: number } | null;
}

export const MOST_TERMS = 10;
/** Fewer densities would let a short form pass between them. */
export const FEWEST_DENSITIES = 21;

/**
 * The shortest closed forms inside of a law's bands for whole curves.
 *
 * @param law With its members. @param beta Of the model's system. @param field What it conserves.
 * @throws {RangeError} if the law has too few densities or came without its members.
 */
export function lawFormula(law: LearnedLaw, beta: number, field: FieldData): LawFormula {
  const { density, gauge, members } = law;
  if (density.length < FEWEST_DENSITIES) {
    throw new RangeError(
      `A formula needs at least ${FEWEST_DENSITIES} densities, not ${density.length}.`,
    );
  }
  if (!members) throw new RangeError("A formula needs the law's members: keepMembers.");
  const thermalEnergy = 1 / beta;
  const { value, slope } = fieldOf(field).ideal;
  const reference = gauge.referenceDensity;
  const centre = field.high === null ? reference : (field.low + field.high) / 2;
  const mobility = shortestForm(
    {
      base: () => 0,
      basis: (k, rho) => (rho - centre) ** k / slope(rho),
      terms: [1, MOST_TERMS],
    },
    density,
    members.mobility,
    law.mobility,
    true,
  );
  const force = shortestForm(
    {
      base: (rho) => thermalEnergy * (value(rho) - value(reference)),
      basis: (k, rho) => (rho - centre) ** (k + 1) - (reference - centre) ** (k + 1),
      terms: [0, MOST_TERMS],
    },
    density,
    members.drivingForce,
    law.drivingForce,
    false,
  );
  const atReference = (b: readonly number[]) =>
    b.reduce((sum, c, k) => sum + c * (reference - centre) ** (k + 1), 0);
  return {
    centre,
    field,
    thermalEnergy,
    mobility,
    drivingForce: force && {
      ...force,
      constant: -thermalEnergy * value(reference) - atReference(force.coefficients),
    },
  };
}
