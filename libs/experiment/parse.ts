import { z } from "zod";
import { ConfigError } from "./config_error.ts";
import { didYouMean } from "./did_you_mean.ts";
import { parseJson } from "./json_text.ts";
import { Experiment, type ExperimentInput } from "./schema.ts";

/**
 * Validates an experiment and fills in its defaults.
 *
 * @throws {ConfigError} listing every field that is wrong.
 */
export function parseExperiment(input: unknown): Experiment {
  return parseWith(Experiment, withoutSchemaName(input), "experiment");
}

/**
 * Reads an experiment from JSON text.
 *
 * @throws {ConfigError} if the text is not JSON, or as `parseExperiment`.
 */
export function experimentFromJson(text: string): Experiment {
  return parseExperiment(fromJson(text, "experiment"));
}

/** @throws {ConfigError} listing every field of `what` that is wrong, with its value. */
export function parseWith<T>(schema: z.ZodType<T>, input: unknown, what: string): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const path = issue.path.map(String);
    const value = path.reduce<unknown>(
      (at, key) => (at as Record<string, unknown> | undefined)?.[key],
      input,
    );
    return `  ${path.join(".") || what}: ${sentence(issue, value, () => fieldsAt(schema, path))}`;
  });
  throw new ConfigError(`The ${what} is not valid:\n${[...new Set(lines)].join("\n")}`);
}

const KINDS: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  array: "a list",
  object: "an object with fields",
};

/** What is counted of values that are no numbers. */
const UNITS: Readonly<Record<string, string>> = { array: " entries", string: " characters" };

/** What is wrong with a value and what is allowed. */
function sentence(issue: z.core.$ZodIssue, value: unknown, known: () => string[]): string {
  const shown = typeof value === "object" ? "" : ` (it is ${JSON.stringify(value)})`;
  const unit = ("origin" in issue && UNITS[String(issue.origin)]) || "";
  switch (issue.code) {
    case "invalid_type": {
      const kind = KINDS[issue.expected] ?? issue.expected;
      return value === undefined ? `is missing; must be ${kind}` : `must be ${kind}${shown}`;
    }
    case "too_small":
      if (unit === UNITS.string && issue.minimum === 1) return "must not be empty";
      return `must ${unit ? "have" : "be"} ${issue.inclusive ? "at least" : "above"} ` +
        `${issue.minimum}${unit}${shown}`;
    case "too_big":
      return `must ${unit ? "have" : "be"} ${issue.inclusive ? "at most" : "below"} ` +
        `${issue.maximum}${unit}${shown}`;
    case "invalid_value":
      return `must be ${issue.values.map((v) => JSON.stringify(v)).join(" or ")}${shown}`;
    case "unrecognized_keys":
      return `has no field ${
        issue.keys.map((key) => JSON.stringify(key) + didYouMean(key, known())).join(", ")
      }`;
    default:
      return issue.message.replace(/^Invalid input/, "is not valid") + shown;
  }
}

/** @throws {ConfigError} if the text is not JSON, with line and column. */
export function fromJson(text: string, what: string): unknown {
  return parseJson(text, `The ${what} file`);
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
}

/** Names of the fields that a schema knows at a path. */
function fieldsAt(schema: z.ZodType, path: readonly string[]): string[] {
  const node = path.reduce<SchemaNode | undefined>(
    (at, key) => at?.properties?.[key] ?? at?.items,
    z.toJSONSchema(schema, { io: "input" }) as SchemaNode,
  );
  return Object.keys(node?.properties ?? {});
}

/** The JSON schema of experiment files, for editors. */
export function experimentJsonSchema(): object {
  const schema = z.toJSONSchema(Experiment, { io: "input" });
  const name = { type: "string", description: "Path of this schema, for editors; ignored." };
  return { ...schema, properties: { $schema: name, ...schema.properties } };
}

/** A file may name its schema for its editor's sake; that is no part of the experiment. */
function withoutSchemaName(input: unknown): unknown {
  if (typeof input !== "object" || input === null || !Object.hasOwn(input, "$schema")) return input;
  const { $schema: _, ...rest } = input as Record<string, unknown>;
  return rest;
}

export type { ExperimentInput };
