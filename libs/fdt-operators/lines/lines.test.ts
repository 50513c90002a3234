import { type HopProcess, hopRunner, isotropicKernel, latticeGas } from "@spiediff/kmc";
import { firstColumn } from "@spiediff/numerics";
import { randomStream } from "@spiediff/random";
import { describe, expect, it } from "vitest";
import { estimateLines } from "./estimate_lines.ts";
import { hatSums } from "./hat_sums.ts";
import { type LineBlock, lineCollector } from "./line_block.ts";
import type { LineShape } from "./shape.ts";

const TAU = 2 * Math.PI;
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
const mean = (values: ArrayLike<number>) => sum(values) / values.length;
/** Mean over blocks and its standard error. */
function overBlocks(values: readonly number[]) {
  const value = mean(values), n = values.length;
  const square = values.reduce((total, v) => total + (v - value) ** 2, 0);
  return { value, error: Math.sqrt(square / (n * (n - 1))) };
}

interface Run extends LineShape {
  readonly process: HopProcess;
  readonly profile: (position: readonly number[]) => number;
  readonly blocks: number;
  readonly perBlock: number;
}

function densityOf({ dimension, side, profile }: Run): Float64Array {
  return new Float64Array(side ** dimension).map((_, x) =>
    profile(
      Array.from({ length: dimension }, (_, a) => Math.floor(x / side ** a) % side / side),
    )
  );
}

function blocksOf(run: Run): LineBlock[] {
  const simulate = hopRunner({ ...run, density: densityOf(run), burnIn: 0 });
  const collector = lineCollector(run);
  return Array.from({ length: run.blocks }, (_, b) => {
    for (let r = 0; r < run.perBlock; r++) {
      collector.add(simulate(randomStream(1, "lines", run.process.name, run.dimension, b, r)));
    }
    return collector.take();
  });
}

describe("sums over rows with hats as weights", () => {
  it.each([1, 2, 3] as const)("in %iD are the currents that change z", (dimension) => {
    const side = 12, elements = 4, l = side / elements, lines = elements ** (dimension - 1);
    const shape = { dimension, side, elements, window: 3 };
    const run: Run = {
      ...shape,
      process: latticeGas(null),
      profile: ([x]) => 0.5 + 0.3 * Math.cos(TAU * x),
      blocks: 1,
      perBlock: 1,
    };
    const simulate = hopRunner({ ...run, density: densityOf(run), burnIn: 0 });
    const { start, end, current } = simulate(randomStream(2, dimension));
    const S = hatSums(shape).sum(current, 1);
    // Node (e, line) of axis a; a hop inside of an element moves eps^d / l of z to its far end.
    const nodeOf = (axis: number, ring: number, e: number) => {
      const stride = elements ** axis, low = ring % stride;
      return low + (ring - low) * elements + e * stride;
    };
    const change = new Float64Array(start.length);
    for (let axis = 0; axis < dimension; axis++) {
      for (let ring = 0; ring < lines; ring++) {
        for (let e = 0; e < elements; e++) {
          const moved = S[(axis * lines + ring) * elements + e] / (l * side ** dimension);
          change[nodeOf(axis, ring, e)] -= moved;
          change[nodeOf(axis, ring, (e + 1) % elements)] += moved;
        }
      }
    }
    change.forEach((v, i) => expect(v).toBeCloseTo(end[i] - start[i], 13));
    expect(change.some((v) => Math.abs(v) > 1e-4)).toBe(true);
  });

  it("have the weights of hats: squares and variance of a fine mesh", () => {
    const { squares, variance } = hatSums({ dimension: 3, side: 4000, elements: 4, window: 1 });
    // Integrals of (1 - |u|)^2 and of u^2 (1 - |u|)^2 over both sides.
    expect(squares / 1000 ** 3).toBeCloseTo((2 / 3) ** 2, 5);
    expect(variance).toBeCloseTo(1 / 10, 5);
  });
});

