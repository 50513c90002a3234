import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OperatorEstimate } from "@spiediff/fdt-operators";
import { conservedField, experimentUnits } from "@spiediff/experiment";
import { randomStream } from "@spiediff/random";
import { afterAll, describe, expect, it } from "vitest";
import {
  checkImportStage,
  estimateStage,
  importStage,
  readRunExperiment,
  summaryText,
} from "../mod.ts";
import { positionFiles } from "./description.ts";

const DATA = fileURLToPath(new URL("../../../test-data/trajectories/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "positions-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "description.json");
const quiet = () => {};

const lines = {
  ...{ name: "rods", seed: 1, values: "positions", elements: 8 },
  trajectory: {
    ...{ format: "lammps-dump", axes: ["x"], timestep: 5e-4, kT: 2, diffusivity: 0.5 },
    densityUnit: 0.8,
  },
  realizations: { by: "mol" },
  frames: { period: 4000, start: 2000, covariance: [40, 200], drift: [800, 2000] },
  profiles: [{
    name: "wave",
    files: [`${DATA}lines-mol.lammpstrj`],
    potential: { k: 1, amplitude: 1 },
  }],
};
const describes = (description: unknown) => writeFileSync(path, JSON.stringify(description));
const check = (description: unknown) => {
  describes(description);
  return checkImportStage(path).run(quiet);
};
const files = { ...lines, realizations: { by: "file" } };
const custom = (
  frames: object = { covariance: [40], drift: [200] },
  names = ["custom.*.lammpstrj"],
) => ({
  ...{ ...files, frames },
  profiles: [{ name: "wave", files: names.map((name) => DATA + name) }],
});

describe("trajectories", () => {
  it("become an experiment in units of the box, the lone particle's diffusion and the file's energy", async () => {
    const { experiment, summary, warnings } = await check(lines);
    const { particles, sampling, profiles } = experiment;
    const time = 40 ** 2 / 0.5;
    // 40 long, 0.8 particles a length are density 1: rods fill the line only, whatever the box's other edges.
    expect(particles).toEqual({
      ...{ system: "foreign", sites: 32, beta: 0.5, drive: 1 },
      scales: {
        ...{ length: 40, time, density: 0.8, timestep: 5e-4, origin: 0 },
        names: {
          ...{ length: "file lengths", time: "file times", energy: "file energies" },
          density: "particles per file length",
        },
      },
    });
    const h = [40, 200, 800, 2000].map((steps) => steps * 5e-4 / time);
    expect(sampling).toEqual({
      ...{ realizations: 24, burnIn: 0, h },
      windows: { mobility: h.slice(0, 2), fluxes: h.slice(2) },
      starts: [{ kind: "potential", k: 1, amplitude: 1 }],
    });
    // 16 rods a line.
    expect(profiles[0].mean).toBeCloseTo(0.5, 12);
    expect(summary).toMatchObject({ sites: 32, fills: [true, false, false], axis: "x" });
    expect(summary!.profiles[0]).toMatchObject({ realizations: 24, particles: [16, 16], files: 1 });
    expect(summary!.profiles[0].frames).toBeGreaterThan(0);
    expect(summaryText(summary!)).toContain(`from 1 run, ${summary!.profiles[0].frames} frames`);
    expect(summary!.profiles[0].fileDensity[0]).toBeCloseTo(
      0.8 * summary!.profiles[0].density[0],
      12,
    );
    expect(warnings.join()).toMatch(/have 16 particles: pressures .* by about 6 %/);
    const text = summaryText(summary!);
    expect(text).toMatch(/Box +40 x 24 x 1, fields along x; densities count x\n/);
    expect(text).toMatch(/density .*; D\/D0 = .* \+- .* \(\w+\), .* \(potential\)\n/);
    expect(text).toMatch(/Window 800 +0.4 in the files' time, .*: fluxes\n/);
    expect(text).toMatch(/m\/\(D0 rho\) +.* from the shortest window: /);
  });

  it("of overdamped particles have the mobility D0 rho", async () => {
    const own = { ...lines.trajectory, kT: 1, diffusivity: 1 };
    const { summary } = await check({ ...lines, trajectory: own });
    const { value, standardError } = summary!.mobilityRatio;
    // 24 realizations of one fixed file.
    expect(Math.abs(value - 1)).toBeLessThan(3 * standardError);
    expect(standardError).toBeLessThan(0.3);
    expect(summaryText(summary!)).toMatch(/from the shortest window: units agree/);
  });

  it("may have any density: nothing bounds the number of particles", async () => {
    const { experiment } = await check({
      ...lines,
      trajectory: { ...lines.trajectory, densityUnit: 0.2 },
    });
    expect(experiment.particles.sites).toBe(8);
    expect(experiment.profiles[0].mean).toBeCloseTo(2, 12);
    expect(conservedField(experiment)).toMatchObject({ low: 0, high: null, ideal: "logarithm" });
  });

  it("have units of any name, and predictions that are asked for in them", async () => {
    const units = { length: "nm", time: "ps" };
    const profile = { name: "start", mean: 0.4, modes: [{ k: 2, amplitude: 0.1 }] };
    const { experiment } = await check({
      ...lines,
      trajectory: { ...lines.trajectory, units },
      prediction: { times: [0, 32], profile },
    });
    const { scales } = experiment.particles;
    expect(scales!.names).toEqual({
      ...{ length: "nm", time: "ps", energy: "file energies", density: "particles per nm" },
    });
    const { prediction } = experiment;
    expect(prediction.times).toEqual([0, 0.01]);
    expect(prediction.profile).toMatchObject({ mean: 0.5, modes: [{ k: 2, amplitude: 0.125 }] });
    expect(experimentUnits(experiment)).toMatchObject({ particles: 32, isLaw: false, length: 40 });
  });

  it("carry the errors of what is declared: of the unit of time by D0 and box, of rates by kT under a potential", async () => {
    const errors = { kT: 0.05, diffusivity: 0.06, length: 0.04 };
    const { experiment } = await check({
      ...lines,
      trajectory: { ...lines.trajectory, errors },
    });
    const time = Math.hypot(0.06, 0.08);
    expect(experiment.particles.scales!.errors)
      .toEqual({ time, rates: 0.05, energy: 0.05, density: 0 });
    const [profile] = lines.profiles;
    const none = await check({
      ...{ ...lines, trajectory: { ...lines.trajectory, errors } },
      profiles: [{ ...profile, potential: undefined }],
    });
    expect(none.experiment.particles.scales!.errors!.rates).toBe(0);
  });

  it("become records that estimate takes, windows for mobility and fluxes apart", async () => {
    describes(lines);
    const run = join(folder, "run");
    await importStage(path, run, false).run(quiet);
    const experiment = readRunExperiment(run);
    const [found] = await estimateStage(experiment, run).run(quiet);
    const estimate = found as OperatorEstimate;
    const { h } = experiment.sampling;
    expect(estimate.hs).toEqual(h);
    expect(h.slice(2)).toContain(estimate.fluxHorizon);
    expect(estimate.estimator).toMatch(/closed classic|without the bias of kinks/);
    expect(estimate.diagnostics.diffusivity!.value).toBeGreaterThan(0);
  });

  it("of one file a step are one run", async () => {
    const steps = ["11", "12", "13"].map((seed) => [`${DATA}step.${seed}.*.txt`]);
    const profile = (names: unknown) => ({
      ...custom(),
      profiles: [{ name: "wave", files: names }],
    });
    // Three realizations are too few: the message counts them.
    for (
      const description of [
        profile(steps.slice(0, 2)),
        profile(["custom.11.lammpstrj", "custom.12.lammpstrj"].map((n) => DATA + n)),
      ]
    ) {
      await expect(check(description)).rejects.toThrow(
        /it has 2 realizations; errors need at least 8/,
      );
    }
    await expect(check(profile([`${DATA}step.11.*.txt`]))).rejects.toThrow(
      /step\.11\.0\.txt: it ends before/,
    );
  });
});

describe("dump grid", () => {
  const CELLS = 64, LAYERS = 16, RODS = 60, STEPS = [0, 100, 200, 300];
  /** An ideal gas in layers, D0 = 1: a table of particles, and the cells of a grid that hold them. */
  const gas = () => {
    const { normal, uniform } = randomStream(1, "grid");
    const x = Array.from({ length: LAYERS * RODS }, () => 8 * uniform());
    let table = "step,mol,x\n", grid = "";
    for (const step of STEPS) {
      if (step > 0) x.forEach((at, i) => x[i] = at + Math.sqrt(2 * 0.1) * normal());
      const cells = new Float64Array(CELLS * LAYERS);
      x.forEach((at, i) => {
        const layer = Math.floor(i / RODS);
        table += `${step},${layer},${at}\n`;
        cells[layer * CELLS + Math.floor((at / 8 - Math.floor(at / 8)) * CELLS)]++;
      });
      grid += `ITEM: TIMESTEP\n${step}\nITEM: BOX BOUNDS pp pp pp\n0 8\n0 ${LAYERS}\n-0.5 0.5\n` +
        `ITEM: DIMENSION\n2\nITEM: GRID SIZE nx ny nz\n${CELLS} ${LAYERS} 1\n` +
        `ITEM: GRID CELLS f_n[1] f_d[1]\n` +
        Array.from(cells, (n) => `${n} ${(n * CELLS / 8).toPrecision(6)}\n`).join("");
    }
    return { table, grid };
  };
  const common = {
    ...{ name: "gas", seed: 1, values: "positions", elements: 8 },
    frames: { stationary: 1, covariance: [100] },
  };
  const trajectory = { axes: ["x"], timestep: 1e-3, diffusivity: 1 };
  const { table, grid } = gas();
  const gridded = (cells: object) => ({
    ...common,
    trajectory: { ...trajectory, format: "lammps-grid", dimension: 2, cells },
    realizations: { by: "layers", axis: "y", count: LAYERS },
    profiles: [{ name: "gas", files: [join(folder, "gas.grid")] }],
  });

  it("is read as the particles that its cells hold, as numbers or as densities", async () => {
    writeFileSync(join(folder, "gas.grid"), grid);
    writeFileSync(join(folder, "gas.csv"), table);
    const particles = await check({
      ...common,
      trajectory: { ...trajectory, format: "csv", dimension: 1, box: { lengths: [8] } },
      realizations: { by: "mol" },
      profiles: [{ name: "gas", files: [join(folder, "gas.csv")] }],
    });
    for (
      const cells of [{ column: "f_n[1]", holds: "number" }, { column: "f_d[1]", holds: "density" }]
    ) {
      const { summary, experiment, warnings } = await check(gridded(cells));
      expect(summary!.profiles[0]).toMatchObject({ realizations: 48, particles: [RODS, RODS] });
      // Layers of width 1: as many particles an area as a length.
      expect(experiment.profiles[0].mean).toBeCloseTo(RODS / 8, 4);
      const own = particles.summary!.mobilityRatio, ratio = summary!.mobilityRatio;
      // Cells of an eighth, steps of 0.45: (1/8)^2/(6 * 0.2) of the covariation is the cells'.
      expect(Math.abs(ratio.value - own.value - 0.013)).toBeLessThan(0.3 * own.standardError);
      expect(warnings.join()).not.toMatch(/written to/);
    }
  });

  it("is refused where elements do not divide it, and where its cells are not said", async () => {
    writeFileSync(join(folder, "gas.grid"), grid);
    const cells = { column: "f_n[1]", holds: "number" };
    await expect(check({ ...gridded(cells), elements: 7 })).rejects
      .toThrow(/gas\.grid, line 1: the grid has 64 cells along x, which 7 elements do not divide/);
    await expect(check(gridded({ ...cells, column: "f_m" }))).rejects.toThrow(
      /no column f_m is there/,
    );
    await expect(check({ ...gridded(cells), realizations: { by: "mol" } })).rejects
      .toThrow(/cells know no particles apart/);
    const { cells: _, ...none } = gridded(cells).trajectory;
    await expect(check({ ...gridded(cells), trajectory: none })).rejects
      .toThrow(/trajectory\.cells: is missing/);
    // A particle that goes away.
    writeFileSync(
      join(folder, "gas.grid"),
      grid.replace(/(TIMESTEP\n100\n[^]*?f_d\[1\]\n)[1-9]\d* /, "$10 "),
    );
    await expect(check(gridded(cells))).rejects.toThrow(/does not conserve mass/);
  });
});

describe("what is wrong is named by field, file and line", () => {
  /** A run in a box that is longer along x. */
  const wide = readFileSync(`${DATA}custom.12.lammpstrj`, "utf8")
    .replaceAll(/^-1\.2\d*e\+01 1\.2\d*e\+01$/gm, "-13 13");
  it.each([
    [
      "a format",
      { trajectory: { ...lines.trajectory, format: "xtc" } },
      /trajectory\.format: must be "lammps-dump" or/,
    ],
    ["an axis", { trajectory: { ...lines.trajectory, axes: ["u"] } }, /trajectory\.axes\.0/],
    [
      "no timestep",
      { trajectory: { ...lines.trajectory, timestep: 0 } },
      /timestep: must be above 0/,
    ],
    [
      "windows",
      { frames: { covariance: [40, 40], drift: [1] } },
      /frames\.covariance\.1: must be above the one before/,
    ],
    [
      "no drift",
      { frames: { covariance: [40] } },
      /frames\.drift: must have at least 1 entry unless/,
    ],
    [
      "two kinds",
      { frames: { covariance: [1], drift: [1], period: 9, stationary: 1 } },
      /exclude each other/,
    ],
    ["a name", { realizations: { by: "mols" } }, /realizations\.by: must be "file" or "mol" or/],
    ["a field", { sites: 40 }, /has no field "sites"/],
  ])("%s in the description", (_, change, message) => {
    expect(() => positionFiles({ ...lines, ...change })).toThrow(message);
  });

  it.each([
    ["no file", custom(undefined, ["none.*"]), /No file in .*trajectories fits none\.\*/],
    ["missing file", custom(undefined, ["none"]), /none/],
    [
      "no column",
      { ...lines, realizations: { by: "mol", column: "line" } },
      /line 9: no column line is there/,
    ],
    [
      "missing frame",
      custom({ covariance: [50], drift: [200] }),
      /custom\.11.*, line 140: step 50 is missing/,
    ],
    ["no start", custom({ start: 3, covariance: [40], drift: [200] }), /no frame is of step 3/],
    [
      "another box",
      {
        ...custom(),
        profiles: [{ name: "wave", files: [`${DATA}custom.11.lammpstrj`, join(folder, "wide")] }],
      },
      /wide has a box of length 26 .* has 24 and .*; all files of a description must have the same/,
    ],
    [
      "walls",
      custom(undefined, ["broken/walls.lammpstrj"]),
      /line 5: the box is not periodic along x/,
    ],
    ["nan", custom(undefined, ["broken/nan.lammpstrj"]), /nan\.lammpstrj, line 21: x is "-nan"/],
    ["volume", {
      ...files,
      realizations: { by: "mol" },
      trajectory: { ...lines.trajectory, format: "csv", box: { lengths: [4, 2, 2] } },
      profiles: [{ name: "a", files: [join(folder, "x.csv")] }],
      frames: { covariance: [1], drift: [1] },
    }, /give trajectory\.dimension/],
  ])("%s in the files", async (_, description, message) => {
    writeFileSync(join(folder, "wide"), wide);
    writeFileSync(join(folder, "x.csv"), "step,mol,x\n0,1,1\n0,2,2\n1,1,1.5\n1,2,2.5\n");
    await expect(check(description)).rejects.toThrow(message);
  });

  it("units that are far off: a time step a thousand times too long", async () => {
    const { warnings } = await check({
      ...lines,
      trajectory: { ...lines.trajectory, timestep: 5e-8 },
    });
    expect(warnings.join()).toMatch(
      /m\/\(D0 rho\) is .* and 1 for overdamped particles: is it the timestep/,
    );
  });
});
