/** Forces in the files: soft rods on rings, D0 = kT = 1, that relax from a potential which goes off at the start. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { randomStream } from "@spiediff/random";
import { afterAll, describe, expect, it } from "vitest";
import { estimateStage, importStage, readRunExperiment } from "../mod.ts";
import { positionFiles } from "./description.ts";

const folder = mkdtempSync(join(tmpdir(), "forces-"));
afterAll(() => rmSync(folder, { recursive: true }));

const LENGTH = 20, RODS = 10, SYSTEMS = 160, TIMESTEP = 1e-3, AMPLITUDE = 1, STIFFNESS = 10;

/** Force on each rod of one ring by those nearer than 1, `-d/dx STIFFNESS (1 + cos(pi r))`, in order or not. */
function forcesOn(x: Float64Array): Float64Array {
  const force = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const way = x[i] - x[j] - LENGTH * Math.round((x[i] - x[j]) / LENGTH), r = Math.abs(way);
      if (r >= 1) continue;
      const push = STIFFNESS * Math.PI * Math.sin(Math.PI * r) * Math.sign(way);
      force[i] += push;
      force[j] -= push;
    }
  }
  return force;
}

/** A table with the frames 0, 10 and 100 of every system, with forces, and with noise in place of them. */
function table(): string {
  const { normal, uniform } = randomStream(4, "rods");
  const rows: string[][] = [[], [], []];
  for (let s = 0; s < SYSTEMS; s++) {
    let x = Float64Array.from({ length: RODS }, (_, i) => LENGTH * (i + uniform()) / RODS);
    const wave = 2 * Math.PI / LENGTH;
    const step = (amplitude: number) => {
      const force = forcesOn(x);
      x = x.map((v, i) =>
        v + TIMESTEP * (force[i] + amplitude * wave * Math.sin(wave * v)) +
        Math.sqrt(2 * TIMESTEP) * normal()
      );
    };
    // Eight units of time: three in which the longest wave falls by e.
    for (let t = 0; t < 8000; t++) step(AMPLITUDE);
    [0, 10, 100].forEach((at, k) => {
      for (let t = [0, 0, 10][k]; t < at; t++) step(0);
      forcesOn(x).forEach((F, i) =>
        rows[k].push([at, s, x[i].toFixed(6), F.toFixed(6), (1000 * normal()).toFixed(3)].join(","))
      );
    });
  }
  return `step,mol,x,fx,noise\n${rows.flat().join("\n")}\n`;
}

const description = (trajectory: object) => ({
  ...{ name: "rods", seed: 1, values: "positions", elements: 8, realizations: { by: "mol" } },
  trajectory: {
    ...{ format: "csv", axes: ["x"], timestep: TIMESTEP, diffusivity: 1, dimension: 1 },
    ...{ box: { lengths: [LENGTH] }, ...trajectory },
  },
  frames: { covariance: [10], drift: [100] },
  profiles: [{ name: "wave", files: [join(folder, "rods.csv")] }],
});
const estimateWith = async (trajectory: object) => {
  const path = join(folder, "rods.json"), run = join(folder, "run");
  writeFileSync(path, JSON.stringify(description(trajectory)));
  await importStage(path, run, true).run(() => {});
  const [estimate] = await estimateStage(readRunExperiment(run), run).run(() => {});
  return estimate as OperatorEstimate;
};
/** The wave's flux, `sin` over the elements, with its error. */
const waveOf = ({ flux, fluxCovariance }: Awaited<ReturnType<typeof estimateWith>>) => {
  const M = flux.length, weight = flux.map((_, e) => 2 / M * Math.sin(2 * Math.PI * (e + 0.5) / M));
  const value = flux.reduce((sum, J, e) => sum + J * weight[e], 0);
  let variance = 0;
  for (let e = 0; e < M; e++) {
    for (let f = 0; f < M; f++) variance += weight[e] * fluxCovariance[e * M + f] * weight[f];
  }
  return { value, error: Math.sqrt(variance) };
};

describe("forces of the particles", () => {
  writeFileSync(join(folder, "rods.csv"), table());

  it("tell the fluxes that displacements tell, far better", async () => {
    const plain = await estimateWith({}), forced = await estimateWith({ forces: "fx" });
    expect([plain.fluxEstimator, forced.fluxEstimator]).toEqual(["element windows", "forces"]);
    const [moved, pushed] = [waveOf(plain), waveOf(forced)];
    // Four standard errors of one fixed data set, 6e-5, and 3 % for gradients that fall within the window.
    expect(Math.abs(moved.value - pushed.value))
      .toBeLessThan(4 * Math.hypot(moved.error, pushed.error) + 0.03 * Math.abs(pushed.value));
    expect(pushed.error).toBeLessThan(0.6 * moved.error);
    expect(Math.abs(pushed.value)).toBeGreaterThan(5 * pushed.error);
    expect(forced.K1).toEqual(plain.K1);
  });

  it("are not used where a thermostat's noise is in them", async () => {
    const plain = await estimateWith({}), noisy = await estimateWith({ forces: "noise" });
    expect(noisy.fluxEstimator).toBe("element windows");
    expect(noisy.flux).toEqual(plain.flux);
  });

  it("are those of overdamped particles, and must be there", async () => {
    expect(() => positionFiles(description({ forces: "fx", damping: 0.1 }))).toThrow(
      /trajectory\.forces: are of particles, and overdamped ones: damping must be 0/,
    );
    await expect(estimateWith({ forces: "fy" })).rejects.toThrow(/fy/);
  });
});
