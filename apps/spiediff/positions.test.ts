/** Positions of an ideal gas, from the files of a code to a law and back to the files' units: m = D0 rho, D = D0. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomStream } from "@spiediff/random";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spiediff } from "./testing.ts";

const root = mkdtempSync(join(tmpdir(), "positions-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** In nm and ps; kT in kJ/mol. Density 1 is 4 particles a nm. */
const LENGTH = 5, D0 = 0.5, KT = 2.5, TIMESTEP = 0.001, UNIT = 4, ORIGIN = -2;
const PARTICLES = 20, SYSTEMS = 300;

/** A table of systems at rest under `amplitude cos(2 pi x/L)`, gone at step 0, at the steps given. */
function gas(name: string, amplitude: number, steps: number[], D = D0, systems = SYSTEMS): string {
  const { normal, uniform } = randomStream(2, "gas", name);
  const place = () => {
    for (;;) {
      const x = uniform();
      if (
        uniform() < Math.exp(-(amplitude * Math.cos(2 * Math.PI * x) + Math.abs(amplitude)) / KT)
      ) {
        return ORIGIN + LENGTH * x;
      }
    }
  };
  const x = Array.from({ length: systems * PARTICLES }, place);
  const lines = ["step,mol,id,x"];
  let before = 0;
  for (const step of [0, ...steps]) {
    const spread = Math.sqrt(2 * D * (step - before) * TIMESTEP);
    before = step;
    x.forEach((at, i) => {
      x[i] = at + spread * normal();
      lines.push([step, Math.floor(i / PARTICLES) + 1, i + 1, x[i].toFixed(6)].join(","));
    });
  }
  const path = join(root, `${name}.csv`);
  writeFileSync(path, lines.join("\n") + "\n");
  return path;
}

const described = (name: string, of: object) => {
  const path = join(root, `${name}.json`);
  writeFileSync(
    path,
    JSON.stringify({
      ...{ name, seed: 3, values: "positions", elements: 16, realizations: { by: "mol" } },
      trajectory: {
        ...{ format: "csv", axes: ["x"], timestep: TIMESTEP, kT: KT, diffusivity: D0 },
        ...{ densityUnit: UNIT, dimension: 1, box: { lengths: [LENGTH], origin: [ORIGIN] } },
        units: { length: "nm", time: "ps", energy: "kJ/mol" },
      },
      prediction: {
        ...{ times: [0, 0.5], members: 60 },
        profile: { name: "asked", mean: 4, modes: [{ k: 1, amplitude: 1.2 }] },
      },
      training: { hidden: [16, 16], batch: 64, steps: { k1: 1000, freeEnergy: 1000 } },
      ...of,
    }),
  );
  return path;
};
const ok = async (...args: string[]) => {
  const { code, stdout, stderr } = await spiediff(...args, "--json");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
};

/** A quiet machine takes some seconds. */
const PATIENCE = 120_000;

/** Later steps, and how an ideal gas' wave falls until then. */
const LATER = [200, 800];
const fall = (ps: number) => Math.exp(-D0 * (2 * Math.PI / LENGTH) ** 2 * ps);

describe("positions in files with units of their own", () => {
  const run = join(root, "run"), model = join(run, "model");
  beforeAll(async () => {
    const frames = { start: 0, covariance: [1, 2], drift: [5] };
    const profiles = [["one", 1.5], ["two", -2], ["three", 0.8], ["four", -1.2]].map((
      [name, amplitude],
    ) => ({
      ...{ name, files: [gas(`${name}`, Number(amplitude), [1, 2, 5])] },
      potential: { k: 1, amplitude },
    }));
    await ok("import", run, described("gas", { frames, profiles }));
    await ok("estimate", run);
    await ok("train", run);
  }, PATIENCE);

  it("become predictions in them, with bands", async () => {
    const wave = "4+1.2*cos(2*pi*x/L)";
    const { density, x, times, units } = await ok(
      ...["predict", model, "--profile", wave, "--times", "0,0.2", "--members", "100"],
    );
    expect(units).toMatchObject({ length: "nm", time: "ps", density: "particles per nm" });
    expect([x[0], times[1]]).toEqual([ORIGIN, 0.2]);
    const amplitude = (mean: number[]) =>
      mean.reduce((sum, rho, i) => sum + rho * Math.cos(2 * Math.PI * x[i] / LENGTH) / 4, 0);
    const ratio = amplitude(density[1].mean) / amplitude(density[0].mean);
    // One fixed data set, whose D is known to about 2 %.
    expect(Math.abs(Math.log(ratio) / Math.log(fall(0.2)) - 1)).toBeLessThan(0.08);
    const { diffusivity, mobility, density: rho } = await ok("law", model, "--members", "100");
    // m = D0 rho / kT; few particles are where it is thin or dense.
    const inside = rho.flatMap((v: number, i: number) => v > 2.2 && v < 6 ? [i] : []);
    expect(inside.length).toBeGreaterThan(40);
    for (const i of inside) {
      expect(Math.abs(diffusivity.mean[i] / D0 - 1)).toBeLessThan(0.15);
      expect(Math.abs(mobility.mean[i] * KT / (D0 * rho[i]) - 1)).toBeLessThan(0.15);
    }
  });

  it("are held against later ones: the same gas is consistent, a faster one is refused", async () => {
    const later = (name: string, D: number, of: object = {}) =>
      described(name, {
        frames: { start: 0, covariance: [LATER[0]], drift: [LATER[1]] },
        profiles: [{ name, files: [gas(name, 1, LATER, D, 400)] }],
        ...of,
      });
    const same = await ok("validate", run, later("same", D0), "--members", "60");
    expect(same).toMatchObject({ verdict: "consistent", times: [0.2, 0.8] });
    const faster = await spiediff(
      "validate",
      run,
      later("faster", 2 * D0),
      "--members",
      "60",
      "--json",
    );
    expect(faster.code).toBe(1);
    expect(JSON.parse(faster.stdout).verdict).toBe("refused");
    const wide = described("wide", {
      ...JSON.parse(readFileSync(join(root, "same.json"), "utf8")),
      trajectory: {
        ...{ format: "csv", axes: ["x"], timestep: TIMESTEP, kT: KT, diffusivity: D0 },
        ...{ densityUnit: 3, dimension: 1, box: { lengths: [LENGTH], origin: [ORIGIN] } },
      },
    });
    const other = await spiediff("validate", run, wide);
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringMatching(
        /wide\.json has sites 15, but the model was trained with 20/,
      ),
    ]);
  });

  it("have a report in them, and one in the law's own", async () => {
    await ok("report", run);
    const table = () => readFileSync(join(run, "diffusivity.csv"), "utf8");
    expect(table()).toMatch(/^# units: length in nm, time in ps, energy in kJ\/mol/);
    const html = readFileSync(join(run, "report.html"), "utf8");
    expect(html.includes("density ρ (particles per nm)")).toBe(true);
    expect(html.includes("length = nm, time = ps")).toBe(true);
    await ok("report", run, "--dimensionless");
    expect(table()).not.toMatch(/# units/);
  });
});
