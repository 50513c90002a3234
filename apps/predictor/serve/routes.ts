import { LAW_UNITS } from "@spiediff/law";
import { modelField, modelUnits } from "@spiediff/model-artifact/portable";
import { npyBytes } from "@spiediff/npy";
import { BAND_COLUMNS, bandRows } from "../band_output.ts";
import { LAW_QUANTITIES } from "../law/quantities.ts";
import { lawCsv, lawJson } from "../law/output.ts";
import { predictionCsv, predictionJson } from "../output.ts";
import { learnedLawInUnits } from "../units/law_in_units.ts";
import { checkProfile, predictInUnits } from "../units/predict_in_units.ts";
import type { Model, Prediction } from "../types.ts";
import { VERSION } from "../version.ts";
import { parseLawRequest } from "./law_request.ts";
import { acceptedType, type MediaType, predictionsCsv } from "./media_types.ts";
import { openApi } from "./openapi.ts";
import { parsePredictRequest, type PredictRequest, profileNamed } from "./predict_request.ts";
import { readBody } from "./read_body.ts";
import type { Answer, Exchange, Route } from "./route.ts";
import { HttpError } from "./types.ts";

const json = (value: unknown): Answer => ({
  type: "application/json",
  body: JSON.stringify(value) + "\n",
});

/** What each path answers. */
export const ROUTES: Readonly<Record<string, Route>> = {
  "/health": {
    method: "GET",
    answer: ({ context }) =>
      json({ status: "ok", version: VERSION, model: context.model.manifest.integrity }),
  },
  "/metrics": {
    method: "GET",
    answer: ({ context: { metrics, queue } }) => ({
      type: "text/plain; version=0.0.4",
      body: metrics.text({ queue_size: queue.size() }),
    }),
  },
  "/openapi.json": { method: "GET", answer: ({ context }) => json(openApi(context.limits)) },
  "/law": { method: "GET", answer: lawAnswer },
  "/predict": { method: "POST", answer: predictAnswer },
};

async function predictAnswer(exchange: Exchange): Promise<Answer> {
  const { context: { model, limits }, request } = exchange;
  const type = acceptedType(request.headers.accept);
  const asked = parsePredictRequest(
    await readBody(request, limits.bodyBytes),
    limits,
    modelUnits(model.manifest),
  );
  const { elements = model.manifest.system.elements } = asked.options;
  const field = modelField(model.manifest), { units } = asked;
  // A mistake in the last profile is told before the first one is computed.
  asked.profiles.forEach((profile, k) =>
    profileNamed(asked.batch ? k : undefined, () => checkProfile(profile, elements, field, units))
  );
  const predictions = await computed(exchange, async (signal) => {
    const all: Prediction[] = [];
    for (const profile of asked.profiles) {
      all.push(
        await predictInUnits(
          ...[model, profile, asked.times, { ...asked.options, signal }, units] as const,
        ),
      );
    }
    return all;
  });
  return predictionsAs(type, predictions, asked, model);
}

/** One prediction, or several in the order of their profiles. */
function predictionsAs(
  type: MediaType,
  predictions: readonly Prediction[],
  { batch, units }: PredictRequest,
  { manifest }: Model,
): Answer {
  const [first] = predictions;
  switch (type) {
    case "application/json": {
      const plain = predictions.map((prediction) => predictionJson(prediction, manifest, units));
      return json(
        batch ? { format: "spiediff-predictions", version: 1, predictions: plain } : plain[0],
      );
    }
    case "text/csv":
      return {
        type,
        body: batch ? predictionsCsv(predictions, units) : predictionCsv(first, units),
      };
    case "application/x-npy": {
      const shape = [first.times.length, BAND_COLUMNS.length, first.x.length];
      const rows = predictions.flatMap(({ density }) => density.flatMap(bandRows));
      return { type, body: npyBytes(batch ? [predictions.length, ...shape] : shape, rows) };
    }
  }
}

async function lawAnswer(exchange: Exchange): Promise<Answer> {
  const { context: { model: { manifest }, model, limits }, request, query } = exchange;
  const type = acceptedType(request.headers.accept);
  const own = modelUnits(manifest);
  const { densities, dimensionless, ...ensemble } = parseLawRequest(
    query,
    manifest.coverage.density,
    limits,
    own,
  );
  const units = dimensionless ? LAW_UNITS : own;
  const law = await computed(
    exchange,
    (signal) => learnedLawInUnits(model, densities, { ...ensemble, signal }, units),
  );
  switch (type) {
    case "application/json":
      return json(lawJson(law, manifest, ensemble, units));
    case "text/csv":
      return { type, body: lawCsv(law, units) };
    case "application/x-npy": {
      const shape = [LAW_QUANTITIES.length, BAND_COLUMNS.length, densities.length];
      return {
        type,
        body: npyBytes(shape, LAW_QUANTITIES.flatMap(({ key }) => bandRows(law[key]))),
      };
    }
  }
}

/**
 * Waits for its turn and computes, until the client goes away, the time is over or the service ends.
 *
 * @throws {HttpError} 429, 499 or 503 saying which.
 */
async function computed<T>(
  { context: { limits, queue, end }, response }: Exchange,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const gone = new AbortController();
  response.once("close", () => gone.abort(new HttpError(499, "The client went away.")));
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new HttpError(503, `No answer within ${limits.requestMilliseconds} ms.`)),
    limits.requestMilliseconds,
  );
  const signal = AbortSignal.any([gone.signal, late.signal, end]);
  try {
    return await queue.run(() => work(signal), signal);
  } finally {
    clearTimeout(timer);
  }
}
