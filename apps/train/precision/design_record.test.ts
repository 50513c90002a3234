import { expect, it } from "vitest";
import { preset } from "@spiediff/experiment";
import type { DesignFile } from "./design_file.ts";
import { recordOf } from "./design_record.ts";

const settings = {
  prior: { diffusivity: { bends: [] }, mobility: { bends: [] } },
  lawError: 1e-4,
  widthFactor: { diffusivity: 1, mobility: 1 },
};
const batch = (name: string, realizations: number) => ({
  profile: { name, mean: 0.5, modes: [{ k: 1, amplitude: 0.3, phase: 0 }] },
  ...{ realizations, gain: 1.2, reason: "narrows 1.20 times as much" },
});
const file: DesignFile = {
  ...{ format: 1, fingerprint: "", experiment: preset("quick"), design: "active" },
  until: ["D 1 %"],
  window: { h: 1e-6, burnIn: 0, burnInReason: "none is needed", tried: [] },
  forecast: { seconds: 12.3, low: 8, high: 19, realizations: 9000, fixedSeconds: 20 },
  ...{ secondsEach: 1e-3, pilotSeconds: 1 },
  rounds: [{
    batches: [batch("wide.r1", 4000), batch("low.r1", 1000)],
    ...{ settings, factors: settings.widthFactor, expected: [0.9], share: 1 },
    after: { percent: [0.98765], refitted: [1], settings, coreSeconds: 5, estimates: {} },
  }],
  result: null,
};

it("the record of a design has the aim, the promise, and every batch with its reason", () => {
  const { text, batches } = recordOf(file);
  expect(text.join(" ")).toContain('Aim: D 1 %; profiles by the design "active". Window 0.000001');
  expect(text.join(" ")).toContain("Planned: 12 core-seconds, 90 % 8 to 19");
  expect(text.join(" ")).toContain("It has not ended yet.");
  expect(batches.rows).toEqual([
    ["1", "wide.r1", "4000", "narrows 1.20 times as much", "0.99 %"],
    ["1", "low.r1", "1000", "narrows 1.20 times as much", ""],
  ]);
});
