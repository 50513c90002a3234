/** Reading estimates back, refusing what could not have been written. */
import { bandWidth } from "@spiediff/numerics";
import { nodalDensityRules } from "@spiediff/mesh";
import { QUANTITIES } from "./horizon_estimate.ts";
import type { OperatorEstimate, RingEstimate } from "./types.ts";

const OF_RING = ["density", "elementDensity", "K1", "K1StandardError", "flux", "fluxStandardError"];
const OF_OPERATOR = [
  "densityStandardError",
  "elementDensityStandardError",
  "drift",
  "driftStandardError",
];

/**
 * A {@link RingEstimate} from parsed JSON, checked.
 *
 * @throws {TypeError} naming the field that is missing, of the wrong type or length, or not finite.
 */
export function parseRingEstimate(json: unknown): RingEstimate {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new TypeError("An operator estimate must be a JSON object.");
  }
  const data = json as Fields;
  texts(data, ["profileName"]);
  if (data.line !== undefined) finite("line", record("line", data.line), ["axis", "number"]);
  if (!(nodalDensityRules as readonly unknown[]).includes(data.nodalDensityRule)) {
    fail("nodalDensityRule", `one of ${nodalDensityRules.join(", ")}`, data.nodalDensityRule);
  }
  if (!Number.isInteger(data.realizations) || (data.realizations as number) < 2) {
    fail("realizations", "an integer of at least 2", data.realizations);
  }
  notNegative(data, ["circulationVariance"]);
  const elements = numbers("density", data.density, undefined).length;
  if (elements < 3) fail("density", "at least 3 values", elements);
  perElement(data, OF_RING, elements);
  bands(data, ["fluxCovariance"], elements);
  const sampling = (data.samplingCovariance ?? {}) as Fields;
  for (const name of ["flux", "cross", "field"]) {
    numbers(`samplingCovariance.${name}`, sampling[name], elements * bandWidth(elements));
  }
  list("warnings", data.warnings).forEach((text, i) => {
    if (typeof text !== "string") fail(`warnings[${i}]`, "text", text);
  });
  return data as unknown as RingEstimate;
}

/**
 * An {@link OperatorEstimate} from parsed JSON, checked.
 *
 * @throws {TypeError} as {@link parseRingEstimate}.
 */
export function parseOperatorEstimate(json: unknown): OperatorEstimate {
  const ring = parseRingEstimate(json), elements = ring.density.length;
  const data = ring as unknown as Fields;
  texts(data, ["estimator"]);
  notNegative(data, ["t0", "K1Horizon", "fluxHorizon"]);
  numbers("hs", data.hs, undefined).forEach((h, i) => {
    if (!(h > 0)) fail(`hs[${i}]`, "positive", h);
  });
  perElement(data, OF_OPERATOR, elements);
  bands(data, ["K1Covariance"], elements);
  checkDiagnostics(data.diagnostics, elements, (data.hs as unknown[]).length);
  return data as unknown as OperatorEstimate;
}

function texts(data: Fields, names: readonly string[]): void {
  for (const name of names) if (typeof data[name] !== "string") fail(name, "text", data[name]);
}

function notNegative(data: Fields, names: readonly string[]): void {
  for (const name of names) {
    if (!Number.isFinite(data[name]) || (data[name] as number) < 0) {
      fail(name, "a finite number of at least 0", data[name]);
    }
  }
}

function perElement(data: Fields, names: readonly string[], elements: number): void {
  for (const name of names) {
    numbers(name, data[name], elements).forEach((value, i) => {
      if (name.endsWith("StandardError") && value < 0) fail(`${name}[${i}]`, "not negative", value);
    });
  }
}

function bands(data: Fields, names: readonly string[], elements: number): void {
  for (const name of names) numbers(name, data[name], elements * bandWidth(elements));
}

function checkDiagnostics(value: unknown, elements: number, horizons: number): void {
  const data = record("diagnostics", value);
  const perHorizon = (name: string, optional: boolean): unknown[] => {
    const entries = list(`diagnostics.${name}`, data[name]);
    if (entries.length !== horizons && !(optional && entries.length === 0)) {
      fail(`diagnostics.${name}`, `a list of ${horizons} entries`, `a list of ${entries.length}`);
    }
    return entries;
  };
  for (const name of ["classic", "controlVariate"]) {
    perHorizon(name, name !== "classic").forEach((entry, h) => {
      const quantities = record(`diagnostics.${name}[${h}]`, entry);
      for (const quantity of QUANTITIES) {
        estimatedValues(`diagnostics.${name}[${h}].${quantity}`, quantities[quantity], elements);
      }
    });
  }
  for (const name of ["varianceReduction", "optimalCoefficient"]) {
    perHorizon(name, true).forEach((entry, h) => record(`diagnostics.${name}[${h}]`, entry));
  }
  const window = record("diagnostics.window", data.window);
  finite("diagnostics.window", window, ["shortest", "longest"]);
  const { extrapolated } = data;
  if (extrapolated !== null) {
    estimatedValues("diagnostics.extrapolated", extrapolated, elements);
    chiSquare("diagnostics.extrapolated.chiSquare", (extrapolated as Fields).chiSquare);
  }
  for (const name of ["closureChiSquare", "smoothnessChiSquare"]) {
    chiSquare(`diagnostics.${name}`, data[name]);
  }
  if (data.instantaneousK1 != null) {
    estimatedValues("diagnostics.instantaneousK1", data.instantaneousK1, elements);
  }
  if (data.mobilityDrift !== null) {
    const drift = record("diagnostics.mobilityDrift", data.mobilityDrift);
    finite("diagnostics.mobilityDrift", drift, ["value", "standardError"]);
  }
}

type Fields = Record<string, unknown>;

function record(name: string, value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  return fail(name, "an object", value);
}

function list(name: string, value: unknown): unknown[] {
  return Array.isArray(value) ? value : fail(name, "a list", value);
}

function finite(name: string, data: Fields, fields: readonly string[]): void {
  for (const field of fields) {
    if (!Number.isFinite(data[field])) fail(`${name}.${field}`, "a finite number", data[field]);
  }
}

function estimatedValues(name: string, value: unknown, elements: number): void {
  const data = record(name, value);
  numbers(`${name}.value`, data.value, elements);
  numbers(`${name}.standardError`, data.standardError, elements);
}

function chiSquare(name: string, value: unknown): void {
  if (value !== null) finite(name, record(name, value), ["value", "degreesOfFreedom", "pValue"]);
}

function numbers(name: string, value: unknown, length: number | undefined): number[] {
  if (!Array.isArray(value)) return fail(name, "a list of numbers", value);
  if (length !== undefined && value.length !== length) {
    fail(name, `a list of ${length} numbers`, `a list of ${value.length}`);
  }
  value.forEach((entry, i) => {
    if (!Number.isFinite(entry)) fail(`${name}[${i}]`, "a finite number", entry);
  });
  return value;
}

function fail(field: string, allowed: string, value: unknown): never {
  const shown = value === undefined
    ? "missing"
    : value === null
    ? "null (was it NaN?)"
    : String(value);
  throw new TypeError(`Operator estimate: ${field} must be ${allowed}, but is ${shown}.`);
}
