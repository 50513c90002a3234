import { ring } from "@spiediff/mesh";
import { explicitRungeKutta, integrate, localLaw, rk4 } from "@spiediff/macro-solver";
import { expect, test } from "vitest";
import { linearisedDiffusion } from "./linearised_diffusion.ts";
import type { PriorBasis } from "./prior_basis.ts";

const N = 32;
const start = Float64Array.from({ length: N }, (_, i) => 0.5 + 0.3 * Math.cos(2 * Math.PI * i / N));
const constant: PriorBasis = { size: 1, values: () => Float64Array.of(1) };

test("a constant D lets a wave decay as exp(-4 pi^2 D t), and its tangent is that answer's derivative", () => {
  const D = 0.6, times = [0.01, 0.03];
  for (const { time, density, tangent } of linearisedDiffusion(start, times, () => D, constant)) {
    const rate = 4 * Math.PI ** 2 * D * time;
    density.forEach((rho, i) => {
      const own = (start[i] - 0.5) * Math.exp(-rate);
      expect(rho).toBeCloseTo(0.5 + own, 5);
      // d/d ln D of exp(-rate) is -rate exp(-rate).
      expect(tangent.get(i, 0)).toBeCloseTo(-rate * own, 4);
    });
  }
});

test("mass stays", () => {
  const D = (rho: number) => 1 / (1 + rho) ** 2;
  const [{ density, tangent }] = linearisedDiffusion(start, [0.02], D, constant);
  expect(density.reduce((a, b) => a + b, 0)).toBeCloseTo(0.5 * N, 8);
  expect(tangent.getColumn(0).reduce((a, b) => a + b, 0)).toBeCloseTo(0, 8);
});

test("tangents of a nonlinear law agree with differences of the macroscopic solver's answers", async () => {
  // D = exp(s rho) of the zero-range kind m = D, f' = rho, along s: ln D has the tangent rho.
  const linear: PriorBasis = { size: 1, values: (rho) => Float64Array.of(rho) };
  const time = 0.02, s = -1.2, step = 1e-3;
  const D = (own: number) => (rho: number) => Math.exp(own * rho);
  const [{ density, tangent }] = linearisedDiffusion(start, [time], D(s), linear);
  const solved = async (own: number) => {
    const law = localLaw({
      mobility: D(own),
      freeEnergy: (rho) => rho * rho / 2,
      drivingForce: (rho) => rho,
      curvature: () => 1,
      pressure: (rho) => Math.exp(own * rho) / own,
    }, ring(96));
    const fine = Float64Array.from(
      { length: 96 },
      (_, i) =>
        0.5 + 0.3 * (Math.sin(Math.PI / 96) / (Math.PI / 96)) ** 2 * Math.cos(2 * Math.PI * i / 96),
    );
    const method = explicitRungeKutta(rk4);
    const control = { kind: "fixed", step: 1e-5 } as const;
    for await (
      const { state } of integrate({ law, initialState: fine, times: [time], method, control })
    ) {
      return state;
    }
    throw new Error("The solver gave nothing.");
  };
  const [low, middle, high] = [await solved(s - step), await solved(s), await solved(s + step)];
  for (let i = 0; i < N; i++) {
    const at = 3 * i;
    // The solver evolves averages over hats, (k Delta)^2 / 12 of a wave off the points' values.
    expect(density[i]).toBeCloseTo(middle[at], 2.5);
    expect(tangent.get(i, 0)).toBeCloseTo((high[at] - low[at]) / (2 * step), 3);
  }
});
