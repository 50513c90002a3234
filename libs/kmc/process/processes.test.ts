import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { curvatureOf, instantaneousMetropolis } from "@spiediff/exact-reference";
import { gaussLegendre, gaussPoints } from "@spiediff/numerics";
import { randomStream } from "@spiediff/random";
import { ALARM, deviateOf, pearson } from "../arrhenius/enumeration.ts";
import { cases, exchange, metropolis } from "./_cases.ts";
import { beginRecording, createBonds, loadContents } from "./bonds.ts";
import { processRunner } from "./realization.ts";
import { runUntil } from "./run.ts";
import type { BondProcess } from "./types.ts";

const counted = [...cases, metropolis];
const all = [...counted, exchange];

/** Fields are meant to be weak; a strong one shows mistakes. */
const FIELD = 0.3;

/** `[to, rate]` of all jumps, in a field of `beta E eps / 2`. */
function jumpsFrom(
  process: BondProcess,
  contents: readonly number[],
  field = 0,
): [number[], number][] {
  const n = contents.length;
  return contents.flatMap((_, x) =>
    [1, -1].map((step): [number[], number] => {
      const at = (k: number) => (x + k * step + 2 * n) % n;
      const rate = process.rate(
        contents[x],
        contents[at(1)],
        contents[at(-1)],
        contents[at(2)],
      );
      const to = contents.with(x, contents[x] - 1);
      to[at(1)]++;
      return [to, rate * Math.exp(field * step)];
    })
  ).filter(([, rate]) => rate > 0);
}

const keyOf = (contents: ArrayLike<number>) =>
  Array.from(contents).reduce((key, n) => 16 * key + n, 0);

/** The law after a hop time: the generator's exponential by its uniformised series. */
function lawAt(
  process: BondProcess,
  start: readonly number[],
  time: number,
  field = 0,
): Map<number, number> {
  const index = new Map([[keyOf(start), 0]]);
  const states = [[...start]];
  const jumps: [number, number][][] = [];
  for (let i = 0; i < states.length; i++) {
    jumps.push(
      jumpsFrom(process, states[i], field).map(([to, rate]) => {
        const key = keyOf(to);
        if (!index.has(key)) index.set(key, states.push(to) - 1);
        return [index.get(key)!, rate];
      }),
    );
  }
  const escape = jumps.map((out) => out.reduce((sum, [, rate]) => sum + rate, 0));
  const most = Math.max(...escape);
  let p: number[] = states.map((_, i) => i === 0 ? 1 : 0);
  const law = p.map(() => 0);
  for (let k = 0, weight = Math.exp(-most * time); k < 40 + 10 * most * time; k++) {
    p.forEach((q, i) => law[i] += weight * q);
    weight *= most * time / (k + 1);
    const next = p.map((q, i) => q * (1 - escape[i] / most));
    jumps.forEach((out, i) => out.forEach(([to, rate]) => next[to] += p[i] * rate / most));
    p = next;
  }
  return new Map([...index].map(([key, i]) => [key, law[i]]));
}

/** Mean and its standard error. */
function meanOf(values: readonly number[]): { mean: number; error: number } {
  const n = values.length, mean = values.reduce((a, b) => a + b, 0) / n;
  const square = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return { mean, error: Math.sqrt(square / (n * (n - 1))) };
}

