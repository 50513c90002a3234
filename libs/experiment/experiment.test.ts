import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { processOf } from "@spiediff/kmc";
import {
  ConfigError,
  experimentFromJson,
  experimentJsonSchema,
  parseExperiment,
  preset,
  PRESET_NAMES,
  profileDensity,
  profileRange,
} from "./mod.ts";

const good = () => JSON.parse(JSON.stringify(preset("lrm")));

describe("presets", () => {
  it.each([...PRESET_NAMES])("%s is valid and survives JSON", (name) => {
    const e = preset(name, 7);
    expect(e.seed).toBe(7);
    expect(experimentFromJson(JSON.stringify(e))).toEqual(e);
  });
  it("have the constant kernel, which older files leave out", () => {
    const old = good();
    delete old.particles.kernel;
    expect(experimentFromJson(JSON.stringify(old)).particles).toMatchObject({
      kernel: { name: "constant" },
    });
  });
  it.each([...PRESET_NAMES])(
    "%s starts in local equilibrium; only memory of currents asks for burn-in",
    (name) => {
      const { particles, sampling } = preset(name);
      expect(processOf(particles).start().isEquilibrium).toBe(true);
      expect(sampling.burnIn > 0).toBe(name === "kawasaki");
    },
  );
  it("cover densities 0.1 to 0.9", () => {
    const ranges = preset("lrm").profiles.map(profileRange);
    expect(Math.min(...ranges.map(([low]) => low))).toBeCloseTo(0.1, 2);
    expect(Math.max(...ranges.map(([, high]) => high))).toBeCloseTo(0.9, 2);
  });
});

describe("processes on (0, infinity)", () => {
  it("take densities above 1", () => {
    for (const name of ["zero-range", "inclusion", "energy-exchange"] as const) {
      const { profiles, particles } = preset(name);
      expect(Math.max(...profiles.flatMap(profileRange))).toBeGreaterThan(1.2);
      expect(processOf(particles).field.high).toBeNull();
    }
  });
  it("are small on demand, the process the same", () => {
    const whole = preset("kawasaki", 2), small = preset("kawasaki", 2, true);
    expect(small.particles).toEqual(whole.particles);
    expect(small.sampling.realizations).toBeLessThan(whole.sampling.realizations);
    expect(preset("quick")).toEqual({ ...preset("lrm", 1, true), name: "quick" });
  });
});

type Edit = (e: ReturnType<typeof good>) => void;
type Wrong = [what: string, edit: Edit, message: RegExp];
const mistakes: Wrong[] = [
  ["M does not divide N", (e) => e.elements = 30, /elements: must divide particles\.sites = 2000/],
  ["h = 0", (e) => e.sampling.h = [0], /sampling\.h\.0: must be above 0 \(it is 0\)/],
  ["h negative", (e) => e.sampling.h = [1e-6, -4e-6], /sampling\.h\.1/],
  ["h not increasing", (e) => e.sampling.h = [4e-6, 1e-6], /sampling\.h\.1: must be above/],
  [
    "R = 1",
    (e) => e.sampling.realizations = 1,
    /sampling\.realizations: must be at least 8 \(it is 1\)/,
  ],
  ["R not whole", (e) => e.sampling.realizations = 2.5, /sampling\.realizations/],
  [
    "profile outside (0,1)",
    (e) => e.profiles[0].mean = 0.95,
    /profiles\.0: .*inside \(0, 1\).*wide/,
  ],
  [
    "energies below 0",
    (e) => {
      e.particles = { system: "energy-exchange", sites: 600 };
      e.profiles[0].mean = 0.2;
    },
    /profiles\.0: the energy must stay above 0, but profile "wide" runs from -0\.2000/,
  ],
  [
    "a field of another process",
    (e) => e.particles = { system: "inclusion", sites: 600, b: 2 },
    /particles: has no field "b"/,
  ],
  [
    "a process without its parameter",
    (e) => e.particles = { system: "kawasaki", sites: 600 },
    /particles\.b: is missing; must be a number/,
  ],
  [
    "no process",
    (e) => e.particles = { system: "zero-rage", sites: 600 },
    /particles\.system: must be .* did you mean "zero-range"\?/,
  ],
  ["profile is a number", (e) => e.profiles[1] = 3, /profiles\.1/],
  [
    "same name twice",
    (e) => e.profiles[1].name = "wide",
    /profiles\.1\.name: "wide" is used twice/,
  ],
  [
    "same name in capitals",
    (e) => e.profiles[1].name = "WIDE",
    /profiles\.1\.name: differs from "wide" in capitals only/,
  ],
  ...["../x", "a/b", "a\\b", "..", ".hidden", "", "a b", "é"].map((name): Wrong => [
    `profile ${JSON.stringify(name)}`,
    (e) => e.profiles[0].name = name,
    /profiles\.0\.name: use letters, digits/,
  ]),
  ...["con", "NUL.txt", "com1"].map((name): Wrong => [
    `profile ${name}`,
    (e) => e.profiles[0].name = name,
    /profiles\.0\.name: is a device of Windows/,
  ]),
  [
    "profile of 81 letters",
    (e) => e.profiles[0].name = "n".repeat(81),
    /profiles\.0\.name: must have at most 80 characters/,
  ],
  [
    "escape sequence in the name",
    (e) => e.name = "a\x1b[31m",
    /^ {2}name: must not have line breaks or control characters/m,
  ],
  ["no name", (e) => e.name = "", /^ {2}name: must not be empty$/m],
  [
    "a kernel that meets itself",
    (e) => Object.assign(e.particles, { sites: 2025, halfWidth: 1012 }),
    /halfWidth: must be at most .*1011/,
  ],
  [
    "more sites than engines count",
    (e) => e.particles.sites = 2_100_000,
    /sites: must be at most 2\^21 to be simulated, not 2100000/,
  ],
  ["L too large", (e) => e.particles.halfWidth = 1000, /halfWidth: must be at most .*999/],
  [
    "unknown kernel",
    (e) => e.particles.kernel = { name: "step" },
    /particles\.kernel/,
  ],
  [
    "short table",
    (e) => e.particles.kernel = { name: "table", values: [1, 2] },
    /particles\.kernel\.values: must have halfWidth = 40 values, not 2/,
  ],
  ["unknown field", (e) => e.particles.temperature = 1, /particles: .*temperature/],
  ["missing seed", (e) => delete e.seed, /seed: is missing; must be a number/],
  ["NaN", (e) => e.particles.betaJ0 = NaN, /particles\.betaJ0/],
  ["too many DDIM steps", (e) => e.prediction.ddimSteps = 60, /ddimSteps: must be at most/],
];

