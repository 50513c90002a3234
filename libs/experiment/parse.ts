import { z } from "zod";
import { Experiment, type ExperimentInput } from "./schema.ts";

/** A mistake in a configuration; the message names every field, its value and what is allowed. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

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
    return `  ${path.join(".") || what}: ${sentence(issue, value)}`;
  });
  throw new ConfigError(`The ${what} is not valid:\n${lines.join("\n")}`);
}

const KINDS: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  array: "a list",
  object: "an object with fields",
};

/** What is wrong with a value and what is allowed. */
function sentence(issue: z.core.$ZodIssue, value: unknown): string {
  const shown = typeof value === "object" ? "" : ` (it is ${JSON.stringify(value)})`;
  const unit = "origin" in issue && issue.origin === "array" ? " entries" : "";
  switch (issue.code) {
    case "invalid_type": {
      const kind = KINDS[issue.expected] ?? issue.expected;
      return value === undefined ? `is missing; must be ${kind}` : `must be ${kind}${shown}`;
    }
    case "too_small":
      return `must ${unit ? "have" : "be"} ${issue.inclusive ? "at least" : "above"} ` +
        `${issue.minimum}${unit}${shown}`;
    case "too_big":
      return `must ${unit ? "have" : "be"} ${issue.inclusive ? "at most" : "below"} ` +
        `${issue.maximum}${unit}${shown}`;
    case "invalid_value":
      return `must be ${issue.values.map((v) => JSON.stringify(v)).join(" or ")}${shown}`;
    case "unrecognized_keys":
      return `has no field ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
    default:
      return issue.message + shown;
  }
}

/** @throws {ConfigError} if the text is not JSON. */
export function fromJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`The ${what} file is not JSON: ${(cause as Error).message}`);
  }
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
