import { z } from "zod";
import { ConfigError } from "./config_error.ts";
import { didYouMean } from "./did_you_mean.ts";
import { parseJson } from "./json_text.ts";
import { OLDER_FIELDS } from "./processes/foreign.ts";
import { DEFAULT_PROCESS } from "./processes/processes.ts";
import {
  type Experiment,
  type ExperimentInput,
  isSimulated,
  SimulatedExperiment,
  SnapshotExperiment,
} from "./schema.ts";

/**
 * Validates an experiment and fills in its defaults.
 *
 * @throws {ConfigError} listing every field that is wrong.
 */
export function parseExperiment(input: unknown): Experiment {
  const named = withProcess(withoutSchemaName(input));
  const { particles } = fieldsOf(named);
  // By the kind of particles before anything is read: each kind's mistakes are told in its own fields.
  if (fieldsOf(particles).system !== "foreign") {
    return parseWith(SimulatedExperiment, named, "experiment");
  }
  const older = OLDER_FIELDS.find((field) => Object.hasOwn(particles as object, field));
  if (older !== undefined) {
    throw new ConfigError(
      `The experiment is not valid:\n  particles.${older}: means nothing for particles of another ` +
        "code; an earlier version wrote it. Import the snapshots again by `spiediff import`.",
    );
  }
  return parseWith(SnapshotExperiment, named, "experiment");
}

/**
 * An experiment whose particles are simulated here.
 *
 * @throws {ConfigError} as `parseExperiment`; if its particles are another code's.
 */
export function parseSimulation(input: ExperimentInput): SimulatedExperiment {
  const experiment = parseExperiment(input);
  if (isSimulated(experiment)) return experiment;
  throw new ConfigError(`The particles of "${experiment.name}" are another code's.`);
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
    const node = () => nodeAt(schema, path, input);
    return `  ${path.join(".") || what}: ${sentence(issue, value, node)}`;
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
function sentence(
  issue: z.core.$ZodIssue,
  value: unknown,
  node: () => SchemaNode | undefined,
): string {
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
        issue.keys.map((key) =>
          JSON.stringify(key) + didYouMean(key, Object.keys(node()?.properties ?? {}))
        ).join(", ")
      }`;
    case "invalid_union": {
      const names = node()?.enum ?? [];
      if (names.length === 0) return inOwnWords(issue) + shown;
      const like = typeof value === "string" ? didYouMean(value, names.map(String)) : "";
      return `must be ${names.map((name) => JSON.stringify(name)).join(" or ")}${shown}${like}`;
    }
    default:
      return inOwnWords(issue) + shown;
  }
}

/** The schema's own words, where it has any. */
const inOwnWords = ({ message }: z.core.$ZodIssue) =>
  message.replace(/^Invalid input/, "is not valid");

/** @throws {ConfigError} if the text is not JSON, with line and column. */
export function fromJson(text: string, what: string): unknown {
  return parseJson(text, `The ${what} file`);
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
}

/** The schema at a path; of alternatives the one whose constants, such as `system`, the input has. */
function nodeAt(schema: z.ZodType, path: readonly string[], input: unknown) {
  let node: SchemaNode | undefined = z.toJSONSchema(schema, { io: "input" }) as SchemaNode;
  let value = input;
  const chosen = (among: SchemaNode | undefined): SchemaNode | undefined =>
    among?.oneOf?.find(({ properties = {} }) =>
      Object.entries(properties).every(([key, { const: only }]) =>
        only === undefined || only === fieldsOf(value)[key]
      )
    ) ?? among;
  for (const key of path) {
    value = fieldsOf(value)[key];
    // A constant that decides between alternatives, and is none of theirs.
    const between: readonly unknown[] | undefined = node?.oneOf?.map(({ properties }) =>
      properties?.[key]?.const
    );
    node = between ? { enum: between } : chosen(node?.properties?.[key] ?? node?.items);
  }
  return node;
}

/** The JSON schema of experiment files, for editors: of what is simulated here, or of snapshots. */
export function experimentJsonSchema(): object {
  const { $schema, oneOf: kinds } = z.toJSONSchema(
    z.xor([SimulatedExperiment, SnapshotExperiment]),
    {
      io: "input",
    },
  );
  const name = { type: "string", description: "Path of this schema, for editors; ignored." };
  return {
    $schema,
    oneOf: kinds?.map((kind) => ({ ...kind, properties: { $schema: name, ...kind.properties } })),
  };
}

/** A file may name its schema for its editor's sake; that is no part of the experiment. */
function withoutSchemaName(input: unknown): unknown {
  if (!Object.hasOwn(fieldsOf(input), "$schema")) return input;
  const { $schema: _, ...rest } = fieldsOf(input);
  return rest;
}

/** Files of the first versions name no process. */
function withProcess(input: unknown): unknown {
  const { particles } = fieldsOf(input);
  if (typeof particles !== "object" || particles === null || Array.isArray(particles)) return input;
  const { system = DEFAULT_PROCESS } = fieldsOf(particles);
  return { ...fieldsOf(input), particles: { ...particles, system } };
}

/** The fields of an object; none of anything else. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

export type { ExperimentInput };
