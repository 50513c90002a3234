/** Estimates of several fields as JSON, and back. */
import { Matrix } from "ml-matrix";
import type { FieldsEstimate } from "./estimate_fields.ts";

const ARRAYS = ["middle", "slope", "flux", "dissipation", "node", "susceptibility"] as const;
const LISTS = [
  ...["dissipationCovariance", "susceptibilityCovariance"] as const,
  ...["dissipationNeighbours", "susceptibilityNeighbours"] as const,
] as const;

/** Plain data: arrays as lists of numbers, matrices as lists of rows. */
export function fieldsEstimateJson(estimate: FieldsEstimate): Record<string, unknown> {
  return {
    ...estimate,
    ...Object.fromEntries(ARRAYS.map((name) => [name, [...estimate[name]]])),
    ...Object.fromEntries(
      LISTS.map((name) => [name, estimate[name].map((matrix) => matrix.to2DArray())]),
    ),
    fluxCovariance: estimate.fluxCovariance.to2DArray(),
  };
}

/**
 * A {@link FieldsEstimate} from parsed JSON, checked.
 *
 * @throws {TypeError} naming the field that is missing, of the wrong type or length, or not finite.
 */
export function parseFieldsEstimate(json: unknown): FieldsEstimate {
  if (typeof json !== "object" || json === null) {
    throw new TypeError("An estimate must be a JSON object.");
  }
  const data = json as Readonly<Record<string, unknown>>;
  const count = (name: string) => {
    const value = data[name];
    if (!Number.isInteger(value) || (value as number) < 1) fail(name, "a whole number from 1");
    return value as number;
  };
  if (typeof data.profileName !== "string") fail("profileName", "text");
  const fields = count("fields"),
    elements = count("elements"),
    realizations = count("realizations");
  const entries = fields * (fields + 1) / 2;
  const rows: Record<typeof ARRAYS[number], number> = {
    ...{ middle: fields, slope: fields, flux: fields, node: fields },
    ...{ dissipation: entries, susceptibility: entries },
  };
  const array = (name: typeof ARRAYS[number]) =>
    Float64Array.from(numbers(name, data[name], rows[name] * elements));
  const matrices = (name: typeof LISTS[number], length = elements) =>
    list(name, data[name], length).map((value, i) => square(`${name}[${i}]`, value, entries));
  const distances = Math.min(3, Math.floor((elements - 1) / 2));
  return {
    profileName: data.profileName as string,
    ...{ fields, elements, realizations },
    middle: array("middle"),
    slope: array("slope"),
    flux: array("flux"),
    fluxCovariance: square("fluxCovariance", data.fluxCovariance, fields * elements),
    dissipation: array("dissipation"),
    dissipationCovariance: matrices("dissipationCovariance"),
    dissipationNeighbours: matrices("dissipationNeighbours", distances),
    node: array("node"),
    susceptibility: array("susceptibility"),
    susceptibilityCovariance: matrices("susceptibilityCovariance"),
    susceptibilityNeighbours: matrices("susceptibilityNeighbours", distances),
  };
}

function list(name: string, value: unknown, length: number): unknown[] {
  if (!Array.isArray(value) || value.length !== length) fail(name, `a list of ${length}`);
  return value as unknown[];
}

function numbers(name: string, value: unknown, length: number): number[] {
  const values = list(name, value, length);
  values.forEach((v, i) => {
    if (typeof v !== "number" || !Number.isFinite(v)) fail(`${name}[${i}]`, "a finite number");
  });
  return values as number[];
}

const square = (name: string, value: unknown, size: number): Matrix =>
  new Matrix(list(name, value, size).map((row, i) => numbers(`${name}[${i}]`, row, size)));

function fail(name: string, allowed: string): never {
  throw new TypeError(`An estimate's ${name} must be ${allowed}.`);
}
