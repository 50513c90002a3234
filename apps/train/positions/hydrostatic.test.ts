import { recordFromSnapshots } from "@spiediff/fdt-operators";
import { randomStream } from "@spiediff/random";
import { expect, it } from "vitest";
import { diffusivityOfPotential } from "./hydrostatic.ts";

const M = 32, FINE = 40;

/** z of a density, by the midpoint rule over each hat. */
function hats(density: (x: number) => number): Float64Array {
  return Float64Array.from({ length: M }, (_, i) => {
    let sum = 0;
    for (let k = -FINE; k < FINE; k++) {
      const away = (k + 0.5) / FINE;
      sum += (1 - Math.abs(away)) * density((i + away) / M);
    }
    return sum / FINE / M;
  });
}

/** Realizations that scatter about a density by `noise` of it. */
function started(density: (x: number) => number, noise: number) {
  const { normal } = randomStream(3, "hydrostatic");
  const mean = hats(density);
  const start = Array.from({ length: 64 }, () => mean.map((z) => z * (1 + noise * normal())));
  // What comes later does not count.
  const later = [start.map((z) => z.map((v, i) => v + (i === 3 ? 1e-4 : i === 4 ? -1e-4 : 0)))];
  return recordFromSnapshots({
    ...{ profileName: "wave", system: { sites: 100, drive: 1 }, elements: M, burnIn: 0 },
    ...{ horizons: [1e-5], start, later },
  });
}

it("is one for particles that do not act on each other, whatever beta and the potential", () => {
  for (const [beta, k, amplitude] of [[1, 1, 0.3], [4, 1, -0.1], [0.5, 2, 0.4]]) {
    const density = (x: number) => Math.exp(-beta * amplitude * Math.cos(2 * Math.PI * k * x));
    const exact = diffusivityOfPotential(started(density, 0), { k, amplitude }, beta);
    // Nodal densities are of order four: (2 pi k / M)^4.
    expect(exact.value, String([beta, k, amplitude])).toBeCloseTo(1, 2);
    // The potential enters once: twice the amplitude for the same profile is twice the pressure.
    const twice = diffusivityOfPotential(
      started(density, 0),
      { k, amplitude: 2 * amplitude },
      beta,
    );
    expect(twice.value / exact.value).toBeCloseTo(2, 12);
  }
});

it("is beta rho f'' of particles that do: 3 rho for f'' = 3 / beta about a density of 2", () => {
  const beta = 2, amplitude = 0.01;
  // f' = 3 rho / beta = c - V.
  const density = (x: number) => 2 - beta * amplitude / 3 * Math.cos(2 * Math.PI * x);
  const { value, standardError } = diffusivityOfPotential(
    started(density, 1e-6),
    { k: 1, amplitude },
    beta,
  );
  expect(value).toBeCloseTo(6, 2);
  expect(standardError).toBeGreaterThan(0);
});

it("has the error that its realizations' scatter gives it (5 sigma, 6e-7)", () => {
  const beta = 1, amplitude = 0.3;
  const density = (x: number) => Math.exp(-amplitude * Math.cos(2 * Math.PI * x));
  const { value, standardError } = diffusivityOfPotential(
    started(density, 0.01),
    { k: 1, amplitude },
    beta,
  );
  expect(Math.abs(value - 1)).toBeLessThan(5 * standardError);
  expect(standardError).toBeLessThan(0.05);
});
