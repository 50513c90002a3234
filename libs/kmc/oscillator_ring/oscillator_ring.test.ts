import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { ringMobility, ringThermodynamics } from "@spiediff/exact-reference";
import { hatFunction } from "@spiediff/mesh";
import { chiSquarePValue } from "@spiediff/numerics";
import { randomStream } from "@spiediff/random";
import { advanceRing } from "./chain.ts";
import {
  addHatAverages,
  addSmoothAverages,
  elementWeights,
} from "../several_fields/element_averages.ts";
import { localGibbs } from "./local_gibbs.ts";
import { applyNoise, resamplePair } from "./noise.ts";
import { ringRunner, ringTrajectories } from "./realization.ts";
import {
  force,
  noiseStep,
  type OscillatorRing,
  potential,
  type RingConfiguration,
} from "./types.ts";

/** Two-sided, five standard errors: 6e-7 a comparison. */
const SIGMAS = 5;
/** Probability of a false alarm of one chi-square test. */
const ALARM = 1e-5;

const system = { sites: 60, cubic: 0.5, resampling: 0.01, exchange: 0.04 };
const ring: OscillatorRing = { ...system, step: noiseStep(system) };
const uniformStart = { stretch: () => 0.4, momentum: () => 0.3, temperature: () => 1 };
const exact = ringThermodynamics(0.5).atStretch(0.4, 1);

const newRing = (sites: number): RingConfiguration => ({
  stretch: new Float64Array(sites),
  momentum: new Float64Array(sites),
});
const energyOf = ({ stretch, momentum }: RingConfiguration) =>
  stretch.reduce((sum, r, x) => sum + potential(r, 0.5) + momentum[x] ** 2 / 2, 0);
const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);

/** Mean over realizations against an expectation, in standard errors. */
function deviation(values: readonly number[], expected: number): number {
  const n = values.length, mean = values.reduce((a, b) => a + b) / n;
  const square = values.reduce((s, v) => s + (v - mean) ** 2, 0);
  return Math.abs(mean - expected) / Math.sqrt(square / (n * (n - 1)));
}

/** p-value of counts against probabilities. */
function fit(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((a, b) => a + b);
  const square = counts.reduce(
    (s, n, k) => s + (n - total * shares[k]) ** 2 / (total * shares[k]),
    0,
  );
  return chiSquarePValue(square, counts.length - 1);
}

describe("conservation", () => {
  const drawn = (seed: number) => {
    const configuration = newRing(ring.sites);
    localGibbs(ring, uniformStart)(configuration, randomStream(seed, "conservation"));
    return configuration;
  };

  it("holds for every event of the noise: stretch, momentum and energy to rounding", () => {
    const configuration = drawn(1), { stretch, momentum } = configuration;
    const before = [sum(stretch), sum(momentum), energyOf(configuration)];
    applyNoise(ring, configuration, 50, randomStream(2, "noise"), null);
    [sum(stretch), sum(momentum), energyOf(configuration)].forEach((v, k) =>
      expect(v / before[k]).toBeCloseTo(1, 11)
    );
  });

  it("holds in time: sums to rounding, energy to second order in the step", () => {
    const error = (step: number) => {
      const configuration = drawn(3), { stretch, momentum } = configuration;
      const before = [sum(stretch), sum(momentum), energyOf(configuration)];
      const still = { ...ring, resampling: 0, exchange: 0, step };
      advanceRing(still, configuration, 0.5, randomStream(4), null);
      expect(sum(stretch)).toBeCloseTo(before[0], 10);
      expect(sum(momentum)).toBeCloseTo(before[1], 10);
      return Math.abs(energyOf(configuration) / before[2] - 1);
    };
    expect(error(0.02)).toBeLessThan(2e-5);
    expect(error(0.04) / error(0.02)).toBeGreaterThan(3);
  });
});

