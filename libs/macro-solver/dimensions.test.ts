/** The law on squares and cubes: orders against exact rates, the heat equation, what the solver promises. */
import { fieldOf, newLawValues } from "@spiediff/law";
import { cube, type Mesh, nodalDensity, projectTorusField, square } from "@spiediff/mesh";
import { symmetricEigenvalues } from "@spiediff/numerics";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exclusion, longRange } from "./_exact_law.ts";
import { mobilities, roughDensity } from "./arbitraries.ts";
import { rk4 } from "./butcher_tableau.ts";
import { explicitRungeKutta } from "./explicit_runge_kutta.ts";
import { integrate } from "./integrate.ts";
import { type LocalLaw, localLaw } from "./local_law.ts";
import { denseOperator } from "./pair_operator.ts";
import { rosenbrock2 } from "./rosenbrock2.ts";
import { rungeKuttaChebyshev } from "./runge_kutta_chebyshev.ts";
import type { StepControl } from "./types.ts";

const TAU = 2 * Math.PI;
const runge = explicitRungeKutta(rk4);
const methods = [runge, rosenbrock2, rungeKuttaChebyshev];
const adaptive = (tolerance: number) => ({ kind: "adaptive", tolerance }) as const;

/** Three mixed modes with their gradient and Laplacian. */
function mixed([x, y]: readonly number[]) {
  const [sx, cx, sy, cy] = [Math.sin(TAU * x), Math.cos(TAU * x), Math.sin(TAU * y)]
    .concat(Math.cos(TAU * y));
  const [s, c] = [Math.sin(TAU * (x + y)), Math.cos(TAU * (x + y))];
  const rho = 0.5 + 0.2 * sx * sy + 0.12 * cx + 0.08 * s;
  const gx = TAU * (0.2 * cx * sy - 0.12 * sx + 0.08 * c);
  const gy = TAU * (0.2 * sx * cy + 0.08 * c);
  const laplacian = -(TAU ** 2) * (0.4 * sx * sy + 0.12 * cx + 0.16 * s);
  return { rho, square: gx * gx + gy * gy, laplacian };
}

/** `P'` and `P''` of the long-range law. */
const slopes = (J: number, rho: number) => {
  const factor = Math.exp(-J * rho), linear = 1 - J * rho * (1 - rho);
  return [factor * linear, -J * factor * (linear + 1 - 2 * rho)];
};

/** Root mean square of `dz/dt` minus the exact one, over that of the exact one. */
function rateError(J: number, elements: number, nodes: "fourth-order" | "lumped" | "mesh's") {
  const mesh = square(elements);
  const z = projectTorusField((x) => mixed(x).rho, elements, 2);
  const exact = projectTorusField(
    (x) => {
      const { rho, square, laplacian } = mixed(x);
      const [first, second] = slopes(J, rho);
      return first * laplacian + second * square;
    },
    elements,
    2,
  );
  const law = localLaw(longRange(J), mesh), values = newLawValues(law);
  const density = nodalDensity(z, nodes === "fourth-order" ? nodes : "lumped", 2);
  if (nodes === "mesh's") mesh.pointValues(density.slice(), 0, { low: 0, high: 1 }, density);
  void law.evaluate(density, 0, values);
  const flux = new Float64Array(mesh.pairs.count), rate = new Float64Array(mesh.nodes);
  mesh.gradient(values.drivingForce, 0, flux, 0);
  flux.forEach((g, p) => flux[p] = -mesh.pairs.weight[p] * values.mobility[p] * g);
  mesh.inflow(flux, 0, rate, 0);
  const size = (v: Float64Array) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
  const expected = exact.map((v) => v / mesh.nodeVolume);
  return size(rate.map((r, i) => r - expected[i])) / size(expected);
}

