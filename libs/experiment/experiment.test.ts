import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { processOf } from "@spiediff/kmc";
import {
  ConfigError,
  conservedField,
  describeParticles,
  experimentFromJson,
  experimentJsonSchema,
  experimentOnBonds,
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
      expect(sampling.burnIn > 0).toBe(["kawasaki", "arrhenius-2d"].includes(name));
    },
  );
  it("cover densities 0.1 to 0.9", () => {
    const ranges = preset("lrm").profiles.map(profileRange);
    expect(Math.min(...ranges.map(([low]) => low))).toBeCloseTo(0.1, 2);
    expect(Math.max(...ranges.map(([, high]) => high))).toBeCloseTo(0.9, 2);
  });
});

describe("what documented figures were computed with", () => {
  const waves = (name: Parameters<typeof preset>[0]) =>
    preset(name).profiles.map(({ name, mean, modes }) =>
      [name, mean, ...modes.map(({ k, amplitude, phase }) => `${amplitude}@${k}+${phase}`)].join(
        " ",
      )
    );
  it("is what lrm has: a preset's numbers change with its name only", () => {
    expect(waves("lrm")).toEqual([
      ...["wide 0.5 0.4@1+0", "middle 0.5 0.3@1+1", "low 0.3 0.2@1+2", "high 0.7 0.2@1+3"],
      ...["low-wide 0.38 0.27@1+4", "high-wide 0.62 0.27@1+5"],
      ...["skew 0.5 0.3@1+0 0.1@2+0.7", "double 0.5 0.36@2+0.4"],
    ]);
    const lrm = preset("lrm");
    expect(lrm).toMatchObject({
      ...{ name: "lrm", seed: 1, elements: 25, groundTruth: { realizations: 256 } },
      particles: { sites: 2000, halfWidth: 40, betaJ0: 1, beta: 1, initialState: "local-gibbs" },
      sampling: { realizations: 8000, burnIn: 0, h: [1e-6, 4e-6] },
      prediction: { times: [0, 0.0025, 0.005, 0.01, 0.02, 0.05] },
    });
    expect(lrm.prediction.profile.modes).toEqual([
      { k: 1, amplitude: 0.3, phase: 0 },
      { k: 2, amplitude: 0.08, phase: 1.5 },
    ]);
  });
  it("is what the others change of it", () => {
    const strengths = { "short-weak": 1, "short-strong": 4, "arrhenius-short": 2 } as const;
    for (const [name, betaJ0] of Object.entries(strengths)) {
      const { particles, ...own } = preset(name as keyof typeof strengths);
      expect(particles).toMatchObject({ sites: 2000, halfWidth: 1, betaJ0 });
      expect(own).toEqual((({ particles: _, ...rest }) => ({ ...rest, name }))(preset("lrm")));
    }
    expect(waves("scarce")).toEqual(waves("lrm").slice(0, 4));
    expect(preset("scarce").sampling).toEqual({ ...preset("lrm").sampling, realizations: 889 });
  });
  it.each<[Parameters<typeof preset>[0], [number, number], number, number[], number, object]>([
    ["zero-range", [0, 2], 0.25, [4, 16], 0, {}],
    ["inclusion", [0, 2], 1, [4, 16], 0, { alpha: 1 }],
    ["energy-exchange", [0.25, 1.75], 0.5, [4, 16], 0, {}],
    ["kawasaki", [0, 1], 0.1, [1, 3, 10, 20, 35], 40, { swaps: "metropolis", b: 2 }],
  ])(
    "is, for %s, lrm's profiles over %j, its times over the diffusivity and windows in hop times",
    (name, [low, high], diffusivity, windows, burnIn, own) => {
      const one = preset(name), lrm = preset("lrm"), hop = 600 ** 2;
      expect(one.particles).toMatchObject({ system: name, sites: 600, ...own });
      expect(one.groundTruth.realizations).toBe(128);
      expect(one.sampling.realizations).toBe(4000);
      const stretched = (a: typeof lrm.profiles[number], b: typeof a) => {
        expect(a.name).toBe(b.name);
        for (const x of [0, 0.1, 0.37, 0.8]) {
          expect(profileDensity(a, x)).toBeCloseTo(low + (high - low) * profileDensity(b, x), 12);
        }
      };
      one.profiles.forEach((profile, p) => stretched(profile, lrm.profiles[p]));
      expect(one.profiles).toHaveLength(8);
      stretched(one.prediction.profile, lrm.prediction.profile);
      one.prediction.times.forEach((t, k) =>
        expect(t * diffusivity).toBeCloseTo(lrm.prediction.times[k], 14)
      );
      expect(one.sampling.h.map((h) => Math.round(1e6 * h * hop) / 1e6)).toEqual(windows);
      expect(one.sampling.burnIn * hop).toBeCloseTo(burnIn, 9);
    },
  );
  it("is, of small ones, a seventh or less of the work over the first part of the times", () => {
    for (const name of ["lrm", "kawasaki", "inclusion"] as const) {
      const whole = preset(name), small = preset(name, undefined, true);
      expect(small.name).toBe(`${name}-quick`);
      expect(small.sampling).toEqual({ ...whole.sampling, realizations: 1000 });
      expect(small.training).toMatchObject({
        ...{ hidden: [48, 48, 48], steps: { k1: 1200, freeEnergy: 1200 } },
      });
      expect(small.prediction.members).toBe(60);
      expect(small.groundTruth.realizations).toBe(32);
      const last = whole.prediction.times.at(-1)!;
      expect(small.prediction.times.map((t) => Math.round(1e9 * t / last) / 1e9))
        .toEqual([0, 0.02, 0.04, 0.08]);
    }
    expect(preset("lrm", 9).seed).toBe(9);
    expect(preset("lrm", 0).seed).toBe(0);
    expect(preset("lrm").seed).toBe(1);
  });
  it("is, for a process of one's own, lrm's over its domain, or up to 2 above an end that nothing bounds", () => {
    const own = (low: number, high: number | null) =>
      experimentOnBonds("mine", {
        ...{ system: "own", title: "mine", source: "export {}", diffusivity: 0.5 },
        field: {
          name: "density",
          unit: "u",
          low,
          high,
          ideal: high === null ? "logarithm" : "logit",
        },
      });
    for (const [low, high, end] of [[0, 3, 3], [1, null, 3]] as const) {
      const { profiles, sampling, prediction, particles, name } = own(low, high);
      expect([name, particles.sites]).toEqual(["mine", 600]);
      expect(profiles[0].mean).toBeCloseTo(low + (end - low) / 2, 12);
      expect(profiles[0].modes[0].amplitude).toBeCloseTo((end - low) * 0.4, 12);
      expect(sampling.h.map((h) => h * 600 ** 2)).toEqual([4, 16].map((w) => expect.closeTo(w, 9)));
      expect(prediction.times.at(-1)).toBeCloseTo(0.1, 12);
    }
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

describe("ends of what is allowed", () => {
  const with_ = (path: string, value: unknown) => {
    const e = good();
    const names = path.split(".");
    // deno-lint-ignore no-explicit-any
    names.slice(0, -1).reduce((of: any, name) => of[name], e)[names.at(-1)!] = value;
    return () => parseExperiment(e);
  };
  it.each<[string, unknown[], unknown[]]>([
    ["sampling.realizations", [8, 1e8], [7, 1e8 + 1, 8.5]],
    ["sampling.burnIn", [0, 1], [-1e-9]],
    ["sampling.h", [[1], [1, 2, 3, 4, 5, 6, 7, 8]], [[], [1, 2, 3, 4, 5, 6, 7, 8, 9], [2, 2], [0]]],
    ["sampling.blocks", [2, 1e6], [1, 1e6 + 1]],
    ["training.seed", [0, Number.MAX_SAFE_INTEGER], [-1, 2 ** 53]],
    ["training.hidden", [[1], [1024], Array(8).fill(4)], [[], [0], [1025], Array(9).fill(4)]],
    ["training.batch", [1, 65536], [0, 65537]],
    ["training.steps.k1", [1, 1e7], [0, 1e7 + 1]],
    ["training.steps.freeEnergy", [1, 1e7], [0, 1e7 + 1]],
    ["training.learningRate", [1e-9, 1], [0, 1.01]],
    ["training.heldOut", [0, 0.5], [-0.01, 0.51]],
    ["training.diffusionSteps", [2, 1000], [1, 1001]],
    ["training.schedule", ["cosine", "linear"], ["square"]],
    ["training.indexDim", [1, 256], [0, 257]],
    ["training.epinetVisits", [1, 1000], [0, 1001]],
    ["prediction.times", [[0], [0, 1]], [[], [-1], [1, 1]]],
    ["prediction.members", [2, 100_000], [1, 100_001]],
    ["prediction.ddimSteps", [1, 50], [0, 51]],
    ["groundTruth.realizations", [2, 1e6], [1, 1e6 + 1]],
    ["elements", [4, 500], [2, 1000, 30]],
    ["seed", [0, Number.MAX_SAFE_INTEGER], [-1, 2 ** 53, 0.5]],
    ["name", ["n", "é ü", "n".repeat(200)], ["", "n".repeat(201), "a\nb"]],
    ["profiles.0.modes.0.k", [1, 9], [0, 1.5]],
  ])("%s may be %j, but none of %j", (path, fine, bad) => {
    for (const value of fine) expect(with_(path, value), JSON.stringify(value)).not.toThrow();
    for (const value of bad) {
      const last = path.split(".").at(-1)!;
      expect(with_(path, value), JSON.stringify(value)).toThrow(last === "k" ? "k" : last);
    }
  });
  it("three elements are a ring", () => {
    const e = good();
    [e.elements, e.particles.sites] = [3, 2001];
    expect(() => parseExperiment(e)).not.toThrow();
  });
  it("what is left out has these values", () => {
    const { training: _, ...e } = good();
    const { members: __, ddimSteps: ___, ...prediction } = e.prediction;
    const { training, prediction: read } = parseExperiment({ ...e, prediction });
    expect(training).toEqual({
      ...{ hidden: [64, 64, 64], batch: 256, steps: { k1: 4000, freeEnergy: 5000 } },
      ...{ learningRate: 0.01, heldOut: 0.1, diffusionSteps: 50, schedule: "cosine" },
      ...{ indexDim: 32, epinetVisits: 8 },
    });
    expect(read).toMatchObject({ members: 200, ddimSteps: 2 });
  });
  it("a square needs four elements a side, sixteen realizations and eight blocks", () => {
    const square = preset("exclusion-2d");
    const with_ = (elements: number, realizations: number, blocks?: number) => () =>
      parseExperiment({
        ...{ ...square, elements, particles: { ...square.particles, sites: 12 * elements } },
        sampling: { ...square.sampling, realizations, ...(blocks !== undefined && { blocks }) },
      });
    expect(with_(4, 16)).not.toThrow();
    expect(with_(4, 16, 8)).not.toThrow();
    expect(with_(3, 16)).toThrow(/elements: must be at least 4 on a square or cube: .*it is 3/);
    expect(with_(4, 15)).toThrow(/realizations: must be at least 16 on a square or cube.*not 15/);
    expect(with_(4, 16, 7)).toThrow("blocks: must be at least 8 on a square or cube, not 7");
  });
  it("flat profiles alone tell nothing; one with a gradient does", () => {
    const e = good();
    for (const profile of e.profiles) profile.modes = [{ k: 1, amplitude: 0, phase: 0 }];
    e.profiles[1].modes = [];
    expect(() => parseExperiment(e)).toThrow(/profiles: must not all be flat: .*"amplitude": 0\.3/);
    e.profiles[2].modes.push({ k: 2, amplitude: -0.1, phase: 0 });
    expect(() => parseExperiment(e)).not.toThrow();
  });
  it("particles that are no object are named as such", () => {
    for (const none of [null, 3, "lrm", [], undefined]) {
      expect(() => parseExperiment({ ...good(), particles: none })).toThrow(/particles: /);
    }
  });
});

describe("what an experiment's particles are", () => {
  it("is told by their title, an interaction by its reach and strength too", () => {
    const { title } = processOf(preset("lrm").particles);
    expect(describeParticles(preset("lrm"))).toEqual({
      particles: title,
      halfWidth: 40,
      betaJ0: 1,
    });
    const exchange = preset("energy-exchange");
    expect(describeParticles(exchange)).toEqual({ particles: processOf(exchange.particles).title });
    const foreign = { system: "foreign", sites: 100, beta: 1, drive: 1 } as const;
    expect(describeParticles({ particles: foreign })).toEqual({
      particles: "Particles of another code",
    });
    const names = { length: "m", time: "s", energy: "J", density: "particles per volume" };
    const scaled = (density: number) =>
      conservedField({
        particles: {
          ...foreign,
          scales: { length: 1, time: 1, density, timestep: 1, origin: 0, names },
        },
      });
    expect(conservedField({ particles: foreign })).toMatchObject({
      low: 0,
      high: 1,
      ideal: "logit",
    });
    expect(scaled(1)).toEqual({
      ...{ name: "density", unit: "particles per volume", low: 0, high: null, ideal: "logarithm" },
    });
    expect(scaled(0.8).unit).toBe("0.8 particles per volume");
    expect(conservedField(preset("lrm"))).toEqual(processOf(preset("lrm").particles).field);
  });
});

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

describe("squares and cubes", () => {
  const square = () => JSON.parse(JSON.stringify(preset("exclusion-2d")));
  type Square = ReturnType<typeof square>;

  it("have profiles of plane waves: products of sines of every axis", () => {
    const [, middle] = preset("exclusion-2d").profiles;
    const shift = 1 / 3 / 12, sine = (x: number) => Math.sin(2 * Math.PI * (x + shift));
    for (const [x, y] of [[0.1, 0.3], [0.9, 0.55], [0.25, 0]]) {
      expect(profileDensity(middle, [x, y])).toBeCloseTo(0.5 + 0.2 * sine(x) * sine(y), 12);
    }
    const [, cube] = preset("exclusion-3d").profiles, own = 1 / 3 / 6;
    const at = [0.2, 0.45, 0.7];
    const product = at.reduce((all, x) => all * Math.sin(2 * Math.PI * (x + own)), 1);
    expect(profileDensity(cube, at)).toBeCloseTo(0.5 + 0.2 * product, 12);
    expect(profileRange(middle)[0]).toBeCloseTo(0.3, 2);
    expect(profileRange(cube)[1]).toBeCloseTo(0.7, 1);
  });

  it("take a wave number alone as one along the first axis", () => {
    const profile = { name: "p", mean: 0.5, modes: [{ k: 2, amplitude: 0.1, phase: 0.3 }] };
    expect(profileDensity(profile, [0.2, 0.9])).toBe(profileDensity(profile, 0.2));
    const along = { ...profile, modes: [{ k: [2, 0], amplitude: 0.1, phase: 0.3 }] };
    expect(profileDensity(along, [0.2, 0.9])).toBeCloseTo(profileDensity(profile, 0.2), 14);
  });

  it.each<[string, (e: Square) => void, RegExp]>([
    [
      "a wave vector of a cube",
      (e) => e.profiles[0].modes[0].k = [1, 0, 0],
      /profiles\.0\.modes\.0\.k: must have 2 wave numbers, one for each axis, not \[1,0,0\]/,
    ],
    ["no wave", (e) => e.profiles[0].modes[0].k = [0, 0], /must not be zero along all axes/],
    ["a wave of a ring's", (e) => {
      e.particles.dimension = 1;
    }, /must be one wave number on a ring, not a list/],
    ["three elements", (e) => e.elements = 3, /elements: must be at least 4 on a square or cube/],
    [
      "few realizations",
      (e) => e.sampling.realizations = 15,
      /realizations: must be at least 16 on a square or cube/,
    ],
    ["few blocks", (e) => e.sampling.blocks = 7, /blocks: must be at least 8 on a square or cube/],
    [
      "a density beyond the domain, in a corner",
      (e) => e.profiles[0].modes.forEach((mode: { amplitude: number }) => mode.amplitude *= 2),
      /the density must stay inside \(0, 1\)/,
    ],
  ])("refuse %s by name", (_, change, message) => {
    const e = square();
    change(e);
    expect(() => parseExperiment(e)).toThrow(message);
  });
});
