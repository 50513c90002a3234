import { expect, it } from "vitest";
import { twoSpeciesRunner } from "@spiediff/kmc";
import { randomStream } from "@spiediff/random";
import { estimateFields } from "./estimate_fields.ts";
import { fieldsEstimateJson, parseFieldsEstimate } from "./estimate_text.ts";

const run = twoSpeciesRunner(
  { sites: 30, elements: 5, densities: [() => 0.3, () => 0.4] },
  1e-3,
);
const estimate = estimateFields(
  (function* () {
    for (let n = 0; n < 40; n++) yield run(randomStream(1, n));
  })(),
  { profileName: "flat", sites: 30, fields: 2 },
);
const text = () => JSON.parse(JSON.stringify(fieldsEstimateJson(estimate)));

it("estimates come back from their text to the last bit", () => {
  expect(parseFieldsEstimate(text())).toEqual(estimate);
});

it("what could not have been written is refused by its field", () => {
  const refused = (change: (json: Record<string, unknown[]>) => void) => {
    const json = text();
    change(json);
    return () => parseFieldsEstimate(json);
  };
  expect(() => parseFieldsEstimate(null)).toThrow("An estimate must be a JSON object.");
  expect(refused((json) => json.flux.pop())).toThrow("flux must be a list of 10");
  expect(refused((json) => json.middle[3] = null)).toThrow("middle[3] must be a finite number");
  expect(refused((json) => (json.fluxCovariance[0] as number[]).pop())).toThrow(
    "fluxCovariance[0] must be a list of 10",
  );
  expect(refused((json) => json.dissipationCovariance.pop())).toThrow(
    "dissipationCovariance must be a list of 5",
  );
  expect(refused((json) => delete (json as Record<string, unknown>).elements)).toThrow(
    "elements must be a whole number from 1",
  );
});
