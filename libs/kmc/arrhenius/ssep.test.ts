import { describe, expect, it } from "vitest";
import { randomStream } from "@spiediff/random";
import { advance } from "./advance.ts";
import { configurationSampler, latticeProfile } from "./initial_state.ts";
import { createLattice, loadOccupation } from "./lattice.ts";

const sites = 24;
const system = { sites, halfWidth: 3, betaJ0: 0 };
const profile = latticeProfile("two humps", sites, (x) => 0.5 + 0.4 * Math.sin(4 * Math.PI * x));

/**
 * `E[eta(x) eta(y)]` `[N * N]` at time `t`: by duality the equation of two exclusion walkers closes.
 * They hop at rate `N^2` each, not onto each other; product initial values; classical Runge-Kutta.
 */
function pairFunction(t: number): Float64Array {
  const at = (x: number, y: number) => ((x + sites) % sites) * sites + (y + sites) % sites;
  const rate = (g: Float64Array) => {
    const d = new Float64Array(sites * sites);
    for (let x = 0; x < sites; x++) {
      for (let y = 0; y < sites; y++) {
        if (x === y) continue;
        let sum = 0;
        for (const step of [-1, 1]) {
          if ((x + step + sites) % sites !== y) sum += g[at(x + step, y)] - g[at(x, y)];
          if ((y + step + sites) % sites !== x) sum += g[at(x, y + step)] - g[at(x, y)];
        }
        d[at(x, y)] = sites * sites * sum;
      }
    }
    return d;
  };
  let g = new Float64Array(sites * sites);
  for (let x = 0; x < sites; x++) {
    for (let y = 0; y < sites; y++) g[at(x, y)] = profile.density[x] * profile.density[y];
  }
  const steps = Math.ceil(t * sites * sites * 20);
  const h = t / steps;
  for (let s = 0; s < steps; s++) {
    const k1 = rate(g);
    const k2 = rate(g.map((v, i) => v + h / 2 * k1[i]));
    const k3 = rate(g.map((v, i) => v + h / 2 * k2[i]));
    const k4 = rate(g.map((v, i) => v + h * k3[i]));
    g = g.map((v, i) => v + h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  return g;
}

describe("symmetric exclusion", () => {
  it("has the pair correlations of two dual walkers (false alarms 1e-5)", () => {
    const time = 6 / sites ** 2;
    const exact = pairFunction(time);
    const sample = configurationSampler("bernoulli", system, profile);
    const lattice = createLattice(system);
    const stream = randomStream(21, "pairs");
    const eta = new Uint8Array(sites);
    const runs = 150_000;
    const distances = [1, 2, 3, 6];
    const mean = distances.map(() => 0), square = distances.map(() => 0);
    for (let r = 0; r < runs; r++) {
      sample(eta, stream);
      loadOccupation(lattice, eta);
      advance(lattice, time, stream);
      distances.forEach((distance, k) => {
        let pairs = 0;
        for (let x = 0; x < sites; x++) {
          pairs += lattice.occupation[x] * lattice.occupation[(x + distance) % sites];
        }
        mean[k] += pairs / runs;
        square[k] += pairs * pairs / runs;
      });
    }
    distances.forEach((distance, k) => {
      let expected = 0;
      for (let x = 0; x < sites; x++) expected += exact[x * sites + (x + distance) % sites];
      const error = Math.sqrt((square[k] - mean[k] ** 2) / runs);
      // 4 comparisons at 4.7 standard errors.
      expect(Math.abs(mean[k] - expected) / error).toBeLessThan(4.7);
    });
  });

  it("would be told apart from independent sites at that number of runs", () => {
    const time = 6 / sites ** 2;
    const exact = pairFunction(time);
    // The mean density's one mode decays by the lattice heat equation.
    const decay = Math.exp(-2 * sites ** 2 * (1 - Math.cos(4 * Math.PI / sites)) * time);
    const rho = (x: number) => 0.5 + 0.4 * decay * Math.sin(4 * Math.PI * x / sites);
    let connected = 0;
    for (let x = 0; x < sites; x++) {
      connected += exact[x * sites + (x + 1) % sites] - rho(x) * rho(x + 1);
    }
    // The errors above are about 0.006; this is what a product measure would get wrong.
    expect(connected).toBeLessThan(-0.05);
  });
});
