import { readFile, stat } from "node:fs/promises";
import { Profile, profileDensity } from "@spiediff/experiment";
import type { ProfileInput } from "../types.ts";
import { parseExpression } from "./expression.ts";
import { UserError } from "@spiediff/command-line";

const LARGEST_FILE = 2 ** 20;

/**
 * The profile that a command line names: a `.csv` or `.json` file, or else an expression of x.
 *
 * @throws {UserError} saying what is wrong; whether densities fit is the prediction's to check.
 */
export async function readProfile(text: string): Promise<ProfileInput> {
  if (!/\.(csv|json)$/i.test(text)) return parseExpression(text);
  const info = await stat(text).catch(() => undefined);
  if (!info?.isFile()) throw new UserError(`There is no profile file ${text}.`);
  if (info.size > LARGEST_FILE) {
    throw new UserError(`The profile file ${text} has more than ${LARGEST_FILE} bytes.`);
  }
  const content = await readFile(text, "utf8");
  return /\.json$/i.test(text) ? profileOfJson(content, text) : profileOfCsv(content, text);
}

/**
 * From JSON: a list of nodal densities, `{"density": [...]}`, or a mean and modes as in experiment
 * files, `{"name", "mean", "modes"}`.
 */
export function profileOfJson(content: string, source: string): ProfileInput {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new UserError(`${source} is not valid JSON: ${(error as Error).message}.`);
  }
  const list = Array.isArray(value)
    ? value
    : value !== null && typeof value === "object" && "density" in value
    ? value.density
    : undefined;
  if (list === undefined) {
    const parsed = Profile.safeParse(value);
    if (parsed.success) return (x) => profileDensity(parsed.data, x);
    const { path, message } = parsed.error.issues[0];
    throw new UserError(
      `${source} is neither a list of densities nor a profile; ${
        path.join(".") || "it"
      }: ${message}.`,
    );
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

/**
 * From CSV: one nodal density a line, in the column named density, rho or mean, or else the last
 * column; lines that start with # are skipped.
 */
export function profileOfCsv(content: string, source: string): number[] {
  const rows = content.split(/\r?\n/)
    .map((line, i) => ({ cells: line.split(/[,;\t]/).map((cell) => cell.trim()), line: i + 1 }))
    .filter(({ cells }) => cells.join("") !== "" && !cells[0].startsWith("#"));
  if (rows.length === 0) throw new UserError(`${source} holds no values.`);
  const first = rows[0].cells;
  const hasHeader = first.some((cell) => /^[A-Za-z_]/.test(cell) && !/^(nan|inf)/i.test(cell));
  const named = first.findIndex((cell) => /^(density|rho|mean)$/i.test(cell));
  const column = hasHeader && named >= 0 ? named : first.length - 1;
  return rows.slice(hasHeader ? 1 : 0).map(({ cells, line }) => {
    const cell = cells[column];
    const value = Number(cell);
    if (cell === undefined || cell === "" || !Number.isFinite(value)) {
      throw new UserError(
        `${source}, line ${line}: ${JSON.stringify(cell ?? "")} is not a number.`,
      );
    }
    return value;
  });
}
