const DEEPEST = 64;

/**
 * The one JSON text of a value: keys sorted by code unit, no spaces, numbers as ECMAScript prints
 * them. Two values that differ only in key order have the same text, hence the same hash.
 *
 * @throws {TypeError} on what JSON cannot hold: NaN, infinities, undefined, functions, or nesting
 * deeper than 64 levels.
 */
export function canonicalJson(value: unknown): string {
  return write(value, "$", 0);
}

function write(value: unknown, path: string, depth: number): string {
  if (depth > DEEPEST) throw new TypeError(`JSON is nested deeper than ${DEEPEST} levels.`);
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) {
        throw new TypeError(`${path} is ${value}; JSON holds finite numbers only.`);
      }
      return JSON.stringify(value);
    case "object":
      if (value === null) return "null";
      return Array.isArray(value)
        ? `[${value.map((item, i) => write(item, `${path}[${i}]`, depth + 1)).join(",")}]`
        : writeObject(value as Record<string, unknown>, path, depth);
    default:
      throw new TypeError(`${path} is of type ${typeof value}, which JSON cannot hold.`);
  }
}

function writeObject(value: Record<string, unknown>, path: string, depth: number): string {
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${write(value[key], `${path}.${key}`, depth + 1)}`);
  return `{${fields.join(",")}}`;
}