describe("nine-point pairs: error of dz/dt, three mixed modes, M = 8, 16, 32", () => {
  it.each(
    [
      [0, [1.6e-3, 1.0e-4, 6.2e-6]],
      [2, [7.3e-3, 6.3e-4, 4.3e-5]],
    ] as const,
  )("beta J0 = %i, fourth-order densities: as another program found", (J, table) => {
    table.forEach((error, k) => {
      // Of which two digits are known.
      expect(Math.abs(rateError(J, 8 * 2 ** k, "fourth-order") / error - 1)).toBeLessThan(0.03);
    });
  });
  it.each([0, 2])("beta J0 = %i: the mesh's own point values are of order four, too", (J) => {
    const errors = [8, 16, 32].map((n) => rateError(J, n, "mesh's"));
    [8, 16, 32].forEach((n, k) =>
      expect(errors[k]).toBeLessThan(1.2 * rateError(J, n, "fourth-order"))
    );
    expect(Math.log2(errors[1] / errors[2])).toBeGreaterThan(3.6);
  });
  it("lumped densities leave (k Delta)^2 / 12 of a wave's rate", () => {
    // Squared amplitudes of the waves (1, 0), (1, 1) and (1, -1) times those of their rates, 1 to 2; the
    // product of sines is half a wave of each diagonal.
    const x = (TAU / 32) ** 2 / 12;
    const waves = [[1, 0.12 ** 2], [2, 0.1 ** 2 + 0.08 ** 2], [2, 0.1 ** 2]];
    const sums = [4, 2].map((power) => waves.reduce((sum, [k, a]) => sum + a * k ** power, 0));
    const expected = Math.sqrt(sums[0] / sums[1]) * x;
    expect(rateError(0, 32, "lumped") / expected).toBeCloseTo(1, 1);
  });
});

describe("the operator on squares and cubes", () => {
  it("is symmetric with zero row sums and no negative eigenvalue", () => {
    const cases = fc.constantFrom(square(3), square(6), cube(3))
      .chain((mesh) => fc.tuple(fc.constant(mesh), mobilities(mesh.pairs.count)));
    fc.assert(
      fc.property(cases, ([mesh, mobility]) => {
        const K = denseOperator(mesh, mobility);
        const eigenvalues = symmetricEigenvalues(K);
        const largest = Math.max(...eigenvalues.map(Math.abs), Number.MIN_VALUE);
        for (let i = 0; i < K.length; i++) {
          const scale = K[i].reduce((sum, v) => sum + Math.abs(v), 0);
          expect(Math.abs(K[i].reduce((sum, v) => sum + v, 0))).toBeLessThanOrEqual(1e-13 * scale);
          for (let j = 0; j < i; j++) expect(K[i][j]).toBe(K[j][i]);
        }
        expect(Math.min(...eigenvalues)).toBeGreaterThanOrEqual(-1e-12 * largest);
      }),
      { numRuns: 30 },
    );
  });
});

/** Averages of `0.5 + amplitude cos(2 pi k . x)` over hats, exactly, and the factor of its decay. */
function waveOf(mesh: Mesh, k: readonly number[], amplitude: number) {
  const n = Math.round(1 / mesh.spacing);
  const factor = k.reduce((product, q) => {
    const half = Math.PI * q / n;
    return q === 0 ? product : product * (Math.sin(half) / half) ** 2;
  }, amplitude);
  const phase = (i: number) => k.reduce((p, q, a) => p + q * (Math.floor(i / n ** a) % n), 0) / n;
  return new Float64Array(mesh.nodes).map((_, i) => 0.5 + factor * Math.cos(TAU * phase(i)));
}

async function finalState(law: ReturnType<typeof localLaw>, problem: {
  initialState: Float64Array;
  time: number;
  method?: typeof runge;
  tolerance?: number;
  control?: StepControl;
}) {
  const { initialState, time, method = runge, tolerance = 1e-7 } = problem;
  const { control = adaptive(tolerance) } = problem;
  for await (
    const sample of integrate({
      law,
      initialState,
      times: [time],
      method,
      control,
    })
  ) return sample;
  throw new Error("no sample");
}

