import { readFile, stat } from "node:fs/promises";
import {
  decodeText,
  didYouMean,
  parseJson,
  parseNumberTable,
  parseWith,
  Profile,
  profileDensity,
} from "@spiediff/user-text";
import { LAW_UNITS, type UnitSystem } from "@spiediff/law";
import type { ProfileInput } from "../types.ts";
import { parseExpression } from "./expression.ts";
import { unreadableFile, UserError } from "@spiediff/command-line";

const LARGEST_FILE = 2 ** 20;

/**
 * The profile that a command line names: a `.csv` or `.json` file, or else an expression of x.
 *
 * @param units Of its positions and densities.
 * @throws {UserError} saying what is wrong; whether densities fit is the prediction's to check.
 */
export async function readProfile(
  text: string,
  units: UnitSystem = LAW_UNITS,
): Promise<ProfileInput> {
  if (!/\.(csv|json)$/i.test(text)) return expressionIn(units, text);
  const what = `The profile file ${text}`;
  const info = await stat(text).catch((cause) => {
    throw unreadableFile(what, cause);
  });
  if (!info.isFile()) throw new UserError(`${what} cannot be used: it is no file.`);
  if (info.size > LARGEST_FILE) {
    throw new UserError(`${what} has more than ${LARGEST_FILE} bytes.`);
  }
  const content = decodeText(
    await readFile(text).catch((cause) => {
      throw unreadableFile(what, cause);
    }),
    text,
  );
  return /\.json$/i.test(text) ? profileOfJson(content, text, units) : profileOfCsv(content, text);
}

/** An expression of the position in given units; in those of files, `L` is the box. */
export const expressionIn = ({ isLaw, length }: UnitSystem, text: string) =>
  parseExpression(text, isLaw ? undefined : length);

/**
 * From JSON: a list of nodal densities, `{"density": [...]}`, or a mean and modes as in experiment
 * files, `{"name", "mean", "modes"}`.
 */
export function profileOfJson(
  content: string,
  source: string,
  { origin, length }: UnitSystem = LAW_UNITS,
): ProfileInput {
  const value = parseJson(content, source);
  const list = Array.isArray(value)
    ? value
    : value !== null && typeof value === "object" && "density" in value
    ? value.density
    : undefined;
  if (list === undefined) {
    const near = Object.keys(value ?? {}).map((key) => ({
      key,
      hint: didYouMean(key, ["density"]),
    }))
      .find(({ hint }) => hint !== "");
    if (near !== undefined) {
      throw new UserError(`${source} has no field ${JSON.stringify(near.key)}${near.hint}`);
    }
    const profile = parseWith(
      Profile,
      value,
      `profile of ${source}, which is no list of densities,`,
    );
    return (x) => profileDensity(profile, (x - origin) / length);
  }
  if (!Array.isArray(list)) {
    throw new UserError(`${source}: the density must be a list of numbers.`);
  }
  return list.map((item, i) => {
    if (typeof item !== "number") {
      throw new UserError(`${source}: value ${i} is ${JSON.stringify(item)}, not a number.`);
    }
    return item;
  });
}

/** Names of a density's column; a table may have one of them only. */
const DENSITY_NAMES = ["density", "rho", "mean"];

/**
 * From CSV: one nodal density a line, in the column named density, rho or mean, or in the only one.
 *
 * @throws {UserError} if several columns stand there and none, or more than one, has such a name; {ConfigError} naming
 * line and column of what is not a number.
 */
export function profileOfCsv(content: string, source: string): number[] {
  const { header = [], columns, values, lines } = parseNumberTable(content, source);
  const names = header.map((name) => name.toLowerCase());
  const known = DENSITY_NAMES.filter((name) => names.includes(name));
  if (known.length > 1) {
    // A learned function over densities has both, and is no profile.
    throw new UserError(
      `${source} has the columns ${
        known.join(" and ")
      }, each of which may be the density; leave one.`,
    );
  }
  const named = known.length === 1 ? names.indexOf(known[0]) : undefined;
  if (named === undefined && columns > 1) {
    const found = names.length === 0 ? "no names" : `the names ${header.join(", ")}`;
    throw new UserError(
      `${source} has ${columns} columns with ${found}; name the density's column density, rho or mean.`,
    );
  }
  return lines.map((_, row) => values[row * columns + (named ?? 0)]);
}
