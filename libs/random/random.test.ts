import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomStream, xoshiro128starstar } from "./mod.ts";
import { logFactorial, poisson } from "./poisson.ts";
import { seedFromText } from "./xoshiro.ts";

const N = 50_000;
/** Bound of every statistical test here: 5 sigma, false-alarm rate 6e-7 each. */
const SIGMAS = 5;

describe("xoshiro128**", () => {
  it("matches the reference sequence from state 1, 2, 3, 4", () => {
    // Blackman & Vigna's C code, compiled and run: first outputs for s = {1, 2, 3, 4}.
    const state = Uint32Array.of(1, 2, 3, 4);
    const outputs = Array.from({ length: 5 }, () => xoshiro128starstar(state));
    expect(outputs).toEqual(REFERENCE);
  });
});

/** MurmurHash3 x86-32 as published, in whole numbers modulo 2^32. */
function murmur3(bytes: Uint8Array, seed: bigint): number {
  const mask = 0xffffffffn;
  const turn = (x: bigint, by: bigint) => ((x << by) | (x >> (32n - by))) & mask;
  const mix = (k: bigint) => turn(k * 0xcc9e2d51n & mask, 15n) * 0x1b873593n & mask;
  const word = (from: number, to: number) =>
    bytes.slice(from, to).reduce((sum, byte, k) => sum | BigInt(byte) << BigInt(8 * k), 0n);
  const whole = bytes.length - bytes.length % 4;
  let h = seed & mask;
  for (let i = 0; i < whole; i += 4) {
    h = (turn(h ^ mix(word(i, i + 4)), 13n) * 5n + 0xe6546b64n) & mask;
  }
  h ^= mix(word(whole, bytes.length)) ^ BigInt(bytes.length);
  h = (h ^ (h >> 16n)) * 0x85ebca6bn & mask;
  h = (h ^ (h >> 13n)) * 0xc2b2ae35n & mask;
  return Number(h ^ (h >> 16n));
}

describe("the bits of a stream", () => {
  it("start from four published hashes of its path", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
      const bytes = new TextEncoder().encode(text);
      const seeds = [1n, 2n, 3n, 4n].map((lane) => 0x9e3779b9n * lane);
      expect([...seedFromText(text)]).toEqual(seeds.map((seed) => murmur3(bytes, seed)));
    }));
  });

  it("become 53-bit uniforms from the high bits of two words", () => {
    const [stream, words] = [randomStream(8, "twin"), randomStream(8, "twin")];
    for (let i = 0; i < 100; i++) {
      const [high, low] = [words.uint32(), words.uint32()];
      const bits = (BigInt(high) >> 5n << 26n) | (BigInt(low) >> 6n);
      expect(stream.uniform()).toBe(Number(bits) / 2 ** 53);
    }
  });

  it("become two normals from one point of the unit disc", () => {
    const [stream, twin] = [randomStream(9, "twin"), randomStream(9, "twin")];
    for (let i = 0; i < 100; i++) {
      let x: number, y: number;
      do [x, y] = [2 * twin.uniform() - 1, 2 * twin.uniform() - 1]; while (Math.hypot(x, y) >= 1);
      const [a, b] = [stream.normal(), stream.normal()];
      const square = x * x + y * y;
      expect(a * a + b * b).toBeCloseTo(-2 * Math.log(square), 10);
      expect(a).toBeCloseTo(x * Math.sqrt(-2 * Math.log(square) / square), 10);
      expect(b / a).toBeCloseTo(y / x, 6);
    }
    expect(stream.uint32()).toBe(twin.uint32());
  });

  it("reach the largest integer below 2^32 and take every word where n is 2^32", () => {
    const [stream, words] = [randomStream(10, "twin"), randomStream(10, "twin")];
    for (let i = 0; i < 100; i++) expect(stream.integer(2 ** 32)).toBe(words.uint32());
    expect(stream.integer(1)).toBe(0);
    expect(() => stream.integer(2 ** 32 + 1)).toThrow(RangeError);
    expect(stream.poisson(0)).toBe(0);
  });
});