describe("resampling", () => {
  it("keeps the pair's energy", () => {
    const number = fc.double({ min: -2, max: 2, noNaN: true });
    const { uniform } = randomStream(5, "pairs");
    fc.assert(fc.property(number, number, number, (c, rho, pi) => {
      const out = { rho: 0, pi: 0 };
      resamplePair(c, rho, pi, 0.5, uniform, out);
      const at = (rho: number, pi: number) =>
        pi * pi + potential(c + rho, 0.5) + potential(c - rho, 0.5);
      expect(at(out.rho, out.pi)).toBeCloseTo(at(rho, pi), 10);
    }));
  });

  it.each([[0.4, 0.7], [-0.3, 4], [0, 0.01]])(
    "draws the microcanonical measure at c = %d, E = %d (false alarms 1e-5)",
    (c, energy) => {
      const a = 1 + c + 3 * c * c, cells = 24;
      const top = (e: number) => Math.sqrt(-a + Math.sqrt(a * a + 2 * e));
      // The measure is the derivative in E of areas in (rho, pi), here those with pi > 0 left of an angle's rho.
      const area = (e: number, to: number) => {
        const n = 4000, end = Math.min(1, to / top(e));
        let total = 0;
        // rho = top sin t makes the integrand smooth.
        const last = Math.asin(Math.max(-1, end)), h = (last + Math.PI / 2) / n;
        for (let k = 0; k < n; k++) {
          const t = -Math.PI / 2 + (k + 0.5) * h, rho = top(e) * Math.sin(t);
          total += h * top(e) * Math.cos(t) * Math.sqrt(e - a * rho * rho - rho ** 4 / 2);
        }
        return total;
      };
      const edges = Array.from(
        { length: cells / 2 + 1 },
        (_, k) => top(energy) * Math.sin(Math.PI * (2 * k / cells - 0.5)),
      );
      const d = 1e-4 * energy;
      // The two ends move with E: all of the area counts there.
      const below = edges.map((rho, k) =>
        k === 0
          ? 0
          : k === cells / 2
          ? area(energy + d, Infinity) - area(energy - d, Infinity)
          : area(energy + d, rho) - area(energy - d, rho)
      );
      const whole = below[cells / 2];
      const shares = below.slice(1).flatMap((v, k) => {
        const share = (v - below[k]) / whole / 2;
        return [share, share];
      });
      const counts = new Array(cells).fill(0);
      const { uniform } = randomStream(6, "microcanonical", c, energy), out = { rho: 0, pi: 0 };
      for (let n = 0; n < 40_000; n++) {
        resamplePair(c, 0, Math.sqrt(energy), 0.5, uniform, out);
        const cell = edges.findIndex((edge, k) => k > 0 && out.rho <= edge * (1 + 1e-12)) - 1;
        counts[2 * (cell < 0 ? cells / 2 - 1 : cell) + (out.pi > 0 ? 1 : 0)]++;
      }
      expect(fit(counts, shares)).toBeGreaterThan(ALARM);
      // Far from uniform in the angle, which is what a draw without rejection would be.
      if (energy > 1) expect(fit(counts, counts.map(() => 1 / cells))).toBeLessThan(1e-9);
    },
  );
});

describe("local equilibrium", () => {
  const cells = 20, low = -1.4, width = 0.18;
  /** Shares of stretches between equal cells and beyond them. */
  const shares = (() => {
    const fine = 200, counts = new Array(cells).fill(0);
    let all = 0;
    for (let r = -6; r < 6; r += width / fine) {
      const middle = r + width / fine / 2;
      const weight = Math.exp(-(potential(middle, 0.5) - exact.tension * middle));
      all += weight;
      counts[Math.min(cells - 1, Math.max(0, Math.floor((middle - low) / width)))] += weight;
    }
    return counts.map((w) => w / all);
  })();
  const count = (values: Iterable<number>, counts: number[]) => {
    for (const r of values) {
      counts[Math.min(cells - 1, Math.max(0, Math.floor((r - low) / width)))]++;
    }
  };

  it("is drawn exactly, and kept by the dynamics (false alarms 1e-5 each)", () => {
    const sample = localGibbs(ring, uniformStart), stream = randomStream(7, "equilibrium");
    const configuration = newRing(ring.sites);
    const drawn = new Array(cells).fill(0), kept = new Array(cells).fill(0);
    for (let n = 0; n < 300; n++) {
      sample(configuration, stream);
      count(configuration.stretch, drawn);
      advanceRing(ring, configuration, 0.1, stream, null);
      count(configuration.stretch, kept);
    }
    expect(fit(drawn, shares)).toBeGreaterThan(ALARM);
    // Canonical rings: stretches at one time are independent, after any time.
    expect(fit(kept, shares)).toBeGreaterThan(ALARM);
  });

  it("has the means of a profile", () => {
    const start = {
      stretch: (x: number) => 0.4 + 0.2 * Math.cos(2 * Math.PI * x),
      momentum: (x: number) => 0.4 * Math.sin(2 * Math.PI * x),
      temperature: (x: number) => 1 + 0.25 * Math.cos(2 * Math.PI * x + 1),
    };
    const run = ringTrajectories({ ring, start, elements: 5 }, [0]);
    const stream = randomStream(8, "profile"), rows: Float64Array[] = [];
    for (let n = 0; n < 400; n++) rows.push(run(stream));
    const between = elementWeights(60, 5, 0.5), atSite = elementWeights(60, 5, 0);
    const expected = new Float64Array(15);
    const over = (f: (x: number) => number, shift: number) =>
      Float64Array.from({ length: 60 }, (_, x) => f((x + shift) / 60));
    addHatAverages(between, over(start.stretch, 0.5), 1, expected.subarray(0, 5));
    addHatAverages(atSite, over(start.momentum, 0), 1, expected.subarray(5, 10));
    const thermodynamics = ringThermodynamics(0.5);
    const stored = over((x) => {
      const T = start.temperature(x);
      return thermodynamics.atStretch(start.stretch(x), T).internalEnergy - T / 2;
    }, 0.5);
    const kinetic = over((x) => (start.momentum(x) ** 2 + start.temperature(x)) / 2, 0);
    addHatAverages(between, stored, 1, expected.subarray(10));
    addHatAverages(atSite, kinetic, 1, expected.subarray(10));
    expected.forEach((v, k) =>
      expect(deviation(rows.map((row) => row[k]), v)).toBeLessThan(SIGMAS)
    );
  });

  it("refuses what it cannot draw", () => {
    expect(() => localGibbs(ring, { ...uniformStart, temperature: () => 0 }))
      .toThrow("The temperature of site 0 must be positive, not 0.");
    expect(() => localGibbs(ring, { ...uniformStart, stretch: () => 30 }))
      .toThrow("No tension gives the mean stretch 30");
  });
});

