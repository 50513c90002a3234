import { randomStream } from "@spiediff/random";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALARM, deviateOf, pearson } from "../arrhenius/enumeration.ts";
import { energyExchange } from "../energy_exchange/energy_exchange.ts";
import { inclusion } from "../inclusion/inclusion.ts";
import { zeroRange } from "../zero_range/zero_range.ts";
import { geometryOf } from "./geometry.ts";
import { createHops, loadContents, settleAll } from "./hops.ts";
import { hopProcess, latticeGas } from "./processes.ts";
import { type HopPlan, hopRunner } from "./realization.ts";
import { runUntil } from "./run.ts";
import { isotropicKernel } from "./site_kernel.ts";
import type { HopProcess } from "./types.ts";

const square = (ones: readonly number[], size = 9) =>
  Array.from({ length: size }, (_, x) => ones.filter((y) => y === x).length);
/** Starts on the smallest tori: 3 x 3 sites, or 3 x 3 x 3. */
const cases: {
  process: HopProcess;
  dimension: 2 | 3;
  start: number[];
}[] = [
  { process: latticeGas(null), dimension: 2, start: square([0, 1, 4, 6]) },
  { process: latticeGas(null), dimension: 3, start: square([0, 13], 27) },
  {
    process: latticeGas(isotropicKernel(2, 1, 4)),
    dimension: 2,
    start: square([0, 1, 4, 6]),
  },
  {
    process: latticeGas(isotropicKernel(2, 1, -3)),
    dimension: 2,
    start: square([0, 1, 4, 6]),
  },
  {
    process: latticeGas(isotropicKernel(3, 1, 3)),
    dimension: 3,
    start: square([0, 1], 27),
  },
  { process: hopProcess(zeroRange({ name: "constant" })), dimension: 2, start: square([0, 0, 4]) },
  { process: hopProcess(inclusion(0.8)), dimension: 2, start: square([0, 0, 4]) },
];
const named = cases.map((one) => ({
  ...one,
  name: `${one.process.name} in ${one.dimension}D, ${one.process.kernel?.couplings[0] ?? "free"}`,
}));

const keyOf = (contents: ArrayLike<number>) => Array.from(contents).join("");

/** `[to, rate]` of all hops, straight from the definition. */
function jumpsFrom(process: HopProcess, dimension: number, contents: readonly number[]) {
  const side = Math.round(contents.length ** (1 / dimension));
  const at = (x: number, way: readonly number[]) =>
    way.reduce((site, step, axis) => {
      const stride = side ** axis, own = Math.floor(x / stride) % side;
      return site + ((own + step + side) % side - own) * stride;
    }, x);
  const axes = Array.from(
    { length: dimension },
    (_, a) =>
      [1, -1].map((step) => Array.from({ length: dimension }, (_, k) => k === a ? step : 0)),
  ).flat();
  return contents.flatMap((from, x) => {
    const binding = process.kernel?.ways.reduce(
      (sum, way, k) => sum + process.kernel!.couplings[k] * contents[at(x, way)],
      0,
    ) ?? 0;
    return axes.map((way): [number[], number] => {
      const y = at(x, way), rate = process.rate(from, contents[y]) * Math.exp(-binding);
      const to = contents.with(x, from - 1);
      to[y]++;
      return [to, rate];
    });
  }).filter(([, rate]) => rate > 0);
}

/** `ln` of the equilibrium weight: sites, and pairs that the kernel binds. */
function logWeight(process: HopProcess, dimension: number, contents: readonly number[]): number {
  const side = Math.round(contents.length ** (1 / dimension));
  const { around, sites } = geometryOf(dimension as 2 | 3, side, side, process.kernel);
  const couplings = process.kernel?.couplings ?? [];
  return contents.reduce((sum, n, x) => {
    let pairs = 0;
    for (let k = 0; k < couplings.length; k++) {
      pairs += couplings[k] * n * contents[around[k * sites + x]];
    }
    return sum + process.logWeight(n) + pairs / 2;
  }, 0);
}

