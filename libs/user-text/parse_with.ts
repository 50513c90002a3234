/** Values against a schema; every mistake is told by its field, with its value and what is allowed. */
import { z } from "zod";
import { ConfigError } from "./config_error.ts";
import { didYouMean } from "./did_you_mean.ts";

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

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}
