/** A model of particles of another code, asked and answering in the units of their files. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LAW_UNITS, lawFactor, unitSystem } from "@spiediff/law";
import type { ModelContent } from "@spiediff/model-artifact";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFixture } from "../_fixture_model.ts";
import { runPredictor } from "../cli/run.ts";
import { learnedLaw, loadModel, type Model, predict, predictInUnits } from "../mod.ts";
import { serve } from "../serve/server.ts";
import { DEFAULT_LIMITS } from "../serve/types.ts";
import { learnedLawInUnits } from "./law_in_units.ts";
import { predictionInUnits } from "./prediction_in_units.ts";

const names = {
  ...{ length: "nm", time: "ps", energy: "kJ/mol", density: "particles per nm^2" },
};
const scales = { length: 20, time: 50, density: 0.4, timestep: 0.002, origin: -5, names };
const SITES = 80.5;
const units = unitSystem(SITES, scales);
const options = { seed: 1, members: 30 };

const asFiles = (content: ModelContent) => {
  const { elements, beta, dimension } = content.system;
  const field = { name: "density", unit: "0.4 particles per nm^2", low: 0, high: null };
  Object.assign(content, {
    system: {
      ...{ particles: "foreign", dimension, sites: SITES, elements, beta, drive: 1, scales },
      field: { ...field, ideal: "logarithm" },
    },
  });
};

let root = "", folder = "";
let model: Model;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-units-"));
  folder = join(root, "model");
  await writeFixture(folder, { change: asFiles });
  model = await loadModel(folder);
});
afterAll(async () => {
  await model?.close();
  await rm(root, { recursive: true, force: true });
});

const run = async (...args: string[]) => {
  let stdout = "", stderr = "";
  const code = await runPredictor([...args, "--members", "30", "--seed", "1"], {
    stdout: { write: (text: string) => void (stdout += text) },
    stderr: { write: (text: string) => void (stderr += text) },
    env: {},
  });
  return { code, stdout, stderr };
};
/** Equal but for the rounding of factors. */
const near = (actual: ArrayLike<number>, expected: ArrayLike<number>) => {
  expect(actual.length).toBe(expected.length);
  Array.from(expected, (v, i) => expect(actual[i]).toBeCloseTo(v, 8));
};
/** Of the box from -5 to 15 nm. */
const profile = (x: number) => 0.2 + 0.08 * Math.cos(2 * Math.PI * x / 20);
const PROFILE = "0.2+0.08*cos(2*pi*x/L)";
const TIMES = [0, 0.5, 1];