describe("what windows tell of uniform equilibrium", () => {
  const elements = 5, window = 4e-3;
  const run = ringRunner({ ring, start: uniformStart, elements }, window);
  const stream = randomStream(9, "windows");
  const rows = Array.from({ length: 1500 }, () => {
    const { flux, dissipation, fields, start } = run(stream);
    const mean = (values: Float64Array, k: number) =>
      sum(values.subarray(k * elements, (k + 1) * elements)) / elements;
    return {
      flux: [0, 1, 2].map((k) => mean(flux, k)),
      dissipation: [0, 1, 2, 3, 4, 5].map((k) => mean(dissipation, k)),
      fields: [0, 1, 2].map((k) => mean(fields, k)),
      kept: [0, 1, 2].map((k) => mean(fields, k) - mean(start, k)),
    };
  });

  it("is M = G M0 G^T by products of jumps", () => {
    const p = 0.3, { rr, re, ee, pp } = ringMobility(exact, ring);
    [rr, 0, pp, re, p * pp, ee + p * p * pp].forEach((value, k) => {
      expect(deviation(rows.map((row) => row.dissipation[k]), value)).toBeLessThan(SIGMAS);
    });
    // The errors are small enough to tell: 1 % of the diagonal.
    expect(deviation(rows.map((row) => row.dissipation[0]), 1.05 * rr)).toBeGreaterThan(SIGMAS);
    expect(deviation(rows.map((row) => row.dissipation[2]), 1.05 * pp)).toBeGreaterThan(SIGMAS);
  });

  it("are the fluxes -p, -tau and -tau p", () => {
    [-0.3, -exact.tension, -0.3 * exact.tension].forEach((value, k) => {
      expect(deviation(rows.map((row) => row.flux[k]), value)).toBeLessThan(SIGMAS);
    });
    expect(deviation(rows.map((row) => row.flux[1]), -0.96 * exact.tension)).toBeGreaterThan(
      SIGMAS,
    );
  });

  it("are the fields, which a window does not change but for the step's error of the energy", () => {
    [0.4, 0.3, exact.internalEnergy + 0.045].forEach((value, k) => {
      expect(deviation(rows.map((row) => row.fields[k]), value)).toBeLessThan(SIGMAS);
    });
    rows.forEach(({ kept }) => {
      expect(kept[0]).toBeCloseTo(0, 12);
      expect(kept[1]).toBeCloseTo(0, 12);
      expect(Math.abs(kept[2])).toBeLessThan(1e-3);
    });
  });
});

