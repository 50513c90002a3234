import { z } from "zod";
import { parseJson, parseWith } from "@spiediff/experiment";
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

/** @throws {HttpError} 400 naming every field that is wrong. */
export function parsePredictRequest(body: string, limits: Limits): PredictRequest {
  let request: z.infer<ReturnType<typeof schemaFor>>;
  try {
    request = parseWith(schemaFor(limits), parseJson(body, "The body"), "body");
  } catch (error) {
    // A line for each complaint; an answer has one.
    const lines = (error as Error).message.replace(":\n  ", ": ").replaceAll("\n  ", "; ");
    throw new HttpError(400, lines.replace(/(?<![.?!])$/, "."));
  }
  const { profile, times, members, seed, level, ddimSteps, elements } = request;
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
