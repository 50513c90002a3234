/** The service described for machines: OpenAPI 3.1, whose schemas are those that requests are checked by. */
import { z } from "zod";
import { BAND_COLUMNS } from "../band_output.ts";
import { LAW_QUANTITIES } from "../law/quantities.ts";
import { VERSION } from "../version.ts";
import { HEALTH, LAW, PREDICTION, REFUSAL } from "./answers.ts";
import { lawQuerySchema } from "./law_request.ts";
import { predictRequestSchema } from "./predict_request.ts";
import type { Limits } from "./types.ts";

type Json = Record<string, unknown>;

const schema = (of: z.ZodType, io: "input" | "output"): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(of, { io });
  return rest;
};
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** What may go wrong, by status. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: "The request is wrong; the sentence names the field",
  406: "No type that Accept names is given",
  408: "The request took too long to arrive",
  413: "The body is too long",
  415: "The body is compressed",
  429: "Too many requests wait",
  500: "A fault of the service",
  503: "Not computed in time, or the service ends",
};

const refusals = (...statuses: number[]) =>
  Object.fromEntries(statuses.map((status) => [status, {
    description: REFUSALS[status],
    content: { "application/json": { schema: reference("Refusal") } },
  }]));

const array = (shape: string) => ({
  schema: { type: "string", contentMediaType: "application/x-npy" },
  example: `NumPy array of float64 and shape ${shape}`,
});
const text = { schema: { type: "string" } };

/** The description of a service with these limits, as a JSON value. */
export function openApi(limits: Limits): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "spiediff predictor",
      version: VERSION,
      description:
        "Densities over time with bands, and the law they follow, from a trained model. Length is the " +
        "domain, time is diffusive, energies are in units of 1/beta; of a model of particles of another " +
        "code all are in the units of its files, unless dimensionless is asked for.",
      license: { name: "MIT", identifier: "MIT" },
    },
    paths: {
      "/health": { get: healthOperation() },
      "/metrics": {
        get: {
          operationId: "metrics",
          summary: "Counters in the text format of Prometheus",
          responses: { 200: { description: "Counters", content: { "text/plain": text } } },
        },
      },
      "/openapi.json": {
        get: {
          operationId: "openapi",
          summary: "This description",
          responses: {
            200: {
              description: "OpenAPI 3.1",
              content: { "application/json": { schema: { type: "object" } } },
            },
          },
        },
      },
      "/law": { get: lawOperation(limits) },
      "/predict": { post: predictOperation() },
    },
    components: {
      schemas: {
        Health: schema(HEALTH, "output"),
        Law: schema(LAW, "output"),
        Prediction: schema(PREDICTION, "output"),
        Predictions: predictionsSchema(),
        Refusal: schema(REFUSAL, "output"),
        PredictRequest: {
          ...schema(predictRequestSchema(limits), "input"),
          oneOf: [{ required: ["profile"] }, { required: ["profiles"] }],
        },
      },
    },
  };
}

/** Predictions in the order of the request's profiles. */
const predictionsSchema = (): Json => ({
  type: "object",
  properties: {
    format: { const: "spiediff-predictions" },
    version: { const: 1 },
    predictions: { type: "array", items: reference("Prediction") },
  },
  required: ["format", "version", "predictions"],
  additionalProperties: false,
});

const healthOperation = (): Json => ({
  operationId: "health",
  summary: "Whether the service is well, and which model it has",
  responses: {
    200: {
      description: "It is well",
      content: { "application/json": { schema: reference("Health") } },
    },
  },
});

const ABOUT: Readonly<Record<string, string>> = {
  densities: "Rising, with commas between, or LOW:HIGH:COUNT; those of the training if left out",
  members: "Ensemble members",
  seed: "Of the members: a whole number or a word",
  level: "Probability inside of the bands",
  dimensionless:
    "Densities and law in the law's own units, whatever the files of its particles had",
};

function lawOperation(limits: Limits): Json {
  const { properties } = schema(lawQuerySchema(limits), "input") as { properties: Json };
  const quantities = LAW_QUANTITIES.map(({ symbol }) => symbol).join(", ");
  return {
    operationId: "law",
    summary: `The learned law over densities: ${quantities}`,
    parameters: Object.entries(properties).map(([name, of]) => ({
      ...{ name, in: "query", required: false, description: ABOUT[name], schema: of },
    })),
    responses: {
      200: {
        description: "Mean and bands",
        content: {
          "application/json": { schema: reference("Law") },
          "text/csv": text,
          "application/x-npy": array(
            `(${LAW_QUANTITIES.length}, ${BAND_COLUMNS.length}, densities): ${quantities}; ` +
              BAND_COLUMNS.join(", "),
          ),
        },
      },
      ...refusals(400, 406, 429, 500, 503),
    },
  };
}

const predictOperation = (): Json => ({
  operationId: "predict",
  summary: "Densities over time from one profile, or from each of several",
  requestBody: {
    required: true,
    content: { "application/json": { schema: reference("PredictRequest") } },
  },
  responses: {
    200: {
      description: "A prediction; with profiles, one for each",
      content: {
        "application/json": {
          schema: { oneOf: [reference("Prediction"), reference("Predictions")] },
        },
        "text/csv": text,
        "application/x-npy": array(
          `(times, ${BAND_COLUMNS.length}, elements): ${BAND_COLUMNS.join(", ")}; with profiles ` +
            "these in front",
        ),
      },
    },
    ...refusals(400, 406, 408, 413, 415, 429, 500, 503),
  },
});