describe("errors of lines from blocks made by hand", () => {
  const M = 5, blocks = 9, { normal } = randomStream(7, "made");
  const shape: LineShape = { dimension: 2, side: 20, elements: M, window: 3 };
  const made = (): LineBlock[] =>
    Array.from({ length: blocks }, () => {
      const of = () => Float64Array.from({ length: 2 * M * M }, () => 1 + 0.1 * normal());
      const flux = of();
      const mobility = of();
      return { count: 2, mobility, instantaneous: mobility, flux, smoothFlux: flux, field: of() };
    });
  it("are covariances of means over blocks, fields in rows and fluxes in columns", () => {
    const data = made(), estimates = estimateLines(shape, data);
    const between = (a: "flux" | "field", b: "flux" | "field", i: number, j: number) => {
      const [x, y] = ([[a, i], [b, j]] as const).map(([name, k]) =>
        data.map((one) => one[name][k])
      );
      return sum(x.map((v, n) => (v - mean(x)) * (y[n] - mean(y)))) / (blocks * (blocks - 1));
    };
    estimates.forEach(({ mobility, flux, samplingCovariance: s, ...one }, ring) => {
      const from = ring * M, width = s.flux.length / M;
      mobility.forEach((m, e) =>
        expect(m).toBeCloseTo(mean(data.map((b) => b.mobility[from + e])), 12)
      );
      flux.forEach((J, e) => {
        expect(J).toBeCloseTo(mean(data.map((b) => b.flux[from + e])), 12);
        expect(one.fluxStandardError[e]).toBeCloseTo(
          Math.sqrt(between("flux", "flux", from + e, from + e)),
          12,
        );
      });
      expect(one.fluxCovariance).toEqual(s.flux);
      expect(one.realizations).toBe(blocks);
      // On five nodes each row holds them all, from its first column on.
      expect(width).toBe(M);
      for (
        const [name, a, b] of [["flux", "flux", "flux"], ["cross", "field", "flux"], [
          "field",
          "field",
          "field",
        ]] as const
      ) {
        s[name].forEach((v, k) => {
          const i = Math.floor(k / width), j = (firstColumn(M, i) + k % width) % M;
          expect(v).toBeCloseTo(between(a, b, from + i, from + j), 14);
        });
      }
    });
    expect(() => estimateLines(shape, data.slice(0, 7))).toThrow("at least 8 blocks, not 7");
    expect(estimateLines(shape, data.slice(0, 8))).toHaveLength(10);
  });
});

