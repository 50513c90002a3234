/** What the service answers, as schemas; whoever reads them knows every field. */
import { BAND_PARTS } from "@spiediff/law";
import { z } from "zod";
import { LAW_QUANTITIES } from "../law/quantities.ts";

const numbers = (meaning: string) => z.array(z.number()).describe(meaning);
const range = z.tuple([z.number(), z.number()]);

const band = (over: string) =>
  z.strictObject({
    mean: numbers(`Mean over the members, over ${over}`),
    lower: numbers("Lower end of the band of each point"),
    upper: numbers("Upper end of the band of each point"),
  });

const curveBand = (over: string) =>
  band(over).extend({
    wholeCurve: z.strictObject({ lower: z.array(z.number()), upper: z.array(z.number()) })
      .describe("A member, at all points together, lies inside with the level's probability"),
  });

const model = z.strictObject({
  integrity: z.string().describe("SHA-256 of the model"),
  code: z.strictObject({
    name: z.string(),
    version: z.string(),
    commit: z.string().nullable(),
  }),
  system: z.record(z.string(), z.unknown()),
});
const units = z.record(z.string(), z.string());
const coverage = z.strictObject({ density: range });

export const HEALTH = z.strictObject({
  status: z.literal("ok"),
  version: z.string(),
  model: z.string().describe("SHA-256 of the model"),
});

export const REFUSAL = z.strictObject({ error: z.string().describe("One sentence") });

export const LAW = z.strictObject({
  format: z.literal("spiediff-law"),
  version: z.literal(1),
  model,
  units,
  coverage,
  gauge: z.strictObject({ referenceDensity: z.number() }),
  level: z.number(),
  members: z.int(),
  seed: z.union([z.int(), z.string()]),
  density: z.array(z.number()),
  ...Object.fromEntries(
    LAW_QUANTITIES.map(({ key, title, unit }) => [
      key,
      curveBand("densities").describe(`${title}, ${unit}`),
    ]),
  ),
});

export const PREDICTION = z.strictObject({
  format: z.literal("spiediff-prediction"),
  version: z.literal(1),
  model,
  units,
  times: numbers("[times]"),
  x: numbers("Nodes, [elements]"),
  level: z.number(),
  memberCount: z.int(),
  externalField: z.number(),
  density: z.array(curveBand("nodes")).describe("Averages over hat functions for each time"),
  bandParts: z.array(z.strictObject(
    Object.fromEntries(BAND_PARTS.map(({ key }) => [key, numbers("[elements]").nullable()])),
  )).describe("Standard deviations that the bands of densities are made of, for each time"),
  fluctuation: z.array(z.array(z.number())).nullable()
    .describe("Standard deviation of a single system for each time and node"),
  freeEnergy: band("times"),
  massDrift: numbers("[times]"),
  meshError: z.array(z.number()).nullable(),
  initial: z.strictObject({ density: z.array(z.number()), mass: z.number() }),
  stationaryFrom: z.number().nullable(),
  invariants: z.record(z.string(), z.number().nullable()),
  steps: z.strictObject({
    accepted: z.int(),
    rejectedForError: z.int(),
    rejectedForInvariant: z.int(),
    rejectedForBounds: z.int(),
    lawEvaluations: z.int(),
    smallestStep: z.number().nullable().describe("Null where no step was taken"),
    largestStep: z.number(),
  }),
  coverage: z.strictObject({
    trained: range,
    visited: range,
    firstTimeOutside: z.number().nullable(),
  }),
  table: z.strictObject({
    used: z.boolean(),
    k1Error: z.number(),
    drivingForceError: z.number(),
    k1Points: z.int(),
    drivingForcePoints: z.int(),
    range,
    fallbackRows: z.int(),
  }),
  nonConvexMembers: z.int(),
  seconds: z.strictObject({ tables: z.number(), integration: z.number() }),
  warnings: z.array(z.string()),
});
