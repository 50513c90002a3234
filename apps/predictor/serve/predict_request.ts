import { z } from "zod";
import { parseJson, parseWith } from "@spiediff/user-text";
import { isUsersMistake } from "@spiediff/command-line";
import { LAW_UNITS, type UnitSystem } from "@spiediff/law";
import { expressionIn } from "../cli/read_profile.ts";
import type { PredictOptions, ProfileInput } from "../types.ts";
import { ensembleFields } from "./ensemble_fields.ts";
import { HttpError, type Limits } from "./types.ts";

/** A request that has been checked. */
export interface PredictRequest {
  readonly profiles: readonly ProfileInput[];
  /** Whether a list of profiles was asked for, of which there may be one. */
  readonly batch: boolean;
  readonly times: readonly number[];
  readonly options: PredictOptions;
  /** Of profiles, times and the answer. */
  readonly units: UnitSystem;
}

/** The body of `POST /predict`; unknown fields are refused. Exactly one of profile and profiles is there. */
export const predictRequestSchema = (limits: Limits) => {
  const profile = z.union([z.string().max(500), z.array(z.number()).max(limits.elements)], {
    error: "must be an expression of x or a list of densities",
  });
  return z.strictObject({
    profile: profile.optional(),
    profiles: z.array(profile).min(1).max(limits.profiles).optional(),
    times: z.array(z.number()).min(1).max(limits.times),
    ...ensembleFields(limits),
    ddimSteps: z.int().min(1).default(2),
    elements: z.int().min(3).max(limits.elements).optional(),
    externalField: z.number().optional(),
    dimensionless: z.boolean().default(false),
  });
};

/**
 * @param own Units of the model's particles.
 * @throws {HttpError} 400 naming every field that is wrong.
 */
export function parsePredictRequest(
  body: string,
  limits: Limits,
  own: UnitSystem = LAW_UNITS,
): PredictRequest {
  const request = inOneLine(() =>
    parseWith(predictRequestSchema(limits), parseJson(body, "The body"), "body")
  );
  const { profile, profiles, times, members, seed, level, ddimSteps, elements } = request;
  const { externalField } = request;
  if ((profile === undefined) === (profiles === undefined)) {
    throw new HttpError(400, "The body must have either profile or profiles.");
  }
  const units = request.dimensionless ? LAW_UNITS : own;
  const texts = profiles ?? [profile!];
  return {
    profiles: texts.map((one, k) =>
      profileNamed(
        profiles && k,
        () => typeof one === "string" ? expressionIn(units, one) : one,
      )
    ),
    batch: profiles !== undefined,
    times,
    units,
    options: {
      members,
      seed,
      level,
      sampler: { kind: "ddim", steps: ddimSteps },
      ...(elements === undefined ? {} : { elements }),
      ...(externalField === undefined ? {} : { externalField }),
    },
  };
}

/**
 * Does something with a profile; of several, a refusal says of which.
 *
 * @param number Its number; undefined where it is the only one.
 */
export function profileNamed<T>(number: number | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (number === undefined || !isUsersMistake(error)) throw error;
    throw new HttpError(400, `profiles[${number}]: ${error.message}`);
  }
}

/** Complaints have a line each; an answer has one. @throws {HttpError} 400. */
export function inOneLine<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const lines = (error as Error).message.replace(":\n  ", ": ").replaceAll("\n  ", "; ");
    throw new HttpError(400, lines.replace(/(?<![.?!])$/, "."));
  }
}
