/** Starts of several fields as a command line names them. */
import { UserError } from "@spiediff/command-line";
import type { FieldsManifest } from "@spiediff/model-artifact";
import { widened } from "@spiediff/generic";
import { parseExpression } from "../cli/expression.ts";
import type { FieldsModel } from "./load_fields_model.ts";

/** A start's functions of position by the names of what they give. */
export type StartFunctions = ReadonlyMap<string, (x: number) => number>;

/** Fields that a start may give in place of others. */
const IN_PLACE: Readonly<Record<string, string>> = { temperature: "energy" };

/**
 * Expressions of x by field, `"stretch=0.4+0.2*cos(2*pi*x); momentum=0; temperature=1"`; the temperature stands for
 * the energy that the learned law gives it.
 *
 * @throws {UserError} naming what is missing, unknown or not understood.
 */
export function readStart(text: string, { fields, law }: FieldsManifest): StartFunctions {
  const names = fields.map(({ name }) => name);
  const known = law === "generic" ? [...names, ...Object.keys(IN_PLACE)] : names;
  const found = new Map<string, (x: number) => number>();
  for (const part of text.split(";").filter((one) => one.trim() !== "")) {
    const at = part.indexOf("="), name = part.slice(0, Math.max(at, 0)).trim();
    if (!known.includes(name)) {
      throw new UserError(
        `--profile must give each field as NAME=EXPRESSION with semicolons between, NAME one of ` +
          `${known.join(", ")}; it has "${part.trim()}".`,
      );
    }
    if (found.has(name)) throw new UserError(`--profile gives ${name} twice.`);
    found.set(name, parseExpression(part.slice(at + 1).trim()));
  }
  for (const [other, field] of Object.entries(IN_PLACE)) {
    if (found.has(other) && found.has(field)) {
      throw new UserError(
        `--profile gives both ${other} and ${field}; one follows from the other.`,
      );
    }
  }
  const missing = names.find((name) =>
    !found.has(name) && !known.some((other) => IN_PLACE[other] === name && found.has(other))
  );
  if (missing !== undefined) {
    const or = known.find((other) => IN_PLACE[other] === missing);
    throw new UserError(
      `--profile does not give ${missing}${or === undefined ? "" : ` or ${or}`}.`,
    );
  }
  return found;
}

/** Bisections of the energy of a temperature: to rounding. */
const BISECTIONS = 60;
/** As far beyond the data's energies a temperature is looked for, in their range. */
const ROOM = 0.5;

/**
 * Point values `[fields, nodes]` of a start.
 *
 * @throws {UserError} naming the node whose value is not finite, or whose temperature the law does not know.
 */
export function startOnNodes(
  { manifest, likely }: FieldsModel,
  start: StartFunctions,
  nodes: number,
): Float64Array {
  const at = (name: string, i: number) => {
    const value = start.get(name)!(i / nodes);
    if (Number.isFinite(value)) return value;
    throw new UserError(`The ${name} of --profile is ${value} at x = ${i / nodes}.`);
  };
  const energyAt = (i: number) => {
    const r = at("stretch", i), p = at("momentum", i), T = at("temperature", i);
    const jet = new Float64Array(6), [, [from, to]] = widened(boxOf(manifest), ROOM);
    const warmth = (u: number) => {
      likely.potential(r, u, jet);
      return 1 / jet[2];
    };
    let low = from, high = to;
    if (!(warmth(low) < T && warmth(high) > T)) {
      throw new UserError(
        `The temperature ${T} at x = ${
          i / nodes
        } lies beyond what the model has learned at the stretch ${r}: ` +
          `${warmth(low).toPrecision(3)} to ${warmth(high).toPrecision(3)}.`,
      );
    }
    for (let k = 0; k < BISECTIONS; k++) {
      const middle = (low + high) / 2;
      if (warmth(middle) < T) low = middle;
      else high = middle;
    }
    return (low + high) / 2 + p * p / 2;
  };
  return Float64Array.from(
    { length: manifest.fields.length * nodes },
    (_, k) => {
      const { name } = manifest.fields[Math.floor(k / nodes)], i = k % nodes;
      return start.has(name) ? at(name, i) : energyAt(i);
    },
  );
}

const boxOf = ({ coverage: [first, second] }: FieldsManifest) => [first, second] as const;
