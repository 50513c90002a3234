import type { Manifest } from "@spiediff/model-artifact";
import { LATENT_TERMS, latentPolynomials } from "@spiediff/diffusion";
import { describe, expect, it } from "vitest";
import { drawMembers } from "./members.ts";

/** The part of a manifest that members are drawn from. */
function manifest(calibration?: { mobility: number; drivingForce: number }): Manifest {
  const scale = (indexScale: number) => ({ indexScale, noise: 1, components: 100 });
  return {
    mobility: { indexDim: 8 + LATENT_TERMS },
    drivingForce: { indexDim: 8 + 8 + LATENT_TERMS },
    ...(calibration
      ? {
        calibration: {
          mobility: scale(calibration.mobility),
          drivingForce: scale(calibration.drivingForce),
        },
      }
      : {}),
  } as Manifest;
}

const MEMBERS = 2000;
const rowsOf = ({ index, indexDim }: { index: Float32Array; indexDim: number }) =>
  Array.from({ length: MEMBERS }, (_, m) => [...index.subarray(m * indexDim, (m + 1) * indexDim)]);
const deviation = (values: number[]) =>
  Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

describe("members", () => {
  it("of a calibrated model: [random, steered] and [random, random of the mobility, steered], widened as it says (5 sigma)", () => {
    const { mobility, drivingForce } = drawMembers(
      1,
      0,
      MEMBERS,
      manifest({ mobility: 1.5, drivingForce: 0.4 }),
      [],
    );
    const ofMobility = rowsOf(mobility), ofForce = rowsOf(drivingForce);
    ofForce.forEach((row, m) => {
      const steered = (latent: number) => [...Float32Array.from(latentPolynomials(latent))];
      expect(ofMobility[m].slice(8)).toEqual(steered(mobility.latent[m]));
      expect(row.slice(8, 16)).toEqual(ofMobility[m].slice(0, 8));
      // By its own latent, which is not the mobility's.
      expect(row.slice(16)).toEqual(steered(drivingForce.latent[m]));
    });
    expect(drivingForce.latent).not.toEqual(mobility.latent);
    const error = 5 / Math.sqrt(2 * 8 * MEMBERS);
    const relative = (rows: number[][], scale: number) =>
      Math.abs(deviation(rows.flatMap((row) => row.slice(0, 8))) / scale - 1);
    expect(relative(ofMobility, 1.5)).toBeLessThan(error);
    expect(relative(ofForce, 0.4)).toBeLessThan(error);
  });
  it("of a model without calibration: every index standard normal (5 sigma)", () => {
    const { mobility, drivingForce } = drawMembers(1, 0, MEMBERS, manifest(), []);
    for (const draws of [mobility, drivingForce]) {
      const error = 5 / Math.sqrt(2 * draws.index.length);
      expect(Math.abs(deviation([...draws.index]) - 1)).toBeLessThan(error);
    }
  });
});
