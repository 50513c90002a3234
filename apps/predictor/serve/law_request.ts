import { parseWith } from "@spiediff/user-text";
import { numberParser } from "@spiediff/command-line";
import { LAW_UNITS, type UnitSystem } from "@spiediff/law";
import { z } from "zod";
import { parseSeed } from "../cli/seed.ts";
import { evenGrid, readDensities } from "../law/density_grid.ts";
import { ensembleFields } from "./ensemble_fields.ts";
import { inOneLine } from "./predict_request.ts";
import { HttpError, type Limits } from "./types.ts";

/** A request for the law that has been checked. */
export interface LawRequest {
  readonly densities: Float64Array;
  readonly members: number;
  readonly seed: number | string;
  readonly level: number;
  readonly dimensionless: boolean;
}

/** The query of `GET /law`, as values. */
export const lawQuerySchema = (limits: Limits) =>
  z.strictObject({
    densities: z.string().max(10_000).optional(),
    ...ensembleFields(limits),
    dimensionless: z.enum(["true", "false"]).default("false"),
  });

/**
 * Reads the query of `GET /law`.
 *
 * @param trained Densities of the training, the range where none are asked for, in the law's unit.
 * @param own Units of the model's particles.
 * @throws {HttpError} 400 naming what is wrong.
 */
export function parseLawRequest(
  query: URLSearchParams,
  trained: readonly [number, number],
  limits: Limits,
  own: UnitSystem = LAW_UNITS,
): LawRequest {
  const twice = [...query.keys()].find((name, i, names) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new HttpError(400, `The query names ${twice} twice.`);
  const values = Object.fromEntries([...query].map(([name, text]) => [name, valueOf(name, text)]));
  return inOneLine(() => {
    const asked = parseWith(lawQuerySchema(limits), values, "query");
    const { densities: text, ...rest } = asked;
    const dimensionless = asked.dimensionless === "true";
    const unit = dimensionless ? 1 : own.density;
    const densities = text === undefined
      ? evenGrid(trained[0] * unit, trained[1] * unit)
      : readDensities(text, "densities");
    if (densities.length > limits.densities) {
      throw new HttpError(
        400,
        `densities are at most ${limits.densities}, and you ask for ${densities.length}.`,
      );
    }
    return { ...rest, densities, dimensionless };
  });
}

/** Numbers where numbers are due; what is none is left for the schema to refuse. */
function valueOf(name: string, text: string): unknown {
  if (name === "densities" || name === "dimensionless") return text;
  if (name === "seed") return parseSeed(text, "seed");
  try {
    return numberParser(text);
  } catch {
    return text;
  }
}