describe("lines of exclusion on a square, 0.5 + 0.3 sin sin", () => {
  const run: Run = {
    dimension: 2,
    side: 64,
    elements: 8,
    window: 4,
    process: latticeGas(null),
    profile: ([x, y]) => 0.5 + 0.3 * Math.sin(TAU * x) * Math.sin(TAU * y),
    blocks: 32,
    perBlock: 8,
  };
  const blocks = blocksOf(run), estimates = estimateLines(run, blocks);
  /** Half of the window later a product of sines has decayed by this factor. */
  const decay = Math.exp(-2 * TAU ** 2 * run.window / run.side ** 2 / 2);
  const exact = (x: number, y: number) => 0.5 + 0.3 * decay * Math.sin(TAU * x) * Math.sin(TAU * y);
  /** Of each element its middle along its line, or its ends. */
  const places = estimates.flatMap(({ axis, line }) =>
    Array.from({ length: 8 }, (_, e) => {
      const at = (s: number): [number, number] =>
        axis === 0 ? [s / 8, line / 8] : [line / 8, s / 8];
      return { left: at(e), right: at(e + 1), inside: (s: number) => at(e + s) };
    })
  );

  it("have fluxes from smooth windows, with far less noise than from the elements' own bonds", () => {
    const scatter = (key: "flux" | "smoothFlux") =>
      sum(blocks[0][key].map((_, e) => {
        const values = blocks.map((block) => block[key][e]), middle = mean(values);
        return sum(values.map((v) => (v - middle) ** 2));
      }));
    // Three windows in place of two sharp ends: a seventh of the variance here.
    expect(scatter("smoothFlux")).toBeLessThan(0.3 * scatter("flux"));
    const smooth = blocks.map(({ smoothFlux }) => smoothFlux);
    estimates.forEach(({ flux }, ring) =>
      flux.forEach((J, e) =>
        expect(J).toBeCloseTo(mean(smooth.map((own) => own[8 * ring + e])), 12)
      )
    );
  });

  it("give smooth windows up where fluxes change within three elements", () => {
    const rough = {
      ...run,
      profile: ([x]: readonly number[]) => 0.5 + 0.4 * Math.cos(3 * TAU * x),
    };
    const own = blocksOf(rough);
    estimateLines(rough, own).forEach(({ flux, axis, line }) => {
      const ring = 8 * (8 * axis + line);
      flux.forEach((J, e) =>
        expect(J).toBeCloseTo(mean(own.map((block) => block.flux[ring + e])), 12)
      );
    });
  });

  it("are rings along both axes", () => {
    expect(estimates.map(({ axis, line }) => [axis, line])).toEqual(
      [0, 1].flatMap((axis) => [0, 1, 2, 3, 4, 5, 6, 7].map((line) => [axis, line])),
    );
  });

  it("have the profile as their densities (3 standard errors and the mesh's fourth order)", () => {
    const errors = estimates.flatMap(({ density }) => density)
      .map((rho, k) => rho - exact(...places[k].left));
    expect(Math.sqrt(mean(errors.map((e) => e * e)))).toBeLessThan(0.006);
    expect(Math.abs(mean(errors))).toBeLessThan(0.001);
  });

  it("have the element's mean of rho (1 - rho) as mobility (false alarms 1e-3)", () => {
    const deviates = estimates.flatMap(({ mobility, mobilityStandardError }, ring) =>
      mobility.map((m, e) => {
        const { inside } = places[8 * ring + e];
        const points = [0.1, 0.3, 0.5, 0.7, 0.9].map((s) => exact(...inside(s)));
        return (m - mean(points.map((rho) => rho * (1 - rho)))) / mobilityStandardError[e];
      })
    );
    // 128 deviates of 31 degrees of freedom each: mean 0, mean square 1.07.
    const square = mean(deviates.map((d) => d * d));
    expect(Math.abs(mean(deviates))).toBeLessThan(3.3 * 1.3 / Math.sqrt(128));
    expect(square).toBeGreaterThan(0.6);
    expect(square).toBeLessThan(1.6);
  });

  it("have the difference of P as flux, within what the measured densities leave", () => {
    const errors = estimates.flatMap(({ flux, density }) =>
      flux.map((J, e) => J + 8 * (density[(e + 1) % 8] - density[e]))
    );
    const size = Math.sqrt(mean(estimates.flatMap(({ flux }) => flux.map((J) => J * J))));
    // Of gradient type, and linear: what is left are the time's mean and the mesh.
    expect(Math.sqrt(mean(errors.map((e) => e * e))) / size).toBeLessThan(0.07);
    const exactErrors = estimates.flatMap(({ flux, fluxStandardError }, ring) =>
      flux.map((J, e) => {
        const { left, right } = places[8 * ring + e];
        return (J + 8 * (exact(...right) - exact(...left))) / fluxStandardError[e];
      })
    );
    const square = mean(exactErrors.map((d) => d * d));
    expect(square).toBeGreaterThan(0.6);
    expect(square).toBeLessThan(1.6);
  });

  it("have errors that are anticorrelated with the next element's, and nearly free of other lines'", () => {
    const correlation = (a: (k: number) => number, b: (k: number) => number) => {
      const [x, y] = [a, b].map((of) => {
        const values = blocks.map((_, k) => of(k)), m = mean(values);
        return values.map((v) => v - m);
      });
      const dot = (u: number[], v: number[]) => sum(u.map((c, i) => c * v[i]));
      return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
    };
    const pooled = (shift: (index: number) => number) =>
      mean(
        Array.from({ length: 128 }, (_, i) =>
          correlation((k) => blocks[k].flux[i], (k) => blocks[k].flux[shift(i)])),
      );
    const next = pooled((i) => i - i % 8 + (i + 1) % 8);
    const across = pooled((i) => i - i % 64 + (i + 8) % 64);
    expect(next).toBeLessThan(-0.25);
    expect(Math.abs(across)).toBeLessThan(0.15);
    const { samplingCovariance: { flux }, fluxStandardError } = estimates[3];
    expect(Math.sqrt(flux[0])).toBeCloseTo(fluxStandardError[0], 12);
    expect(flux[1]).toBe(flux[8]);
  });
});

