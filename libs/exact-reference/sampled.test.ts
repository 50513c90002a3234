import { randomStream } from "@spiediff/random";
import { expect, it } from "vitest";
import { equilibrium } from "./equilibrium.ts";
import { curvatureOf, equilibriumFor } from "./mod.ts";
import { canBeSampled, sampledEquilibrium } from "./sampled.ts";
import { greenKuboShare } from "./green_kubo.ts";

const constant = (range: number, betaJ0: number) =>
  Array.from({ length: range + 1 }, (_, r) => r === 0 ? 0 : betaJ0 / (2 * range + 1));
/** Repels at half the range, attracts beyond. */
const bothSigns = (range: number) =>
  Array.from({ length: range + 1 }, (_, r) => r === 0 ? 0 : (r <= range / 2 ? -1 : 1.5) / range);

it.each([
  ["attracting", constant(6, 2)],
  ["repelling", constant(4, -2)],
  ["of both signs", bothSigns(4)],
])("%s: samples meet the transfer matrix within their standard errors", (name, couplings) => {
  const exact = equilibrium({ couplings });
  // A guess that is off by far: the potential is sought.
  const sampled = sampledEquilibrium(
    { couplings },
    (rho) => exact.drivingForce(rho) + 0.5,
    randomStream(2, name),
  );
  expect([sampled.kind, sampled.name]).toEqual(["sampled", "sampled-rings"]);
  const memory = greenKuboShare(couplings);
  const { mobility, drivingForce, curvature } = sampled.error!;
  for (const rho of [0.05, 0.2, 0.4, 0.5, 0.65, 0.8, 0.95]) {
    const deviations = [
      [Math.log(sampled.mobility(rho) / exact.mobility(rho)), mobility(rho) - memory],
      [sampled.drivingForce(rho) - exact.drivingForce(rho), drivingForce(rho)],
      [curvatureOf(sampled, rho) - curvatureOf(exact, rho), curvature(rho)],
    ];
    // 63 deviations, of 17 degrees of freedom: 5 standard errors are beyond in one case of 140.
    for (const [deviation, error] of deviations) {
      expect(Math.abs(deviation)).toBeLessThan(5 * error);
    }
    // Errors that are no larger than twenty rings of 50,000 visits leave.
    expect(mobility(rho) - memory).toBeLessThan(2e-3);
    expect(drivingForce(rho)).toBeLessThan(2e-3);
  }
  // They tell: of f' at half filling to 4e-4.
  expect(drivingForce(0.5)).toBeLessThan(4e-4);
  expect(drivingForce(0.5)).toBeGreaterThan(1e-6);
}, 60_000);

it(
  "serves kernels of both signs beyond the transfer matrix, with a stream, to the same bits",
  () => {
    const system = { couplings: bothSigns(12), beta: 2, drive: 3 };
    const [one, again] = [1, 1].map(() => equilibriumFor(system, randomStream(1, "reference")));
    expect(one.kind).toBe("sampled");
    expect(again.mobility(0.3)).toBe(one.mobility(0.3));
    const without = equilibriumFor(system);
    expect(without.kind).toBe("expansion");
    const { mobility, drivingForce } = one.error!;
    expect(Math.abs(one.mobility(0.3) / without.mobility(0.3) - 1)).toBeLessThan(
      5 * mobility(0.3) + 1e-3,
    );
    expect(Math.abs(one.drivingForce(0.3) - without.drivingForce(0.3)))
      .toBeLessThan(5 * drivingForce(0.3) + 1e-3);
  },
  30_000,
);

it("is not offered where sweeps do not forget, or take long", () => {
  expect([constant(12, 3), constant(12, 4.2), constant(64, 3), constant(65, 3)].map(canBeSampled))
    .toEqual([true, false, true, false]);
  expect(equilibriumFor({ couplings: constant(12, 6) }, randomStream(1, "reference")).kind)
    .toBe("expansion");
});
