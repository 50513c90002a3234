import { percentOf } from "../band_output.ts";
import type { ClosedForm } from "./closed_form.ts";
import { type LawFormula, MOST_TERMS } from "./formula.ts";
import { idealText } from "./ideal_text.ts";

/** A formula as text with errors and covariances, as LaTeX, and as code in Python and JavaScript. */
export function formulaText(formula: LawFormula, level: number): string {
  const ideal = idealText(formula.field);
  const percent = percentOf(level);
  const { mobility, drivingForce } = formula;
  const none = (name: string) =>
    `${name}: no form of at most ${MOST_TERMS} terms lies inside of the ${percent} % band.`;
  const missing = [
    ...(mobility ? [] : [none("m")]),
    ...(drivingForce ? [] : [none("f'")]),
  ];
  return [
    `The shortest closed forms inside of the ${percent} % bands for whole curves, u = rho - ` +
    `${formula.centre}:`,
    ...(mobility
      ? [
        "",
        `m(rho)  = ${ideal.text.inverseSlope} (${polynomial(mobility.coefficients, 0)})`,
        ...table("c", 0, mobility),
      ]
      : []),
    ...(drivingForce
      ? [
        "",
        `f'(rho) = ${thermal(formula)}${ideal.text.value} ${
          signed(polynomial(drivingForce.coefficients, 1))
        } ` +
        signed(short(drivingForce.constant)),
        ...table("b", 1, drivingForce),
        "  the constant lets f' vanish at the reference density: it cannot be observed",
      ]
      : []),
    ...(missing.length > 0 ? ["", ...missing] : []),
    ...(mobility && drivingForce
      ? ["", "LaTeX:", ...latex(formula), "", "Python:", ...python(formula)]
      : []),
    ...(mobility && drivingForce ? ["", "JavaScript:", ...javascript(formula)] : []),
  ].map((line) => line.trimEnd()).join("\n") + "\n";
}

const short = (value: number) => String(Number(value.toPrecision(9)));

/** With its sign as an operator: `+ 1` or `- 1`; nothing for nothing. */
const signed = (text: string) =>
  text === "" ? "" : text.startsWith("-") ? `- ${text.slice(1)}` : `+ ${text}`;

const thermal = ({ thermalEnergy }: LawFormula) =>
  thermalEnergy === 1 ? "" : `${short(thermalEnergy)} `;

/** `1 - 0.5 u + 2 u^2`, from the power `first` on. */
function polynomial(coefficients: readonly number[], first: number, power = caret): string {
  return coefficients.map((c, k) => {
    const term = `${Math.abs(c)}${power(k + first)}`;
    return k === 0 ? (c < 0 ? `-${term}` : term) : `${c < 0 ? "-" : "+"} ${term}`;
  }).join(" ");
}

const caret = (k: number) => k === 0 ? "" : k === 1 ? " u" : ` u^${k}`;
const braces = (k: number) => k === 0 ? "" : k === 1 ? "\\,u" : `\\,u^{${k}}`;

/** Coefficients with errors, then their covariance. */
function table(name: string, first: number, form: ClosedForm): string[] {
  if (form.coefficients.length === 0) return ["  nothing beside the ideal part"];
  return [
    `  at most ${form.distance.toFixed(2)} half widths from the mean`,
    ...form.coefficients.map((c, k) =>
      `  ${name}${k + first} = ${c} ± ${form.errors[k].toPrecision(2)}`
    ),
    "  covariance:",
    ...form.covariance.map((row) =>
      `  ${row.map((value) => value.toExponential(3).padStart(11)).join(" ")}`
    ),
  ];
}

function latex(formula: LawFormula): string[] {
  const { thermalEnergy, centre, field, mobility, drivingForce } = formula;
  const { value, inverseSlope } = idealText(field).latex;
  const ideal = `${thermalEnergy === 1 ? "" : short(thermalEnergy)}${value}`;
  return [
    `m(\\rho) = ${inverseSlope}\\left(${
      polynomial(mobility!.coefficients, 0, braces)
    }\\right), \\qquad u = \\rho - ${centre}`,
    `f'(\\rho) = ${ideal} ${signed(polynomial(drivingForce!.coefficients, 1, braces))} ${
      signed(short(drivingForce!.constant))
    }`,
  ];
}

/** Horner's form of `sum_k c_k u^k`. */
const horner = (coefficients: readonly number[]): string =>
  coefficients.length === 0 ? "0" : coefficients.slice(0, -1).reduceRight(
    (inner, c) => `${c} + u * (${inner})`,
    String(coefficients.at(-1)),
  );

/** The bodies of the four functions, in what Python and JavaScript share. */
function expressions(formula: LawFormula) {
  const { thermalEnergy, field, mobility, drivingForce } = formula;
  const { value, inverseSlope } = idealText(field).code;
  const b = drivingForce!.coefficients;
  const withConstant = horner([drivingForce!.constant, ...b]);
  return {
    u: `rho - ${formula.centre}`,
    mobility: `${inverseSlope} * (${horner(mobility!.coefficients)})`,
    force: `${thermalEnergy === 1 ? "" : `${thermalEnergy} * `}${value} + ${withConstant}`,
    curvature: `${thermalEnergy} / (${inverseSlope}) + ${horner(b.map((c, k) => (k + 1) * c))}`,
  };
}

function python(formula: LawFormula): string[] {
  const { u, mobility, force, curvature } = expressions(formula);
  const define = (name: string, body: string) => [
    `def ${name}(rho):`,
    `    u = ${u}`,
    `    return ${body}`,
  ];
  return [
    "from math import log",
    ...define("mobility", mobility),
    ...define("driving_force", force),
    ...define("curvature", curvature),
    "def diffusivity(rho):",
    "    return mobility(rho) * curvature(rho)",
  ];
}

function javascript(formula: LawFormula): string[] {
  const { u, mobility, force, curvature } = expressions(formula);
  const define = (name: string, body: string) =>
    `const ${name} = (rho) => { const u = ${u}; return ${body}; };`;
  return [
    "const { log } = Math;",
    define("mobility", mobility),
    define("drivingForce", force),
    define("curvature", curvature),
    "const diffusivity = (rho) => mobility(rho) * curvature(rho);",
  ];
}