it("sees the fluxes of gradients: nu0 of stretch, nu0 + nu1 of momentum", () => {
  const k = 2 * Math.PI, elements = 10, middle = 4;
  const profile = {
    stretch: (x: number) => 0.4 + 0.2 * Math.cos(k * x),
    momentum: (x: number) => 0.4 * Math.sin(k * x),
    temperature: () => 1,
  };
  const strong = { ...ring, resampling: 0.2, exchange: 0.1, step: 0.02 };
  const run = ringRunner({ ring: strong, start: profile, elements }, 5e-4);
  const stream = randomStream(10, "gradients"), rows: number[][] = [];
  for (let n = 0; n < 3000; n++) {
    const { flux } = run(stream);
    rows.push([flux[middle], flux[elements + middle]]);
  }
  // A quadratic B-spline is the density of a sum of three uniform numbers, one element wide each.
  const cells = Array.from({ length: 8 }, (_, c) => ((c + 0.5) / 8 - 0.5) / elements);
  const smooth = (f: (x: number) => number) => {
    let total = 0;
    for (const a of cells) {
      for (const b of cells) for (const c of cells) total += f(0.45 + a + b + c);
    }
    return total / 512;
  };
  const thermodynamics = ringThermodynamics(0.5);
  const stretching = smooth((x) => -profile.momentum(x) + 0.2 * 0.2 * k * Math.sin(k * x));
  const pulling = smooth((x) =>
    -thermodynamics.atStretch(profile.stretch(x), 1).tension - 0.3 * 0.4 * k * Math.cos(k * x)
  );
  expect(deviation(rows.map(([r]) => r), stretching)).toBeLessThan(SIGMAS);
  expect(deviation(rows.map(([, p]) => p), pulling)).toBeLessThan(SIGMAS);
  // A fifth less of the noise's part would be seen.
  const less = pulling - 0.06 * 0.4 * k;
  expect(deviation(rows.map(([, p]) => p), less)).toBeGreaterThan(SIGMAS);
});

describe("averages", () => {
  const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
    minLength: 24,
    maxLength: 24,
  })
    .map((v) => Float64Array.from(v));

  it("keep sums, and what is constant", () => {
    fc.assert(fc.property(values, fc.constantFrom<0 | 0.5>(0, 0.5), (v, shift) => {
      const weights = elementWeights(24, 4, shift);
      for (const add of [addHatAverages, addSmoothAverages]) {
        const out = new Float64Array(4), flat = new Float64Array(4);
        add(weights, v, 2, out);
        expect(sum(out) * 6).toBeCloseTo(2 * sum(v), 11);
        add(weights, new Float64Array(24).fill(3), 1, flat);
        flat.forEach((f) => expect(f).toBeCloseTo(3, 12));
      }
    }));
  });

  it("are over hats at the nodes and quadratic B-splines between them", () => {
    const spline = (s: number) => s < 0.5 ? 0.75 - s * s : s < 1.5 ? (1.5 - s) ** 2 / 2 : 0;
    fc.assert(fc.property(values, fc.constantFrom<0 | 0.5>(0, 0.5), (v, shift) => {
      const weights = elementWeights(24, 4, shift);
      const hats = new Float64Array(4), smooth = new Float64Array(4);
      addHatAverages(weights, v, 1, hats);
      addSmoothAverages(weights, v, 1, smooth);
      for (let e = 0; e < 4; e++) {
        let atNode = 0, between = 0;
        v.forEach((value, x) => {
          const place = (x + shift) / 6, s = Math.abs(place - e - 0.5);
          atNode += value / 6 * hatFunction(e, place / 4, 4);
          between += value / 6 * spline(Math.min(s, 4 - s));
        });
        expect(hats[e]).toBeCloseTo(atNode, 12);
        expect(smooth[e]).toBeCloseTo(between, 12);
      }
    }));
  });

  it("refuse elements that do not divide the ring", () => {
    expect(() => elementWeights(24, 5, 0)).toThrow(
      "elements must be at least 3 and divide the 24 sites",
    );
  });
});

it("refuses bad rings, windows and times by name", () => {
  const plan = { ring, start: uniformStart, elements: 5 };
  expect(() => ringRunner({ ...plan, ring: { ...ring, cubic: 2 } }, 1)).toThrow("cubic must lie");
  expect(() => ringRunner({ ...plan, ring: { ...ring, step: 2 } }, 1)).toThrow("step must lie");
  expect(() => ringRunner({ ...plan, ring: { ...ring, sites: 2.5 } }, 1)).toThrow("sites must be");
  expect(() => ringRunner({ ...plan, ring: { ...ring, exchange: -1 } }, 1))
    .toThrow("exchange must be finite and not negative, not be -1.");
  expect(() => ringRunner(plan, 0)).toThrow("window must be positive and finite, not 0.");
  expect(() => ringTrajectories(plan, [1, 0.5])).toThrow("number 1 is 0.5.");
});

it("has V' as derivative of V", () => {
  fc.assert(fc.property(fc.double({ min: -2, max: 2, noNaN: true }), (r) => {
    const h = 1e-5;
    const slope = (potential(r + h, 0.5) - potential(r - h, 0.5)) / (2 * h);
    expect(slope).toBeCloseTo(force(r, 0.5), 7);
  }));
});
