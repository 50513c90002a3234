import { describe, expect, it } from "vitest";
import {
  experimentFromJson,
  FIELDS_PRESET_NAMES,
  fieldsPreset,
  isOfFields,
  parseExperiment,
  parseFieldsExperiment,
  preset,
  startOf,
} from "../mod.ts";

const ring = fieldsPreset("thermo-elastic-chain", 7, true);
const refusal = (change: object) => {
  try {
    parseFieldsExperiment({ ...ring, ...change });
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

describe("experiments of several fields", () => {
  it.each(FIELDS_PRESET_NAMES)(
    "%s is one, large and small, and comes back from its own text",
    (name) => {
      const [large, small] = [false, true].map((quick) => fieldsPreset(name, undefined, quick));
      expect(experimentFromJson(JSON.stringify(large))).toEqual(large);
      expect(isOfFields(large)).toBe(true);
      expect(small.name).toBe(`${name}-quick`);
      expect(small.sampling.realizations).toBeLessThan(large.sampling.realizations);
      expect(small.profiles).toEqual(large.profiles.slice(0, 4));
    },
  );

  it("are told from those of one field, whose commands say where they go", () => {
    expect(isOfFields(preset("lrm"))).toBe(false);
    expect(() => parseExperiment(ring)).toThrow(/oscillator-ring, have several fields: it goes/);
  });

  it("have profiles as functions of position", () => {
    const { stretch, momentum, temperature } = startOf(ring.prediction.profile);
    expect(stretch(0)).toBeCloseTo(0.6, 12);
    expect(momentum(0.25)).toBeCloseTo(0.4, 12);
    expect(temperature(0)).toBeCloseTo(1 + 0.25 * Math.cos(1), 12);
  });

  it("refuse what cannot be, by its field", () => {
    expect(refusal({ sampling: { realizations: 100, window: 1e-3 } })).toMatch(
      /sampling.realizations: must be at least 162 to tell/,
    );
    expect(refusal({ elements: 24 })).toMatch(/elements: must divide particles.sites = 500/);
    const wave = (mean: number) => ({ mean, modes: [] });
    const withFields = (fields: object) => [{ name: "one", fields }, ...ring.profiles.slice(1)];
    expect(refusal({ profiles: withFields({ stretch: wave(0), momentum: wave(0) }) })).toMatch(
      /profiles.0.fields: must be momentum, stretch, temperature, not momentum, stretch/,
    );
    const cold = { stretch: wave(0), momentum: wave(0), temperature: wave(-1) };
    expect(refusal({ profiles: withFields(cold) })).toMatch(
      /profiles.0: profile "one" cannot be. The temperature of site 0 must be positive, not -1/,
    );
    expect(refusal({ profiles: ring.profiles.slice(0, 1) })).toMatch(/profiles/);
    const full = fieldsPreset("two-species");
    const crowded = { name: "a", fields: { first: wave(0.6), second: wave(0.5) } };
    expect(() => parseFieldsExperiment({ ...full, profiles: [crowded, ...full.profiles] })).toThrow(
      /must be positive with a sum below 1, not 0.6 and 0.5/,
    );
  });
});
