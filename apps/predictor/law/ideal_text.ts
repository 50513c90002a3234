import type { FieldData } from "@spiediff/law";

/** The ideal part of f' and the inverse of its slope, as they are written for people and for programs. */
export interface IdealText {
  readonly text: { readonly value: string; readonly inverseSlope: string };
  readonly latex: { readonly value: string; readonly inverseSlope: string };
  /** In what Python and JavaScript share; the slope is `1 / (inverseSlope)`. */
  readonly code: { readonly value: string; readonly inverseSlope: string };
}

/** Texts for a field's ideal form, of `rho`. */
export function idealText({ low, high, ideal }: FieldData): IdealText {
  const x = low === 0 ? "rho" : `(rho - ${low})`, X = low === 0 ? "\\rho" : `(\\rho-${low})`;
  switch (ideal) {
    case "logit": {
      const length = high! - low;
      const per = length === 1 ? "" : `/${length}`;
      return {
        text: { value: `ln(${x}/(${high} - rho))`, inverseSlope: `${x} (${high} - rho)${per}` },
        latex: {
          value: `\\ln\\frac{${X}}{${high}-\\rho}`,
          inverseSlope: `${X}(${high}-\\rho)${per}`,
        },
        code: {
          value: `log(${x} / (${high} - rho))`,
          inverseSlope: `${x} * (${high} - rho)${length === 1 ? "" : ` / ${length}`}`,
        },
      };
    }
    case "logarithm":
      return {
        text: { value: `ln(${x})`, inverseSlope: x },
        latex: { value: `\\ln ${X}`, inverseSlope: X },
        code: { value: `log(${x})`, inverseSlope: x },
      };
    case "reciprocal":
      return {
        text: { value: `(-1/${x})`, inverseSlope: `${x}^2` },
        latex: { value: `\\left(-\\frac{1}{${X}}\\right)`, inverseSlope: `${X}^2` },
        code: { value: `(-1 / ${x})`, inverseSlope: `${x} * ${x}` },
      };
  }
}