function lawAt(process: HopProcess, dimension: number, start: number[], time: number) {
  const index = new Map([[keyOf(start), 0]]), states = [start];
  const jumps: [number, number][][] = [];
  for (let i = 0; i < states.length; i++) {
    jumps.push(
      jumpsFrom(process, dimension, states[i]).map(([to, rate]) => {
        const key = keyOf(to);
        if (!index.has(key)) index.set(key, states.push(to) - 1);
        return [index.get(key)!, rate];
      }),
    );
  }
  const escape = jumps.map((out) => out.reduce((sum, [, rate]) => sum + rate, 0));
  const most = Math.max(...escape);
  let p = Float64Array.from(states, (_, i) => i === 0 ? 1 : 0);
  const law = p.map(() => 0);
  for (let k = 0, weight = Math.exp(-most * time); k < 40 + 5 * most * time; k++) {
    p.forEach((q, i) => law[i] += weight * q);
    weight *= most * time / (k + 1);
    const next = p.map((q, i) => q * (1 - escape[i] / most));
    jumps.forEach((out, i) => out.forEach(([to, rate]) => next[to] += p[i] * rate / most));
    p = next;
  }
  return { index, law };
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
function deviation(values: readonly number[], expected = 0): number {
  const n = values.length, mean = sum(values) / n;
  const square = values.reduce((total, v) => total + (v - mean) ** 2, 0);
  return Math.abs(mean - expected) / Math.sqrt(square / (n * (n - 1)));
}

describe.each(named)("$name", ({ process, dimension, start }) => {
  it("obeys detailed balance, in any configuration", () => {
    const sites = start.length, most = Math.min(process.field.high, 3);
    const contents = fc.array(fc.integer({ min: 0, max: most }), {
      minLength: sites,
      maxLength: sites,
    });
    fc.assert(
      fc.property(contents, (here) => {
        for (const [to, forth] of jumpsFrom(process, dimension, here)) {
          const back = jumpsFrom(process, dimension, to)
            .filter(([next]) => keyOf(next) === keyOf(here))
            .reduce((total, [, rate]) => total + rate, 0);
          const balance = logWeight(process, dimension, to) - logWeight(process, dimension, here);
          expect(Math.log(forth / back)).toBeCloseTo(balance, 9);
        }
      }),
      { numRuns: dimension === 2 ? 20 : 2 },
    );
  });

  it("has the enumerated torus' law at a finite time (false alarms 1e-5)", () => {
    const time = 0.3, runs = 10_000;
    const side = Math.round(start.length ** (1 / dimension));
    const hops = createHops(process, geometryOf(dimension, side, side, process.kernel));
    const stream = randomStream(3, "torus", process.name, dimension, start.join());
    const { index, law } = lawAt(process, dimension, start, time);
    const counts = new Map<number, number>();
    for (let r = 0; r < runs; r++) {
      loadContents(hops, start);
      runUntil(hops, time, stream);
      const state = index.get(keyOf(hops.contents))!;
      counts.set(state, (counts.get(state) ?? 0) + 1);
    }
    const against = (one: Float64Array) =>
      deviateOf(pearson(counts, new Map(Array.from(one, (p, i) => [i, p]))));
    expect(against(law)).toBeLessThan(ALARM);
    // Negative control: 40 % less time is another law.
    expect(against(lawAt(process, dimension, start, 0.6 * time).law)).toBeGreaterThan(ALARM);
  });

  it("has the compensator as drift and the bracket as variance (false alarms 1e-4)", () => {
    const side = 6, density = process.field.high === 1 ? 0.5 : 1;
    const plan: HopPlan = {
      process,
      dimension,
      density: new Float64Array(side ** dimension)
        .map((_, x) => density * (1 + 0.6 * Math.cos(2 * Math.PI * (x % side) / side))),
      elements: 3,
      burnIn: 0.2,
      window: 1,
    };
    const run = hopRunner(plan), drifts: number[] = [], squares: number[] = [], raw: number[] = [];
    const neighbours: number[] = [];
    for (let r = 0, runs = dimension === 2 ? 1000 : 400; r < runs; r++) {
      const { current, compensator, bracket, start, end } = run(
        randomStream(11, process.name, dimension, r),
      );
      const martingale = current.map((s, e) => s - compensator[e]);
      drifts.push(martingale[0] + 2 * martingale[1]);
      squares.push(martingale[0] ** 2 - bracket[0]);
      neighbours.push(martingale[0] * martingale[1] + martingale[0] * martingale.at(-1)!);
      // The wave's axis is the first.
      const first = current.subarray(0, current.length / dimension);
      raw.push(sum(first.filter((_, s) => s % 3 === 0)));
      expect(sum(end)).toBeCloseTo(sum(start), 12);
      expect(sum(current)).toBe(Math.round(sum(current)));
    }
    for (const values of [drifts, squares, neighbours]) {
      expect(deviation(values)).toBeLessThan(4.5);
    }
    // Negative control: without compensator the wave's current stands out.
    expect(deviation(raw)).toBeGreaterThan(4.5);
  });
});

describe("the bookkeeping of hops", () => {
  it.each(named)("of $name: sums of rates are those of a fresh start", ({ process, dimension }) => {
    const side = 6;
    const plan = geometryOf(dimension, side, 3, process.kernel);
    const stream = randomStream(5, process.name, dimension);
    const hops = createHops(process, plan), fresh = createHops(process, plan);
    const contents = new Float64Array(plan.sites);
    process.sampler(new Float64Array(plan.sites).fill(0.4))(contents, stream);
    loadContents(hops, contents);
    runUntil(hops, 12, stream);
    settleAll(hops);
    expect(hops.events).toBeGreaterThan(10);
    loadContents(fresh, hops.contents);
    const names = ["forth", "back", "drift", "spread", "binding"] as const;
    for (const name of names) {
      hops[name].forEach((value, i) => expect(value).toBeCloseTo(fresh[name][i], 10));
    }
  });
});

describe("local equilibrium", () => {
  it("of a square's lattice gas is the enumerated Gibbs law (false alarms 1e-5)", () => {
    const kernel = isotropicKernel(2, 1, 3), process = latticeGas(kernel);
    // At density 1/2 the field is known: minus half of the whole coupling.
    const sample = process.sampler(new Float64Array(9).fill(0.5));
    const out = new Float64Array(9), stream = randomStream(7, "gibbs");
    const counts = new Map<number, number>(), law = new Map<number, number>();
    for (let r = 0; r < 20_000; r++) {
      sample(out, stream);
      const mask = out.reduce((bits, n, x) => bits | n << x, 0);
      counts.set(mask, (counts.get(mask) ?? 0) + 1);
    }
    for (let mask = 0; mask < 512; mask++) {
      const contents = Array.from({ length: 9 }, (_, x) => mask >> x & 1);
      law.set(mask, Math.exp(logWeight(process, 2, contents) - 1.5 * sum(contents)));
    }
    const total = sum([...law.values()]);
    const scaled = new Map([...law].map(([mask, weight]) => [mask, weight / total]));
    expect(deviateOf(pearson(counts, scaled))).toBeLessThan(ALARM);
  });

  it("has the profile as its mean but for the loops that are left out", () => {
    const side = 24, kernel = isotropicKernel(2, 1, 2);
    const density = new Float64Array(side ** 2)
      .map((_, x) => 0.4 + 0.2 * Math.sin(2 * Math.PI * (x % side) / side));
    const sample = latticeGas(kernel).sampler(density), out = new Float64Array(side ** 2);
    const stream = randomStream(9, "profile"), mean = new Float64Array(side);
    for (let r = 0; r < 300; r++) {
      sample(out, stream);
      out.forEach((n, x) => mean[x % side] += n / side / 300);
    }
    // Standard errors are 0.006.
    mean.forEach((rho, x) => expect(Math.abs(rho - density[x])).toBeLessThan(0.03));
  });
});

describe("kernels", () => {
  it("are isotropic, and their strengths add up to betaJ0", () => {
    const nearest = isotropicKernel(2, 1, 4);
    expect(nearest.ways.map(String).sort()).toEqual(["-1,0", "0,-1", "0,1", "1,0"]);
    expect([...nearest.couplings]).toEqual([1, 1, 1, 1]);
    const wide = isotropicKernel(3, 2, -3, (r) => Math.exp(-r));
    expect(wide.ways).toHaveLength(32);
    expect(sum(wide.couplings)).toBeCloseTo(-3, 12);
    const at = (way: number[]) =>
      wide.couplings[wide.ways.findIndex((w) => String(w) === String(way))];
    expect(at([1, 1, 1])).toBe(at([-1, 1, -1]));
    expect(at([2, 0, 0]) / at([1, 0, 0])).toBeCloseTo(Math.exp(-1), 12);
  });
  it("and processes that make no sense are refused", () => {
    expect(() => isotropicKernel(2, 0, 1)).toThrow("halfWidth must be");
    expect(() => isotropicKernel(2, 1, NaN)).toThrow("betaJ0");
    expect(() => isotropicKernel(2, 1, 1, () => 0)).toThrow("shape");
    const lopsided = { ways: [[1, 0], [-1, 0]], couplings: Float64Array.of(1, 2) };
    expect(() => latticeGas(lopsided)).toThrow("its opposite");
    expect(() => hopProcess(energyExchange)).toThrow("two sites only");
    expect(() => geometryOf(2, 4, 4, isotropicKernel(2, 2, 1))).toThrow("at least 5");
    const flat: HopPlan = {
      process: latticeGas(null),
      dimension: 2,
      density: new Float64Array(36).fill(0.5),
      elements: 3,
      burnIn: 0,
      window: 1,
    };
    const refused = (change: Partial<HopPlan>) => expect(() => hopRunner({ ...flat, ...change }));
    refused({}).not.toThrow();
    refused({ density: new Float64Array(35).fill(0.5) }).toThrow("N^2 values, not 35");
    refused({ density: new Float64Array(36).fill(1) }).toThrow("site 0");
    refused({ elements: 4 }).toThrow("4 does not divide 6");
    refused({ burnIn: -1 }).toThrow("burnIn");
    refused({ window: 0 }).toThrow("window");
    refused({ process: latticeGas(isotropicKernel(3, 1, 1)) }).toThrow("3 dimensions, not of 2");
    refused({ process: { ...latticeGas(null), bound: 0 } }).toThrow("bound must be positive");
    const wrong = hopRunner({ ...flat, process: { ...latticeGas(null), bound: 0.5 } });
    expect(() => wrong(randomStream(1))).toThrow("add up to at most 0.5");
  });
});