describe("predictions in the units of files", () => {
  it("are those of the law at the same place, time and density", async () => {
    const told = await predictInUnits(
      ...[model, profile, TIMES, { ...options, externalField: 0.02 }, units] as const,
    );
    const own = (x: number) => profile(-5 + 20 * x) / 0.4;
    const law = await predict(model, own, TIMES.map((t) => t / 50), {
      ...options,
      externalField: 0.4,
    });
    expect(told.externalField).toBeCloseTo(0.02, 12);
    expect(told.times).toEqual(TIMES);
    near(told.x, law.x.map((x) => -5 + 20 * x));
    near(told.density[2].mean, law.density[2].mean.map((rho) => 0.4 * rho));
    near(told.density[2].wholeCurve.upper, law.density[2].wholeCurve.upper.map((v) => 0.4 * v));
    near(told.fluctuation![1], law.fluctuation![1].map((v) => 0.4 * v));
    near(told.parts[1].data, law.parts[1].data.map((v) => 0.4 * v));
    near(told.freeEnergy.mean, law.freeEnergy.mean.map((F) => SITES * F));
    // Particles of a system: its mean density over 1, times those of density 1.
    expect(told.initial.mass).toBeCloseTo(SITES * 0.5, 8);
    near(told.coverage.trained, [0.4 * 0.15, 0.4 * 0.85]);
  });

  it("go on from their own table, which says what is in it", async () => {
    const first = join(root, "first");
    const { code, stderr, stdout } = await run(
      ...["predict", folder, "--profile", PROFILE, "--times", "0.5", "--out", first],
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("time in ps, densities in particles per nm^2");
    const csv = await readFile(join(first, "prediction.csv"), "utf8");
    const [, about, header, row] = csv.split("\n");
    expect(about).toBe("# units: t in ps, x in nm, densities in particles per nm^2");
    expect(header).toMatch(/^t,x,mean/);
    expect(row).toMatch(/^0\.5,-5,/);
    const json = JSON.parse(await readFile(join(first, "prediction.json"), "utf8"));
    expect(json.units).toMatchObject(names);

    const again = await run(
      ...["predict", folder, "--profile", join(first, "prediction.csv"), "--times", "0,0.5"],
      "--json",
    );
    const went = JSON.parse(again.stdout);
    near(went.density[0].mean, json.density[0].mean);
    // The mean's law is not the law's mean, by less than 3 % of what happens meanwhile.
    const through = JSON.parse(
      (await run("predict", folder, "--profile", PROFILE, "--times", "1", "--json")).stdout,
    ).density[0].mean;
    const moved = Math.max(
      ...through.map((v: number, i: number) => Math.abs(v - went.density[0].mean[i])),
    );
    went.density[1].mean.forEach((v: number, i: number) =>
      expect(Math.abs(v - through[i])).toBeLessThan(0.03 * moved)
    );
  });

  it("are the law's own with --dimensionless", async () => {
    const own = ["--profile", "0.5+0.2*cos(2*pi*(x-0.25))", "--times", "0,0.02", "--json"];
    const law = JSON.parse((await run("predict", folder, ...own, "--dimensionless")).stdout);
    const files = JSON.parse(
      (await run("predict", folder, "--profile", PROFILE, "--times", "0,1", "--json")).stdout,
    );
    expect(law.x[1]).toBeCloseTo(1 / 25, 12);
    expect(law.units).toEqual(model.manifest.units);
    // cos(2 pi x/L) at x = -5 nm is cos(-pi/2).
    near(files.density[1].mean, law.density[1].mean.map((v: number) => 0.4 * v));
    expect(
      (await run(
        "predict",
        folder,
        ...own.slice(0, 1),
        "0.5*L",
        ...own.slice(2),
        "--dimensionless",
      )).stderr,
    ).toMatch(/unknown name L/);
  });

  it("start from a profile file of waves along the box", async () => {
    const path = join(root, "waves.json");
    const modes = [{ k: 1, amplitude: 0.08 }];
    await writeFile(path, JSON.stringify({ name: "a", mean: 0.2, modes }));
    const { stdout } = await run("predict", folder, "--profile", path, "--times", "0", "--json");
    const { density, x } = JSON.parse(stdout);
    // Waves are counted from the box's lower end.
    expect(density[0].mean[0]).toBeGreaterThan(0.279);
    expect(x[0]).toBe(-5);
  });

  it.each([
    ["0.2-0.1*x", /is 0 at x = 2; densities must be above 0/],
    ["0.5*y", /known are x, pi, tau, e, L/],
  ])("refuse %s in them", async (text, message) => {
    const { code, stderr } = await run("predict", folder, "--profile", text, "--times", "0");
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it("warn of densities in them", async () => {
    const { warnings } = await predictInUnits(model, () => 0.35, [0], options, units);
    expect(warnings.join()).toContain("the model was trained from 0.06 to 0.34");
  });

  it("have them on the report's axes", async () => {
    const out = join(root, "report");
    await run(
      ...["predict", folder, "--profile", PROFILE, "--times", "0,1", "--out", out],
    );
    const html = await readFile(join(out, "report.html"), "utf8");
    for (
      const label of [
        ...["position x (nm)", "time t (ps)", "density ρ (particles per nm^2)"],
        ...["free energy F (kJ/mol)", "macroscopic time reached (ps)"],
      ]
    ) {
      expect(html.includes(label), label).toBe(true);
    }
    expect(/domain length|diffusive/.test(html)).toBe(false);
  });
});

describe("the law in the units of files", () => {
  it("has every function's own factor, members too", async () => {
    const density = [0.1, 0.2, 0.3], kept = { ...options, keepMembers: true };
    const told = await learnedLawInUnits(model, density, kept, units);
    const law = await learnedLaw(model, density.map((rho) => rho / 0.4), kept);
    expect([...told.density]).toEqual(density);
    expect(told.gauge.referenceDensity).toBeCloseTo(0.2, 12);
    for (const key of ["mobility", "diffusivity", "K1", "curvature", "freeEnergy"] as const) {
      const factor = lawFactor(units, key);
      near(told[key].mean, law[key].mean.map((v) => factor * v));
      near(told.members![key], law.members![key].map((v) => factor * v));
    }
  });

  it("is printed in them, over the densities of the training", async () => {
    const { stdout } = await run("law", folder, "--csv");
    const [, about, , first] = stdout.split("\n");
    expect(about).toBe(
      "# units: length in nm, time in ps, energy in kJ/mol, densities in particles per nm^2",
    );
    expect(Number(first.split(",")[1])).toBeCloseTo(0.06, 12);
    const own = (await run("law", folder, "--csv", "--dimensionless")).stdout.split("\n");
    expect(Number(own[2].split(",")[1])).toBeCloseTo(0.15, 12);
    const formula = await run("law", folder, "--formula", "--json");
    expect(formula.code, formula.stderr).toBe(0);
    // Closed forms are of what the table holds.
    const { formula: closed, mobility, density } = JSON.parse(formula.stdout);
    const at = density.findIndex((rho: number) => rho >= closed.centre);
    // m = c0 rho at the centre.
    const ratio = closed.mobility.coefficients[0] * density[at] / mobility.mean[at];
    expect(Math.abs(ratio - 1)).toBeLessThan(0.2);
    expect((await run("law", folder)).stdout).toContain(
      "unit of m   density·length²/(energy·time)",
    );
    const out = join(root, "law");
    await run("law", folder, "--out", out);
    expect((await readFile(join(out, "law.html"), "utf8")).includes("length = nm, time = ps")).toBe(
      true,
    );
  });
});

describe("the service", () => {
  it("answers in them, unless asked for the law's own", async () => {
    const server = await serve(model, "127.0.0.1", 0, DEFAULT_LIMITS);
    try {
      const post = async (body: unknown) => {
        const answer = await fetch(`http://127.0.0.1:${server.port}/predict`, {
          method: "POST",
          body: JSON.stringify(body),
        });
        return await answer.json();
      };
      const body = { members: 30, seed: 1 };
      const told = await post({ ...body, profile: PROFILE, times: TIMES });
      const ours = await predictInUnits(model, profile, TIMES, options, units);
      near(told.density[2].mean, ours.density[2].mean);
      expect(told.units).toMatchObject(names);
      const law = await post({ ...body, profile: "0.5", times: [0.01], dimensionless: true });
      expect(law.initial.mass).toBeCloseTo(0.5, 8);
      const of = async (query: string) =>
        await (await fetch(`http://127.0.0.1:${server.port}/law?${query}`)).json();
      const own = await of("densities=0.5,0.6&members=30&dimensionless=true");
      const files = await of("densities=0.2,0.24&members=30");
      near(
        files.mobility.mean,
        own.mobility.mean.map((v: number) => v * lawFactor(units, "mobility")),
      );
      near(files.coverage.density, [0.06, 0.34]);
    } finally {
      await server.close();
    }
  });
});

describe("errors of declared inputs", () => {
  // D0 to 6 %, the box to 4 %: the unit of time to 10 %. kT to 5 %, also by what a potential tells of rates.
  const errors = { time: 0.1, rates: 0.05, energy: 0.05, density: 0 };
  const declared = (errors: object): Model => {
    const { system, ...others } = model.manifest;
    const own = { ...system, scales: { ...scales, errors } };
    return { ...model, manifest: { ...others, system: own } as Model["manifest"] };
  };
  const wave = (x: number) => 0.5 + 0.2 * Math.cos(2 * Math.PI * x);
  const TIME = 0.02;

  it("are a part of the band: that of all rates, and of the unit of time where times are in it", async () => {
    const known = declared(errors);
    const law = await predict(known, wave, [0, TIME], options);
    expect([...law.parts[0].inputs!]).toEqual(new Array(25).fill(0));
    // An error of all rates is one of the time.
    const step = 0.01;
    const at = async (share: number) =>
      (await predict(model, wave, [TIME * share], options)).density[0].mean;
    const [later, earlier] = [await at(1 + step), await at(1 - step)];
    const together = Math.hypot(0.1, 0.05);
    const worst = Math.max(...law.parts[1].inputs!);
    law.parts[1].inputs!.forEach((sd, i) =>
      expect(Math.abs(sd - Math.abs(later[i] - earlier[i]) / (2 * step) * together))
        .toBeLessThan(0.05 * worst)
    );
    // In the files' units no error of D0 or the box is seen.
    const files = await predictInUnits(
      ...[known, (x: number) => 0.4 * wave((x + 5) / 20), [0, 50 * TIME], options] as const,
      unitSystem(SITES, { ...scales, errors }),
    );
    files.parts[1].inputs!.forEach((sd, i) =>
      expect(sd / 0.4).toBeCloseTo(law.parts[1].inputs![i] * 0.05 / together, 8)
    );
    const without = await predict(model, wave, [0, TIME], options);
    expect(without.parts[1].inputs).toBeNull();
    // The band is wider by them, in squares.
    const half = ({ density: [, band] }: typeof law, i: number) => band.upper[i] - band.mean[i];
    const i = law.parts[1].inputs!.indexOf(worst);
    expect(half(law, i) ** 2 - half(without, i) ** 2).toBeCloseTo((1.96 * worst) ** 2, 5);
  });

  it("widen the bands of the law: m by kT and rates, D by rates, energies by kT", async () => {
    const known = declared(errors);
    const grid = [0.2, 0.5, 0.8];
    const [told, plain] = [
      await learnedLawInUnits(known, grid, options, LAW_UNITS),
      await learnedLaw(model, grid, options),
    ];
    const together = Math.hypot(0.1, 0.05);
    const shares = { mobility: Math.hypot(together, 0.05), diffusivity: together, curvature: 0.05 };
    for (const [name, share] of Object.entries(shares)) {
      const key = name as keyof typeof shares;
      const half = (law: typeof told) => law[key].upper[0] - law[key].mean[0];
      expect(half(told) ** 2 - half(plain) ** 2)
        .toBeCloseTo((1.96 * share * plain[key].mean[0]) ** 2, 4);
    }
  });
});

it("the law's own units change nothing", async () => {
  const prediction = await predict(model, () => 0.5, [0.01], options);
  expect(predictionInUnits(prediction, LAW_UNITS)).toBe(prediction);
});