/** Standard errors between the mean of `values` and `expected`. */
function deviation(values: readonly number[], expected: number): number {
  const { mean, error } = meanOf(values);
  return Math.abs(mean - expected) / error;
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
const wave = (sites: number, density: number, amplitude = 0.4) =>
  Float64Array.from(
    { length: sites },
    (_, x) => density * (1 + amplitude * Math.cos(2 * Math.PI * x / sites)),
  );

describe.each(counted)("rates of $name", ({ process, start }) => {
  it("obey detailed balance for the equilibrium weight, in any configuration", () => {
    const { high } = process.field;
    const site = fc.integer({ min: 0, max: Math.min(high, 6) });
    fc.assert(fc.property(fc.array(site, { minLength: 5, maxLength: 8 }), (contents) => {
      for (const [to, forth] of jumpsFrom(process, contents)) {
        const back = jumpsFrom(process, to)
          .filter(([next]) => next.every((n, x) => n === contents[x]))
          .reduce((total, [, rate]) => total + rate, 0);
        const balance = process.logWeight(to) - process.logWeight(contents);
        expect(Math.log(forth / back)).toBeCloseTo(balance, 9);
      }
    }));
  });

  it.each([[false, 0], [true, 0], [false, FIELD], [true, FIELD]])(
    "give the enumerated ring's law at a finite time, recording %s, in a field %d (false alarms 1e-5)",
    (recording, field) => {
      const time = 0.6 / Math.max(1, process.bound ?? 1);
      const bonds = createBonds(process, start.length, 1, field);
      const stream = randomStream(3, "finite time", process.name, start.join(), String(recording))
        .split(field);
      const counts = new Map<number, number>();
      for (let r = 0; r < 20_000; r++) {
        loadContents(bonds, start);
        beginRecording(bonds, recording);
        runUntil(bonds, time, stream);
        const key = keyOf(bonds.contents);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      const found = pearson(counts, lawAt(process, start, time, field));
      expect(found.degreesOfFreedom).toBeGreaterThan(5);
      expect(deviateOf(found)).toBeLessThan(ALARM);
      // Negative control: 5 % more time is another law.
      const other = deviateOf(pearson(counts, lawAt(process, start, 1.4 * time, field)));
      expect(other).toBeGreaterThan(ALARM);
      if (field === 0) return;
      const undriven = deviateOf(pearson(counts, lawAt(process, start, time)));
      expect(undriven).toBeGreaterThan(ALARM);
    },
  );
});

describe.each(all)("realizations of $name", ({ process, density, reference }) => {
  // Long enough for slow swaps to be many.
  const hopTime = Math.max(1, 0.25 / reference.mobility(density)) / 24 ** 2;
  const plan = {
    process,
    density: wave(24, density, 0.6),
    elements: 4,
    burnIn: 0.5 * hopTime,
    horizons: [hopTime, 2 * hopTime],
    controlVariates: true,
  };

  it("start from local equilibrium: mean, and variance of the sum (false alarms 1e-5)", () => {
    const sites = 40, runs = 4000;
    const stream = randomStream(5, "start", process.name, density);
    const sloped = wave(sites, density), out = new Float64Array(sites);
    const drawSloped = process.sampler(sloped);
    const first = Array.from({ length: runs }, () => {
      drawSloped(out, stream);
      return out.reduce((total, n, x) => total + n * Math.cos(2 * Math.PI * x / sites), 0);
    });
    // Each of 2 comparisons at 4.6 standard errors; density and local field differ by O(eps^2) of b.
    expect(deviation(first, 0.2 * density * sites)).toBeLessThan(4.6);
    const drawFlat = process.sampler(new Float64Array(sites).fill(density));
    const squares = Array.from({ length: runs }, () => {
      drawFlat(out, stream);
      return (sum(out) - sites * density) ** 2 / sites;
    });
    expect(deviation(squares, 1 / curvatureOf(reference, density))).toBeLessThan(4.6);
  });

  it.each([0, FIELD])(
    "conserve the sum in a field %d, and densities follow the currents",
    (field) => {
      const run = processRunner({ ...plan, field });
      let moved = false;
      for (let r = 0; r < 20; r++) {
        const { start, windows } = run(randomStream(7, "conserve", process.name, r));
        const before = sum(start);
        windows.forEach(({ current }) => {
          const after = start.map((z, i) => z + current.at(i - 1)! - current[i]);
          expect(sum(after)).toBeCloseTo(before, 12);
          moved ||= current.some((q) => q !== 0);
        });
      }
      expect(moved).toBe(true);
      const bonds = createBonds(process, 24, 4, field);
      const contents = new Float64Array(24);
      const stream = randomStream(7, "contents", process.name);
      process.sampler(plan.density)(contents, stream);
      loadContents(bonds, contents);
      runUntil(bonds, 20, stream);
      expect(bonds.events).toBeGreaterThan(0);
      expect(sum(bonds.contents)).toBeCloseTo(sum(contents), 10);
    },
  );

  it("are the same bits for the same seed, whatever ran before", () => {
    const copy = () => structuredClone(processRunner(plan)(randomStream(9, "bits", 1)));
    const run = processRunner(plan);
    run(randomStream(9, "bits", 0));
    const again = run(randomStream(9, "bits", 1));
    expect(again).toEqual(copy());
    expect(run(randomStream(9, "bits", 2))).not.toEqual(copy());
  });

  it.each([
    0,
    FIELD,
  ])(
    "have the compensator as drift, the bracket as variance in a field %d (false alarms 1e-4)",
    (field) => {
      const run = processRunner({ ...plan, field });
      const drift: number[][] = [], square: number[][] = [];
      const runs = 3000, unit = plan.elements / 24 ** 2;
      for (let r = 0; r < runs; r++) {
        const { current, compensator, smoothCompensator, bracket } =
          run(randomStream(11, "martingale", process.name, density, r)).windows[1];
        drift.push(Array.from(current, (q, e) => (q - compensator[e]) / unit));
        square.push(
          drift[r].flatMap((m, e) =>
            drift[r].slice(e).map((other, k) =>
              m * other - (k === 0 ? bracket[e * plan.elements + e] / unit ** 2 : 0)
            )
          ),
        );
        expect(sum(smoothCompensator)).toBeCloseTo(sum(compensator), 12);
      }
      // 4 means and 10 products at 4.5 standard errors.
      for (const rows of [drift, square]) {
        rows[0].forEach((_, i) =>
          expect(deviation(rows.map((row) => row[i]), 0)).toBeLessThan(4.5)
        );
      }
      // Negative control: without compensator the wave's current, or the field's, stands out.
      const raw = Array.from({ length: runs }, (_, r) => {
        const { current } =
          run(randomStream(11, "martingale", process.name, density, r)).windows[1];
        return current[0] + current[1];
      });
      expect(deviation(raw, 0)).toBeGreaterThan(4.5);
    },
  );
});

/** `<bracket> / 2` and `<A^2> / 2` of the current through the ring, per site and hop time. */
function equilibrium(process: BondProcess, density: number, tau: number, runs: number) {
  const sites = 40;
  const run = processRunner({
    process,
    density: new Float64Array(sites).fill(density),
    elements: 4,
    burnIn: 0,
    horizons: [tau / sites ** 2],
    controlVariates: true,
  });
  const unit = 4 / sites ** 2, norm = 2 * sites * tau;
  const records = Array.from({ length: runs }, (_, r) => {
    const [{ compensator, bracket }] = run(randomStream(13, process.name, density, r)).windows;
    return {
      bracket: sum(bracket) / unit ** 2 / norm,
      memory: (sum(compensator) / unit) ** 2 / norm,
    };
  });
  return {
    bracket: records.map((record) => record.bracket),
    memory: records.map((record) => record.memory),
  };
}

describe("mobility in equilibrium (3 standard errors: false alarms .003 each)", () => {
  it.each([...cases, exchange])(
    "of $name is the exact law's",
    ({ process, density, reference }) => {
      const { bracket, memory } = equilibrium(process, density, 2, 600);
      expect(deviation(bracket, reference.mobility(density))).toBeLessThan(3);
      expect(meanOf(bracket).error / meanOf(bracket).mean).toBeLessThan(0.02);
      // Of gradient type: the ring's whole drift is nothing but rounding.
      expect(Math.max(...memory)).toBeLessThan(1e-18);
    },
  );

  it("of Metropolis swaps at b = 2 falls below the instantaneous mobility by Green and Kubo's part", () => {
    const { bracket, memory } = equilibrium(metropolis.process, 0.5, 10, 2500);
    const instantaneous = instantaneousMetropolis(0.5, 2);
    const whole = instantaneous - metropolis.reference.mobility(0.5);
    expect(deviation(bracket, instantaneous)).toBeLessThan(3);
    // Of that part a window of ten hop times sees 94.5 % (rings solved exactly).
    expect(deviation(memory, 0.945 * whole)).toBeLessThan(3);
    expect(deviation(bracket.map((value, r) => value - memory[r]), instantaneous)).toBeGreaterThan(
      4,
    );
  });
});

describe("an external field", () => {
  const current = (process: BondProcess, density: number, field: number) => {
    const plan = { process, field, density: new Float64Array(24).fill(density), elements: 4 };
    const windows = { burnIn: 0, horizons: [1 / 24 ** 2], controlVariates: true };
    const [window] = processRunner({ ...plan, ...windows })(randomStream(19, process.name)).windows;
    return { flow: sum(window.compensator) * 4 / 24 ** 2, bracket: sum(window.bracket) };
  };

  it.each(cases)(
    "adds m E to the current of $name: the bracket's share, exactly",
    ({ process, density }) => {
      // Of gradient type: (r - l) e^k sums to nothing around the ring, (r + l) sinh k is left of (r + l) cosh k.
      for (const field of [0.02, -0.3]) {
        const { flow, bracket } = current(process, density, field);
        expect(flow / bracket).toBeCloseTo(Math.tanh(field), 12);
      }
    },
  );

  it("drives Metropolis swaps by the whole mobility, not by the instantaneous one (false alarms .003)", () => {
    const sites = 40, field = 0.1, hops = 20;
    const run = processRunner({
      process: metropolis.process,
      ...{ field, density: new Float64Array(sites).fill(0.5), elements: 4 },
      ...{ burnIn: hops / sites ** 2, horizons: [hops / sites ** 2], controlVariates: true },
    });
    // Over 2 k: of the bracket's half comes m, after the current's memory.
    const response = Array.from({ length: 1500 }, (_, r) => {
      const [{ compensator }] = run(randomStream(23, "response", r)).windows;
      return sum(compensator) / 4 * sites / (hops * 2 * field);
    });
    expect(deviation(response, metropolis.reference.mobility(0.5))).toBeLessThan(3);
    expect(deviation(response, instantaneousMetropolis(0.5, 2))).toBeGreaterThan(4);
  });

  it("weighs the amounts of energy exchange by the work that it does on them", () => {
    const energy = fc.double({ min: 0.01, max: 5, noNaN: true });
    const strength = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(fc.property(energy, energy, strength, (from, to, k) => {
      const { transfer } = exchange.process;
      const { factor, draw, mean, square } = transfer!.tilted!(k);
      const rule = gaussLegendre[16];
      const nodes = [0, 0.25, 0.5, 0.75].flatMap((low) => gaussPoints(low, low + 0.25, rule));
      const integral = (of: (amount: number) => number) =>
        nodes.reduce((total, u, q) => {
          const amount = transfer!.draw(from, to, u);
          return total + rule.weights[q % 16] / 4 * of(amount) * Math.exp(k * amount);
        }, 0);
      const weight = integral(() => 1);
      expect(factor(from, to) / weight).toBeCloseTo(1, 10);
      expect(mean(from, to)).toBeCloseTo(integral((a) => a) / weight, 9);
      expect(square(from, to)).toBeCloseTo(integral((a) => a * a) / weight, 9);
      // What is drawn is as likely as its weight says: the share below it is the uniform number.
      const [u] = nodes.filter((_, q) => q === 20), amount = draw(from, to, u);
      const below = gaussPoints((from - amount) / (from + to), 1, rule).map((v, q) =>
        rule.weights[q] * Math.exp(k * transfer!.draw(from, to, v))
      );
      const share = 1 - (from - amount) / (from + to);
      expect(share * sum(below) / weight).toBeCloseTo(1 - u, 6);
    }));
  });

  it("refuses what it cannot weigh, and a strength that is no number", () => {
    const { tilted: _, ...transfer } = exchange.process.transfer!;
    expect(() => createBonds({ ...exchange.process, transfer }, 24, 4, 0.1)).toThrow(
      /cannot be driven by an external field: .* no transfer\.tilted/,
    );
    expect(() => createBonds(exchange.process, 24, 4, NaN)).toThrow(/must be finite, not NaN/);
  });
});

describe("energy exchange", () => {
  const { process } = exchange;
  it("has the moments of its draws", () => {
    const energy = fc.double({ min: 0, max: 5, noNaN: true });
    fc.assert(fc.property(energy, energy, (from, to) => {
      const { draw, mean, square } = process.transfer!;
      const [a, b, c] = [0, 0.5, 1].map((u) => draw(from, to, u));
      // Simpson's rule is exact for the squares.
      expect(mean(from, to)).toBeCloseTo((a + 4 * b + c) / 6, 9);
      expect(square(from, to)).toBeCloseTo((a * a + 4 * b * b + c * c) / 6, 9);
    }));
  });

  it("has the closed equations' second moments at a finite time (false alarms 1e-4)", () => {
    const start = [4, 0, 1, 0.5], n = start.length, time = 0.8, steps = 200;
    let moments = start.map((a) => start.map((b) => a * b));
    const slope = (m: number[][]) => {
      const d = m.map((row) => row.map(() => 0));
      for (let x = 0; x < n; x++) {
        const y = (x + 1) % n;
        const total = m[x][x] + 2 * m[x][y] + m[y][y];
        for (let k = 0; k < n; k++) {
          if (k === x || k === y) continue;
          for (const z of [x, y]) {
            const change = (m[k][x] + m[k][y]) / 2 - m[k][z];
            d[k][z] += change;
            d[z][k] += change;
          }
        }
        d[x][x] += total / 3 - m[x][x];
        d[y][y] += total / 3 - m[y][y];
        d[x][y] += total / 6 - m[x][y];
        d[y][x] += total / 6 - m[y][x];
      }
      return d;
    };
    const add = (a: number[][], b: number[][], f: number) =>
      a.map((row, i) => row.map((v, j) => v + f * b[i][j]));
    for (let s = 0; s < steps; s++) {
      const half = add(moments, slope(moments), time / steps / 2);
      moments = add(moments, slope(half), time / steps);
    }
    for (const recording of [false, true]) {
      const bonds = createBonds(process, n, 1);
      const stream = randomStream(17, "moments", String(recording));
      const products = Array.from({ length: 40_000 }, () => {
        loadContents(bonds, start);
        beginRecording(bonds, recording);
        runUntil(bonds, time, stream);
        return Array.from(bonds.contents, (a, x) => [...bonds.contents].slice(x).map((b) => a * b))
          .flat();
      });
      const expected = moments.flatMap((row, x) => row.slice(x));
      // 20 comparisons at 4.5 standard errors.
      expected.forEach((value, i) =>
        expect(deviation(products.map((row) => row[i]), value)).toBeLessThan(4.5)
      );
    }
  });
});

describe("a process that is wrong", () => {
  const right = cases.find(({ process }) => process.bound === 4)!.process;
  const run = (wrong: Partial<BondProcess>) => {
    const runner = processRunner({
      process: { ...right, ...wrong },
      density: new Float64Array(12).fill(1.2),
      elements: 3,
      burnIn: 0,
      horizons: [0.1],
      controlVariates: true,
    });
    return () => runner(randomStream(1, "wrong"));
  };

  it("is named with its bond and the values", () => {
    expect(run({})).not.toThrow();
    expect(run({ bound: 2 })).toThrow(
      /the rate from site \d+, which holds 2, to site \d+, which holds 0, is 4; .* at most its bound 2/,
    );
    expect(run({ rate: (from, to) => from - to })).toThrow(/is -\d; it must be at least 0/);
    expect(run({ rate: () => NaN })).toThrow(/is NaN/);
    expect(run({ rate: () => Infinity, bound: null })).toThrow(/is Infinity; .* finite/);
    // Takes what is not there, or brings more than there is room for.
    expect(run({ rate: () => 1 })).toThrow(
      /the transfer of 1 from site \d+, which holds \d, .*both must lie in \[0, 2\]/,
    );
    const transfer = { draw: () => NaN, mean: () => 0, square: () => 0 };
    expect(run({ transfer })).toThrow(/the transfer of NaN/);
    expect(run({ sampler: () => (out) => void out.fill(2.5) })).toThrow(/site 0 holds 2.5/);
  });

  it("and a wrong plan are refused before anything runs", () => {
    expect(() => run({ bound: 0 })).toThrow(/bound must be positive/);
    const plan = {
      process: right,
      density: new Float64Array(12).fill(1.2),
      elements: 3,
      burnIn: 0,
      horizons: [0.1],
      controlVariates: false,
    };
    expect(() => processRunner({ ...plan, elements: 5 })).toThrow(/divide/);
    expect(() => processRunner({ ...plan, horizons: [0.2, 0.1] })).toThrow(/number 1 is 0.1/);
    expect(() => processRunner({ ...plan, burnIn: -1 })).toThrow(/burnIn/);
    expect(() => processRunner({ ...plan, density: new Float64Array(12).fill(2) })).toThrow(
      /site 0/,
    );
    expect(() => createBonds(metropolis.process, 4, 1)).toThrow(/at least 5/);
  });
});