describe("symmetric exclusion is the heat equation", () => {
  it.each(
    [
      ["a square along an axis", square(16), [2, 0], 2e-5],
      ["a square along a diagonal", square(16), [1, 1], 4e-5],
      ["a square obliquely", square(16), [1, 2], 5e-4],
      ["a cube along a diagonal", cube(7), [1, 1, 1], 3e-3],
    ] as const,
  )("on %s", async (_, mesh, k, bound) => {
    const initialState = waveOf(mesh, k, 0.3);
    const rate = TAU ** 2 * k.reduce<number>((sum, q) => sum + q * q, 0), time = 0.7 / rate;
    for (const method of methods) {
      const { state, checks } = await finalState(localLaw(exclusion, mesh), {
        initialState,
        time,
        method,
        tolerance: method === runge ? 1e-7 : 1e-6,
      });
      const worst = state.reduce(
        (most, v, i) =>
          Math.max(most, Math.abs(v - 0.5 - (initialState[i] - 0.5) * Math.exp(-rate * time))),
        0,
      );
      expect(worst / 0.3).toBeLessThan(bound + (method === runge ? 0 : 3e-4));
      expect(checks.violation.mass).toBeLessThan(1e-13);
      expect(checks.lumpedMembers).toBe(0);
    }
  });
});

/** A density on (0, infinity): zero range, one particle leaving at rate 1{n >= 1}. */
const zeroRange: LocalLaw = {
  field: fieldOf({ name: "density", unit: "", low: 0, high: null, ideal: "logarithm" }),
  mobility: (rho) => rho / (1 + rho),
  freeEnergy: (rho) => rho * Math.log(rho) - (1 + rho) * Math.log(1 + rho),
  drivingForce: (rho) => Math.log(rho / (1 + rho)),
  curvature: (rho) => 1 / (rho * (1 + rho)),
  pressure: (rho) => rho / (1 + rho),
};

describe("the method of Chebyshev", () => {
  const mesh = square(12), initialState = waveOf(mesh, [1, 1], 0.3), time = 0.01;
  const after = async (steps: number) => {
    const { state, steps: counts } = await finalState(localLaw(longRange(2), mesh), {
      initialState,
      time,
      method: rungeKuttaChebyshev,
      control: { kind: "fixed", step: time / steps },
    });
    return { state, evaluations: counts.lawEvaluations };
  };
  it("is of order 2, and stable in one step that explicit methods need 30 for", async () => {
    const exact = (await after(256)).state;
    const distance = ({ state }: { state: Float64Array }) =>
      state.reduce((most, v, i) => Math.max(most, Math.abs(v - exact[i])), 0);
    const [one, eight, sixteen] = [await after(1), await after(8), await after(16)];
    expect(distance(one)).toBeLessThan(0.01);
    expect(one.evaluations).toBeLessThan(12);
    expect(Math.log2(distance(eight) / distance(sixteen))).toBeCloseTo(2, 0);
  });
});

describe("over random fields, in two and three dimensions", () => {
  const laws = fc.constantFrom(exclusion, longRange(2), longRange(3.9), zeroRange);
  const cases = fc.constantFrom(square(4), square(7), cube(4)).chain((mesh) =>
    fc.tuple(fc.constant(mesh), laws, roughDensity(2 * mesh.nodes), fc.constantFrom(...methods))
  );
  it("mass stays to rounding, F never rises, densities stay inside, by every method", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ([mesh, form, initialState, method]) => {
        const law = localLaw(form, mesh, 2);
        const { state, checks } = await finalState(law, {
          initialState,
          time: 0.01,
          method,
          tolerance: 1e-4,
        });
        expect(checks.violation.mass).toBeLessThan(1e-13);
        expect(checks.violation["free energy"]).toBeLessThan(1e-12);
        expect(checks.operatorsNotPSD).toBe(0);
        state.forEach((rho) => expect(rho > 0 && rho < law.fields[0].high).toBe(true));
      }),
      { numRuns: 25 },
    );
  });

  it("a step by a factor 1000 survives: inside, falling, nothing lost", async () => {
    for (const mesh of [square(12), cube(6)]) {
      const n = Math.round(1 / mesh.spacing);
      const initialState = new Float64Array(mesh.nodes)
        .map((_, i) => i % n < n / 2 && Math.floor(i / n) % n < n / 2 ? 0.999 : 0.001);
      for (const form of [exclusion, longRange(2)]) {
        const { checks } = await finalState(localLaw(form, mesh), {
          initialState,
          time: 0.02,
          tolerance: 1e-5,
        });
        expect(checks.violation["free energy"]).toBeLessThan(1e-13);
        expect(checks.violation.mass).toBeLessThan(1e-13);
        expect(checks.least[0]).toBeGreaterThan(0);
        expect(checks.greatest[0]).toBeLessThan(1);
      }
    }
  });
});
