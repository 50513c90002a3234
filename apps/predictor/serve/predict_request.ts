import { z } from "zod";
import { didYouMean, parseJson } from "@spiediff/experiment";
import { parseExpression } from "../cli/expression.ts";
import type { PredictOptions, ProfileInput } from "../types.ts";
import { HttpError, type Limits } from "./types.ts";

/** A request that has been checked. */
export interface PredictRequest {
  readonly profile: ProfileInput;
  readonly times: readonly number[];
  readonly options: PredictOptions;
}

/** The body of `POST /predict`; unknown fields are refused. */
const schemaFor = (limits: Limits) =>
  z.strictObject({
    profile: z.union([z.string().max(500), z.array(z.number()).max(limits.elements)], {
      error: "must be an expression of x or a list of densities",
    }),
    times: z.array(z.number()).min(1).max(limits.times),
    members: z.int().min(1).max(limits.members).default(Math.min(500, limits.members)),
    seed: z.union([z.int(), z.string().min(1).max(100)], {
      error: "must be a whole number or a word",
    }).default(1),
    level: z.number().gt(0).lt(1).default(0.95),
    ddimSteps: z.int().min(1).default(2),
    elements: z.int().min(3).max(limits.elements).optional(),
  });

/** @throws {HttpError} 400 naming the field. */
export function parsePredictRequest(body: string, limits: Limits): PredictRequest {
  let value: unknown;
  try {
    value = parseJson(body, "The body");
  } catch (error) {
    throw new HttpError(400, (error as Error).message);
  }
  const schema = schemaFor(limits);
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const { path, message } = issue;
    if (issue.code === "unrecognized_keys") {
      const [key] = issue.keys;
      const near = didYouMean(key, Object.keys(schema.shape));
      throw new HttpError(400, `The body has no field ${JSON.stringify(key)}${near || "."}`);
    }
    throw new HttpError(400, `The field ${path.map(String).join(".") || "(body)"}: ${message}.`);
  }
  const { profile, times, members, seed, level, ddimSteps, elements } = parsed.data;
  return {
    profile: typeof profile === "string" ? parseExpression(profile) : profile,
    times,
    options: {
      members,
      seed,
      level,
      sampler: { kind: "ddim", steps: ddimSteps },
      ...(elements === undefined ? {} : { elements }),
    },
  };
}
