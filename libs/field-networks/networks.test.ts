import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { evolve, fluidLaw, jacobiDefect, tensionOf } from "@spiediff/generic";
import { randomStream } from "@spiediff/random";
import { choleskyFunction, randomCholesky } from "./cholesky_network.ts";
import { convexFunction, randomConvex } from "./convex_network.ts";
import { potentialFunction, potentialGradient, potentialParameters } from "./mod.ts";

const point = fc.tuple(
  fc.double({ min: -2, max: 2, noNaN: true }),
  fc.double({ min: -2, max: 2, noNaN: true }),
);
const convex = (seed: number, fallsInSecond: boolean) => {
  const shape = { first: 5, second: 4, fallsInSecond };
  return convexFunction(shape, randomConvex(shape, randomStream(seed, "convex")));
};

describe("convex networks, whatever their parameters", () => {
  it("have the derivatives of their values", () => {
    fc.assert(fc.property(fc.nat(), fc.boolean(), point, (seed, falls, [x, y]) => {
      const phi = convex(seed, falls), h = 1e-5;
      const at = (x: number, y: number) => {
        const out = new Float64Array(6);
        phi(x, y, out);
        return out;
      };
      const here = at(x, y);
      const size = 1 + Math.max(...here.map(Math.abs));
      const along = (dx: number, dy: number, k: number) =>
        (at(x + h * dx, y + h * dy)[k] - at(x - h * dx, y - h * dy)[k]) / (2 * h);
      [along(1, 0, 0), along(0, 1, 0), along(1, 0, 1), along(0, 1, 1), along(0, 1, 2)]
        .forEach((v, k) => expect(Math.abs(v - here[k + 1])).toBeLessThan(1e-6 * size));
    }));
  });

  it("are convex, and fall where they are to fall", () => {
    fc.assert(fc.property(fc.nat(), point, (seed, [x, y]) => {
      const out = new Float64Array(6);
      convex(seed, true)(x, y, out);
      const [, , slope, xx, xy, yy] = out;
      expect(slope).toBeLessThan(0);
      expect(xx).toBeGreaterThan(0);
      expect(xx * yy - xy * xy).toBeGreaterThan(-1e-12 * xx * yy);
    }));
  });
});

it.each([[true, null], [false, null], [false, "mixture"]] as const)(
  "potentials know how they change with their parameters: monotonous %s, ideal part %s",
  (monotonous, ideal) => {
    const network = {
      ...{ first: 3, second: 4, monotonous, ideal, unit: monotonous ? -0.7 : 1.3 },
      scaling: { mean: [0.3, 0.25], width: [0.2, 0.15] },
    } as const;
    const size = potentialParameters(network);
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { normal, uniform } = randomStream(seed, "parameters");
        const parameters = Float64Array.from({ length: size }, () => normal());
        const [x, y] = [0.1 + 0.4 * uniform(), 0.1 + 0.3 * uniform()], h = 1e-5;
        const jet = new Float64Array(6), gradient = new Float64Array(6 * size);
        potentialGradient(network, parameters)(x, y, jet, gradient);
        const at = (k: number, step: number) => {
          const out = new Float64Array(6);
          potentialFunction(network, parameters.with(k, parameters[k] + step))(x, y, out);
          return out;
        };
        at(0, 0).forEach((v, q) =>
          expect(Math.abs(jet[q] - v)).toBeLessThan(1e-11 * (1 + Math.abs(v)))
        );
        for (let k = 0; k < size; k++) {
          const [up, down] = [at(k, h), at(k, -h)];
          up.forEach((v, q) => {
            const slope = gradient[q * size + k], scale = 1 + Math.abs(slope) + Math.abs(v);
            expect(Math.abs((v - down[q]) / (2 * h) - slope)).toBeLessThan(1e-5 * scale);
          });
        }
      }),
      { numRuns: 20 },
    );
  },
);

it("Cholesky networks give positive definite blocks, whatever their parameters", () => {
  const shape = { blocks: [2, 1], hidden: 4 };
  fc.assert(fc.property(fc.nat(), point, (seed, [x, y]) => {
    const parameters = randomCholesky(shape, randomStream(seed, "cholesky")).map((v) => 3 * v);
    const out = new Float64Array(4);
    choleskyFunction(shape, parameters)(x, y, out);
    const [a, b, c, d] = out;
    expect(a).toBeGreaterThan(0);
    expect(d).toBeGreaterThan(0);
    expect(a * c - b * b).toBeGreaterThan(0);
  }));
  // Three by three: the block's product of factors, entry by entry.
  const three = { blocks: [3], hidden: 2 }, out = new Float64Array(6);
  const parameters = new Float64Array(randomCholesky(three, randomStream(1)).length);
  parameters.set([1, 2, 3, -1, 0.5, -2], parameters.length - 6);
  choleskyFunction(three, parameters)(0, 0, out);
  const sp = (v: number) => Math.log1p(Math.exp(v));
  const [a, b, c, d, e, f] = [sp(1), 2, sp(3), -1, 0.5, sp(-2)];
  [a * a, a * b, b * b + c * c, a * d, b * d + c * e, d * d + e * e + f * f]
    .forEach((v, k) => expect(out[k]).toBeCloseTo(v, 12));
});

describe("a law of random networks", () => {
  const nodes = 10;
  const randomLaw = (seed: number) => {
    const shape = { first: 5, second: 4, fallsInSecond: true };
    const phi = convexFunction(shape, randomConvex(shape, randomStream(seed, "s")));
    const m = { blocks: [2, 1], hidden: 4 };
    const matrix = choleskyFunction(m, randomCholesky(m, randomStream(seed, "M")));
    return fluidLaw(
      (x, y, out) => {
        phi(x, y, out);
        for (let k = 0; k < 6; k++) out[k] *= -1;
      },
      (x, y, out) => {
        matrix(x, y, out);
        for (let k = 0; k < 4; k++) out[k] *= 0.01;
      },
      [[-2, 2], [-2, 2]],
    );
  };
  const start = Float64Array.from(
    { length: 3 * nodes },
    (_, k) => 0.2 * Math.cos(2 * Math.PI * k / nodes + Math.floor(k / nodes)),
  );

  it("obeys Jacobi's identity to rounding", () => {
    fc.assert(fc.property(fc.nat(), (seed) => {
      const { normal } = randomStream(seed, "functionals");
      const [a, b, c] = [1, 2, 3].map(() => start.map(() => normal()));
      expect(jacobiDefect(tensionOf(randomLaw(seed).entropy), start, a, b, c)).toBeLessThan(1e-13);
    }));
  });

  it("keeps energy, stretch and momentum, and never lets S fall", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [, end] = [
          ...evolve({ law: randomLaw(seed), start, times: [0, 0.02], step: 0.01 }),
        ];
        expect(end.checks.energy).toBeLessThan(1e-12);
        expect(end.checks.stretch).toBeLessThan(1e-12);
        expect(end.checks.momentum).toBeLessThan(1e-12);
        expect(end.checks.entropyFall).toBeLessThan(1e-12);
        // A step in which S falls is refused and halved, so that the path alone could not show it.
        expect(end.checks.halved).toBe(0);
      }),
      { numRuns: 10 },
    );
  });
});
