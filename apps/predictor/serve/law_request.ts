import { parseWith } from "@spiediff/user-text";
import { numberParser } from "@spiediff/command-line";
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
}

/** The query of `GET /law`, as values. */
export const lawQuerySchema = (limits: Limits) =>
  z.strictObject({
    densities: z.string().max(10_000).optional(),
    ...ensembleFields(limits),
  });

/**
 * Reads the query of `GET /law`.
 *
 * @param trained Densities of the training, the range where none are asked for.
 * @throws {HttpError} 400 naming what is wrong.
 */
export function parseLawRequest(
  query: URLSearchParams,
  trained: readonly [number, number],
  limits: Limits,
): LawRequest {
  const twice = [...query.keys()].find((name, i, names) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new HttpError(400, `The query names ${twice} twice.`);
  const values = Object.fromEntries([...query].map(([name, text]) => [name, valueOf(name, text)]));
  return inOneLine(() => {
    const { densities: text, ...rest } = parseWith(lawQuerySchema(limits), values, "query");
    const densities = text === undefined ? evenGrid(...trained) : readDensities(text, "densities");
    if (densities.length > limits.densities) {
      throw new HttpError(
        400,
        `densities are at most ${limits.densities}, and you ask for ${densities.length}.`,
      );
    }
    return { densities, ...rest };
  });
}

/** Numbers where numbers are due; what is none is left for the schema to refuse. */
function valueOf(name: string, text: string): unknown {
  if (name === "densities") return text;
  if (name === "seed") return parseSeed(text, "seed");
  try {
    return numberParser(text);
  } catch {
    return text;
  }
}