describe("parseExperiment", () => {
  it.each(mistakes)("refuses %s by name", (_, edit, message) => {
    const e = good();
    edit(e);
    expect(() => parseExperiment(e)).toThrow(ConfigError);
    expect(() => parseExperiment(e)).toThrow(message);
  });
  it("takes no notice of a file's $schema", () => {
    expect(parseExperiment({ $schema: "./experiment.schema.json", ...good() })).toEqual(good());
  });
  it("says which field a mistyped one may be", () => {
    const { sampling: { realizations, ...sampling }, ...rest } = preset("quick");
    const mistyped = { ...rest, sampling: { ...sampling, realisations: realizations } };
    expect(() => parseExperiment(mistyped)).toThrow(
      /no field "realisations"; did you mean "realizations"\?/,
    );
  });
  it("tells mistakes in the fields of the kind of particles, and of the kernel", () => {
    const wrong = (particles: object) => () =>
      parseExperiment({ ...good(), particles: { ...good().particles, ...particles } });
    expect(wrong({ halfwidth: 3 })).toThrow(
      /particles: has no field "halfwidth"; did you mean "halfWidth"\?/,
    );
    expect(wrong({ kernel: { name: "gaussian", widh: 1 } })).toThrow(
      /particles\.kernel: has no field "widh"; did you mean "width"\?/,
    );
    expect(wrong({ system: "arrhenius-exclusio" })).toThrow(
      /particles\.system: must be "arrhenius-exclusion" or .* \(it is "arrhenius-exclusio"\); did you mean/,
    );
    expect(wrong({ kernel: { name: "gausian" } })).toThrow(
      /particles\.kernel\.name: must be "constant" or .*; did you mean "gaussian"\?/,
    );
  });
  it("simulates the only process of older files where none is named, in the same JSON", () => {
    const { system: _, ...older } = good().particles;
    expect(JSON.stringify(parseExperiment({ ...good(), particles: older })))
      .toBe(JSON.stringify(good()));
  });
  it("refuses text that is not JSON", () => {
    expect(() => experimentFromJson("{")).toThrow(/not valid JSON: line 1, column 2/);
  });
  it("refuses whatever is not an experiment, never with another error", () => {
    fc.assert(fc.property(fc.anything(), (x) => {
      expect(() => parseExperiment(x)).toThrow(ConfigError);
    }));
  });
});

describe("profiles", () => {
  it("stay within the range that is stated for them", () => {
    const modes = fc.array(
      fc.record({
        k: fc.integer({ min: 1, max: 6 }),
        amplitude: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
        phase: fc.double({ min: -4, max: 4, noNaN: true }),
      }),
      { maxLength: 4 },
    );
    fc.assert(fc.property(modes, fc.double({ min: 0, max: 1, noNaN: true }), (m, x) => {
      const profile = { name: "p", mean: 0.5, modes: m };
      const [low, high] = profileRange(profile);
      const rho = profileDensity(profile, x);
      expect(rho).toBeGreaterThan(low - 1e-3);
      expect(rho).toBeLessThan(high + 1e-3);
    }));
  });
});

it("the JSON schema names every top-level field of both kinds of experiments", () => {
  const { oneOf: [simulated, snapshots] } = experimentJsonSchema() as {
    oneOf: { properties: Record<string, unknown> }[];
  };
  const fields = Object.keys(preset("lrm"));
  expect(Object.keys(simulated.properties)).toEqual(["$schema", ...fields]);
  expect(Object.keys(snapshots.properties)).toEqual(
    ["$schema", ...fields.filter((field) => field !== "groundTruth")],
  );
});