describe("randomStream", () => {
  it("is a function of seed and path; splitting neither advances nor depends on the parent", () => {
    fc.assert(fc.property(fc.integer(), fc.string(), fc.nat(40), (seed, name, drawn) => {
      const parent = randomStream(seed, "a");
      const before = parent.split(name).uint32();
      for (let i = 0; i < drawn; i++) parent.uint32();
      expect(parent.split(name).uint32()).toBe(before);
      expect(randomStream(seed, "a", name).uint32()).toBe(before);
      expect(randomStream(seed, "a").path).toBe(`${seed}/a`);
    }));
  });
  it("streams of neighbouring names are uncorrelated", () => {
    let sum = 0;
    const root = randomStream(1, "pairs");
    for (let i = 0; i < N; i++) {
      sum += (root.split(i).uniform() - 0.5) * (root.split(i + 1).uniform() - 0.5);
    }
    expect(Math.abs(sum / N)).toBeLessThan(SIGMAS / 12 / Math.sqrt(N));
  });
  it("uniform: bits of all positions are fair, values lie in [0, 1)", () => {
    const stream = randomStream(2, "bits");
    const ones = new Array<number>(32).fill(0);
    for (let i = 0; i < N; i++) {
      const u = stream.uniform();
      expect(u >= 0 && u < 1).toBe(true);
      const word = stream.uint32();
      for (let b = 0; b < 32; b++) ones[b] += (word >>> b) & 1;
    }
    for (const count of ones) {
      expect(Math.abs(count - N / 2)).toBeLessThan(SIGMAS * Math.sqrt(N) / 2);
    }
  });
  it("normal: four moments", () => {
    const stream = randomStream(3, "normal");
    const sums = [0, 0, 0, 0];
    for (let i = 0; i < N; i++) {
      const z = stream.normal();
      sums.forEach((_, k) => sums[k] += z ** (k + 1) / N);
    }
    // Variances of z, z^2, z^3, z^4: 1, 2, 15, 96.
    [[0, 1], [1, 2], [0, 15], [3, 96]].forEach(([mean, variance], k) => {
      expect(Math.abs(sums[k] - mean)).toBeLessThan(SIGMAS * Math.sqrt(variance / N));
    });
  });
  it.each([0.3, 4, 9.99, 10, 37.5, 1e4])("poisson(%d): mean, variance, third moment", (mean) => {
    const stream = randomStream(4, "poisson", mean);
    const sums = [0, 0, 0];
    for (let i = 0; i < N; i++) {
      const d = stream.poisson(mean) - mean;
      sums.forEach((_, k) => sums[k] += d ** (k + 1) / N);
    }
    expect(Math.abs(sums[0])).toBeLessThan(SIGMAS * Math.sqrt(mean / N));
    // Central moments of a Poisson variable: m2 = m, m3 = m, m4 = 3m^2 + m, m6 = 15m^3 + 25m^2 + m.
    const variance2 = 2 * mean * mean + mean;
    expect(Math.abs(sums[1] - mean)).toBeLessThan(SIGMAS * Math.sqrt(variance2 / N));
    const variance3 = 15 * mean ** 3 + 24 * mean ** 2 + mean;
    expect(Math.abs(sums[2] - mean)).toBeLessThan(SIGMAS * Math.sqrt(variance3 / N));
  });
  it("ln k! is the sum of logarithms, by table and by series", () => {
    let sum = 0;
    for (let k = 0; k <= 400; k++) {
      if (k > 0) sum += Math.log(k);
      expect(Math.abs(logFactorial(k) - sum), String(k)).toBeLessThan(2e-14 * (1 + sum));
    }
  });

  it("poisson: probabilities on both sides of the change of method, by chi-square", () => {
    for (const mean of [3, 12]) {
      const stream = randomStream(5, "poisson-cells", mean);
      const cells = 3 * mean;
      const counts = new Array<number>(cells + 1).fill(0);
      for (let i = 0; i < N; i++) counts[Math.min(cells, stream.poisson(mean))]++;
      let chi = 0, used = 0, p = Math.exp(-mean), rest = 1;
      for (let k = 0; k < cells; k++) {
        rest -= p;
        if (p * N > 10) {
          chi += (counts[k] - p * N) ** 2 / (p * N);
          used++;
        }
        p *= mean / (k + 1);
      }
      expect(chi).toBeLessThan(used + SIGMAS * Math.sqrt(2 * used));
    }
  });
  it.each([10, 11.3, 40])(
    "poisson(%d): the area of accepted pairs of uniforms is the law, by quadrature",
    (mean) => {
      const [rows, columns] = [3000, 200];
      const accepted = new Float64Array(4 * Math.ceil(mean) + 20);
      let all = 0;
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          // A third call means that the pair was rejected; the centre of the square then ends the loop.
          let calls = 0;
          const pair = [(i + 0.5) / rows, (j + 0.5) / columns, 0.5, 1 - 1e-9];
          const k = poisson(mean, () => pair[Math.min(calls++, 3)]);
          if (calls > 2) continue;
          accepted[k]++;
          all++;
        }
      }
      let p = Math.exp(-mean), distance = 0;
      accepted.forEach((area, k) => {
        distance += Math.abs(area / all - p) / 2;
        p *= mean / (k + 1);
      });
      // Total variation; what the grid's cells at the edges leave is below 1e-3.
      expect(distance).toBeLessThan(2e-3);
    },
  );
  it("integer: every residue as often as the others, whatever n", () => {
    const stream = randomStream(6, "integer");
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < N; i++) counts[stream.integer(7)]++;
    for (const count of counts) {
      expect(Math.abs(count - N / 7)).toBeLessThan(SIGMAS * Math.sqrt(N * 6 / 49));
    }
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 32 }), (n) => {
      const k = stream.integer(n);
      expect(Number.isInteger(k) && k >= 0 && k < n).toBe(true);
    }));
  });
  it("refuses what it cannot draw, by value", () => {
    const stream = randomStream(7, "bad");
    expect(() => randomStream(NaN)).toThrow(/finite number or text, not NaN/);
    expect(() => stream.poisson(-1)).toThrow(/not -1/);
    expect(() => stream.poisson(Infinity)).toThrow(RangeError);
    expect(() => stream.integer(0)).toThrow(/not 0/);
    expect(() => stream.integer(2.5)).toThrow(RangeError);
  });
});

const REFERENCE = [11520, 0, 5927040, 70819200, 2031721883];
