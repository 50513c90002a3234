import { expect, it } from "vitest";
import { metrics } from "./metrics.ts";

/** Values by the names and labels that stand before them. */
const read = (text: string) =>
  Object.fromEntries(
    text.trim().split("\n").filter((line) => !line.startsWith("#"))
      .map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
  );
const bucket = (bound: string) => `predictor_predict_seconds_bucket{le="${bound}"}`;

it("counts answers by path and status, and the seconds of predictions alone", () => {
  const counters = metrics();
  counters.answered("/predict", 200, 0.03);
  counters.answered("/predict", 200, 0.030001);
  counters.answered("/predict", 200, 75);
  counters.answered("/predict", 429, 0.5);
  counters.answered("/health", 200, 0.001);
  const values = read(counters.text({ queue_size: 7 }));
  expect(values[`predictor_requests_total{path="/predict",status="200"}`]).toBe(3);
  expect(values[`predictor_requests_total{path="/predict",status="429"}`]).toBe(1);
  expect(values[`predictor_requests_total{path="/health",status="200"}`]).toBe(1);
  // Buckets are cumulative, their bounds inside.
  const bounds = ["0.01", "0.03", "0.1", "0.3", "1", "3", "10", "30", "60", "+Inf"];
  expect(bounds.map((bound) => values[bucket(bound)])).toEqual([0, 1, 2, 2, 2, 2, 2, 2, 2, 3]);
  expect(values.predictor_predict_seconds_count).toBe(3);
  expect(values.predictor_predict_seconds_sum).toBeCloseTo(75.060001, 9);
  expect(values.predictor_queue_size).toBe(7);
});

it("is in the text format of Prometheus: each family's type before its values, a line break at the end", () => {
  const text = metrics().text({ queue_size: 0 });
  for (
    const type of ["requests_total counter", "predict_seconds histogram", "queue_size gauge"]
  ) expect(text).toContain(`# TYPE predictor_${type}\n`);
  expect(text.endsWith("predictor_queue_size 0\n")).toBe(true);
  expect(read(text)[bucket("+Inf")]).toBe(0);
});