describe("mobility in equilibrium", () => {
  it.each([2, 3] as const)("of exclusion in %iD is rho (1 - rho) (false alarms 3e-3)", (d) => {
    const run: Run = {
      dimension: d,
      side: d === 2 ? 48 : 12,
      elements: 4,
      window: d === 2 ? 4 : 1,
      process: latticeGas(null),
      profile: () => 0.5,
      blocks: 16,
      perBlock: 6,
    };
    const blocks = blocksOf(run);
    for (const name of ["mobility", "instantaneous"] as const) {
      const { value, error } = overBlocks(blocks.map((block) => mean(block[name])));
      expect(Math.abs(value - 0.25)).toBeLessThan(3.5 * error);
      expect(error).toBeLessThan(0.008);
    }
  });

  it("of the nearest-neighbour gas on a square, b = 1: Onsager's bracket, Green and Kubo's part less", () => {
    const run: Run = {
      dimension: 2,
      side: 32,
      elements: 4,
      window: 16,
      process: latticeGas(isotropicKernel(2, 1, 4)),
      profile: () => 0.5,
      blocks: 20,
      perBlock: 10,
    };
    const simulate = hopRunner({ ...run, density: densityOf(run), burnIn: 0 });
    const brackets: number[] = [], memories: number[] = [];
    for (let r = 0; r < 200; r++) {
      const { bracket, compensator } = simulate(randomStream(4, "onsager", r));
      brackets.push(sum(bracket) / (2 * 16 * 2 * 1024));
      for (const axis of [0, 1]) {
        const half = compensator.length / 2;
        const total = sum(compensator.subarray(axis * half, (axis + 1) * half));
        memories.push(total ** 2 / (2 * 16 * 1024));
      }
    }
    const bracket = overBlocks(brackets), memory = overBlocks(memories);
    // The bracket is e^(-2b) (1 + g) / 4, g = 0.278636 Onsager's correlation of neighbours at K = b/4.
    // False alarms 5e-4 each; 2.30(8) % of the bracket at 16 hop times.
    expect(Math.abs(bracket.value - 0.043261)).toBeLessThan(3.5 * bracket.error);
    expect(bracket.error).toBeLessThan(3e-4);
    expect(Math.abs(memory.value - 0.0230 * 0.043261)).toBeLessThan(
      3.5 * Math.hypot(memory.error, 0.0008 * 0.043261),
    );
    // Negative control: without it the part stands out.
    expect(memory.value).toBeGreaterThan(4 * memory.error);
  });
});

describe("what cannot be estimated", () => {
  const shape: LineShape = { dimension: 2, side: 12, elements: 4, window: 1 };
  it.each([
    [{ elements: 3 }, "at least 4"],
    [{ elements: 5 }, "5 does not divide 12"],
    [{ window: 0 }, "window"],
    [{ beta: -1 }, "beta"],
    [{ dimension: 4 as 3 }, "dimension"],
  ])("%o is refused", (change, message) => {
    expect(() => lineCollector({ ...shape, ...change })).toThrow(message);
  });
  it("a block of one, and errors of few blocks", () => {
    expect(() => lineCollector(shape).take()).toThrow("at least 2 realizations, not 0");
    expect(() => estimateLines(shape, [])).toThrow("at least 8 blocks, not 0");
  });
});
