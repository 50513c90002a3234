/** Tables, members, methods and words of predictions where the right answer can be worked out by hand. */
import { ddpmSteps, latentPolynomials, noiseSchedule } from "@spiediff/diffusion";
import { exclusionDensity, newLawValues } from "@spiediff/law";
import { ring } from "@spiediff/mesh";
import { describe, expect, it, vi } from "vitest";
import { tabulateDrivingForce } from "./driving_force_table.ts";
import { checkEnsemble, type Ensemble } from "./ensemble.ts";
import { initialDensity } from "./initial_density.ts";
import { learnedFreeEnergy } from "./learned_free_energy.ts";
import { drawMembers } from "./members.ts";
import { methodAndControl } from "./method.ts";
import { inferMobility, operatorEntry, tabulateMobility } from "./mobility_table.ts";
import { pacemaker } from "./pacemaker.ts";
import { tabulatePressure } from "./pressure_table.ts";
import { tableReader } from "./table_reader.ts";
import { warningsOf } from "./warnings.ts";

/** Two members: `f' = (m + 1) (rho^3 + rho) + 7 m`, `m = (m + 1) (1 + rho^2)`, which cubics hold exactly. */
const force = (m: number, rho: number) => (m + 1) * (rho ** 3 + rho);
const energy = (m: number, rho: number) => (m + 1) * (rho ** 4 / 4 + rho ** 2 / 2);
const bend = (m: number, rho: number) => (m + 1) * (3 * rho ** 2 + 1);
const mobility = (m: number, rho: number) => (m + 1) * (1 + rho ** 2);
const inferred =
  (of: (m: number, rho: number) => number): Ensemble["drivingForce"] =>
  ([density], member, rows, out) => {
    for (let r = 0; r < rows; r++) out[r] = of(member[r], density[r]);
    return Promise.resolve();
  };
const ensemble: Ensemble = {
  field: exclusionDensity,
  count: 2,
  headedMobility: (corrected) => corrected,
  drivingForceScale: 1,
  mobility: inferred(mobility),
  drivingForce: inferred((m, rho) => force(m, rho) + 7 * m),
};
const LOW = 0.1, HIGH = 0.7, POINTS = 9;
const inside = [0.1, 0.13, 0.4, 0.55, 0.69, 0.7];

describe("the table of f'", () => {
  it("holds cubics exactly: f', f'', f, zero at the reference density, in the table or beyond it", async () => {
    for (const reference of [0.4, 0.33, 0.05, 0.9]) {
      const table = await tabulateDrivingForce(ensemble, LOW, HIGH, POINTS, reference);
      expect([table.low, table.high, table.points]).toEqual([LOW, HIGH, POINTS]);
      for (const m of [0, 1]) {
        const offset = force(m, reference);
        expect(table.offset[m]).toBeCloseTo(offset + 7 * m, 12);
        for (const rho of inside) {
          expect(table.drivingForce(m, rho)).toBeCloseTo(force(m, rho) - offset, 10);
          expect(table.curvature(m, rho)).toBeCloseTo(bend(m, rho), 9);
          const f = energy(m, rho) - energy(m, reference) - offset * (rho - reference);
          expect(table.freeEnergy(m, rho)).toBeCloseTo(f, 10);
        }
      }
    }
  });

  it("knows its ends, and members that are not convex", async () => {
    const falling = { ...ensemble, drivingForce: inferred((m, rho) => m === 1 ? -rho : rho) };
    const table = await tabulateDrivingForce(falling, LOW, HIGH, POINTS, 0.4);
    expect([table.isConvex(0), table.isConvex(1), table.nonConvexMembers]).toEqual([
      true,
      false,
      1,
    ]);
    expect([LOW, HIGH, LOW - 1e-12, HIGH + 1e-12].map((rho) => table.covers(rho)))
      .toEqual([true, true, false, false]);
    const convex = await tabulateDrivingForce(ensemble, LOW, HIGH, POINTS, 0.4);
    expect(convex.nonConvexMembers).toBe(0);
    const broken = { ...ensemble, drivingForce: inferred((_, rho) => rho > 0.5 ? NaN : rho) };
    await expect(tabulateDrivingForce(broken, LOW, HIGH, 5, 0.4))
      .rejects.toThrow(/driving force is NaN at density 0\.5(5|49)/);
  });
});

describe("the table of the mobility", () => {
  it("holds cubics exactly, and weighs by f'' where that is given", async () => {
    const table = await tabulateMobility(ensemble, LOW, HIGH, POINTS);
    const [a, b] = [0.3, 0.6];
    const points = [-1, 1].map((s) => 0.45 + s * 0.15 / Math.sqrt(3));
    for (const m of [0, 1]) {
      for (const rho of inside) expect(table.mean(m, rho, rho)).toBeCloseTo(mobility(m, rho), 10);
      const values = points.map((rho) => mobility(m, rho));
      expect(table.mean(m, a, b)).toBeCloseTo((values[0] + values[1]) / 2, 10);
      const weights = points.map((rho) => bend(m, rho));
      const mean = (values[0] * weights[0] + values[1] * weights[1]) / (weights[0] + weights[1]);
      expect(table.mean(m, a, b, bend)).toBeCloseTo(mean, 10);
      const direct = await inferMobility(ensemble, [a, 0.2], [b, 0.2], [m, m], 2, bend);
      expect(direct[0]).toBeCloseTo(mean, 10);
      expect(direct[1]).toBeCloseTo(mobility(m, 0.2), 10);
    }
    expect(
      [[LOW, HIGH], [HIGH, LOW], [LOW - 1e-9, 0.5], [0.5, HIGH + 1e-9]].map(([x, y]) =>
        table.covers(x, y)
      ),
    ).toEqual([true, true, false, false]);
    expect(operatorEntry(0.25, 20)).toBe(-5);
    const broken = { ...ensemble, mobility: inferred((m) => m === 1 ? Infinity : 1) };
    await expect(tabulateMobility(broken, LOW, HIGH, 4)).rejects.toThrow(
      /mobility is Infinity at density 0\.1/,
    );
  });

  it("makes P with the slope m f'', to rounding where that is a cubic's", async () => {
    const constant = { ...ensemble, mobility: inferred((m) => m + 2) };
    const f = await tabulateDrivingForce(ensemble, LOW, HIGH, POINTS, 0.4);
    const pressure = tabulatePressure(2, f, await tabulateMobility(constant, LOW, HIGH, POINTS));
    for (const m of [0, 1]) {
      for (const rho of inside) {
        const exact = (m + 2) * (force(m, rho) - force(m, LOW));
        expect(pressure.pressure(m, rho)).toBeCloseTo(exact, 9);
      }
    }
  });
});

describe("what is read from tables", () => {
  const mesh = ring(3);
  const tables = async () => {
    const drivingForce = await tabulateDrivingForce(ensemble, LOW, HIGH, POINTS, 0.4);
    const own = await tabulateMobility(ensemble, LOW, HIGH, POINTS);
    return {
      ...{ drivingForce, mobility: own, pressure: tabulatePressure(2, drivingForce, own) },
      ...{ drivingForceError: 0, absoluteDrivingForceError: 0.25, mobilityError: 0 },
    };
  };
  const density = Float64Array.of(0.2, 0.5, 0.6, 0.3, 0.3, 0.9);

  it("is f' and the quotient of P and f' inside, and what has to be inferred is noted", async () => {
    const all = await tables();
    const { lookUp, misses, curvature } = tableReader(all, mesh, 2, false);
    const out = newLawValues({ mesh, members: 2, fields: [{}] as never });
    for (let pass = 0; pass < 2; pass++) lookUp(density, out);
    [0, 1, 2, 3, 4].forEach((n) => {
      const m = n < 3 ? 0 : 1;
      expect(out.drivingForce[n]).toBeCloseTo(force(m, density[n]) - force(m, 0.4), 9);
      expect(out.curvature[n]).toBeCloseTo(bend(m, density[n]), 8);
    });
    // Beyond the table f'' is that of its end.
    expect(out.curvature[5]).toBeCloseTo(bend(1, HIGH), 8);
    expect([curvature(0, 0), curvature(0, 1)]).toEqual([
      expect.closeTo(bend(0, LOW), 8),
      expect.closeTo(bend(0, HIGH), 8),
    ]);
    const { nodes, pairs } = misses;
    expect([nodes.count, nodes.place[0], nodes.member[0], nodes.first[0]]).toEqual([1, 5, 1, 0.9]);
    expect(pairs.count).toBe(2);
    expect([...pairs.place.subarray(0, 2)]).toEqual([4, 5]);
    expect([...pairs.first.subarray(0, 2), ...pairs.second.subarray(0, 2)]).toEqual([
      0.3,
      0.9,
      0.9,
      0.3,
    ]);
    const quotient = (m: number, a: number, b: number) =>
      (all.pressure.pressure(m, b) - all.pressure.pressure(m, a)) / (force(m, b) - force(m, a));
    expect(out.mobility[0]).toBeCloseTo(quotient(0, 0.2, 0.5), 9);
    expect(out.mobility[2]).toBeCloseTo(quotient(0, 0.2, 0.6), 9);
    // Equal densities have no quotient.
    expect(out.mobility[3]).toBeCloseTo(mobility(1, 0.3), 9);
  });

  it("is nothing but f'' where all is inferred", async () => {
    const { lookUp, misses } = tableReader(await tables(), mesh, 2, true);
    const out = newLawValues({ mesh, members: 2, fields: [{}] as never });
    lookUp(density, out);
    expect([misses.nodes.count, misses.pairs.count]).toEqual([6, 6]);
    expect(out.drivingForce.every((v) => v === 0) && out.mobility.every((v) => v === 0)).toBe(true);
    expect(out.curvature[0]).toBeCloseTo(bend(0, 0.2), 8);
  });

  it("gives F as the mean of f, beyond the table by the inferred f'", async () => {
    const all = await tables(), counter = { rows: 0, distant: false };
    const shape = { members: 2, nodes: 3 };
    const F = learnedFreeEnergy(ensemble, all, shape, false, counter);
    const out = new Float64Array(2);
    expect(F.value(Float64Array.of(0.2, 0.5, 0.6, 0.3, 0.3, 0.3), out)).toBeUndefined();
    const f = (m: number, rho: number) =>
      energy(m, rho) - energy(m, 0.4) - force(m, 0.4) * (rho - 0.4);
    const mean = (m: number, ...rho: number[]) => rho.reduce((s, r) => s + f(m, r) / rho.length, 0);
    expect(out[0]).toBeCloseTo(mean(0, 0.2, 0.5, 0.6), 10);
    expect(out[1]).toBeCloseTo(mean(1, 0.3, 0.3, 0.3), 10);
    expect([F.accuracy, counter.rows]).toEqual([0, 0]);
    await F.value(Float64Array.of(0.05, 0.5, 0.6, 0.3, 0.9, 0.3), out);
    expect(out[0]).toBeCloseTo(mean(0, 0.05, 0.5, 0.6), 10);
    expect(out[1]).toBeCloseTo(mean(1, 0.3, 0.9, 0.3), 10);
    expect([counter.distant, counter.rows]).toEqual([true, 10]);
    expect(F.accuracy).toBeCloseTo(0.25 * 0.6, 12);
    const small = { ...all, absoluteDrivingForceError: 1e-9 };
    expect(learnedFreeEnergy(ensemble, small, shape, false, counter).accuracy).toBeCloseTo(
      0.6e-6,
      15,
    );
    const fresh = { rows: 0, distant: false };
    expect(learnedFreeEnergy(ensemble, all, shape, true, fresh).accuracy).toBeCloseTo(0.15, 12);
  });
});

describe("members", () => {
  const calibration = { mobility: { indexScale: 2 }, drivingForce: { indexScale: 3 } };
  const manifest = (calibrated: boolean) =>
    ({
      ...{ mobility: { indexDim: 6 }, drivingForce: { indexDim: 9 } },
      ...(calibrated ? { calibration } : {}),
    }) as never;
  const steps = ddpmSteps(
    noiseSchedule({ name: "linear", steps: 3, betaStart: 0.1, betaEnd: 0.2 }),
  );

  it("have indices of random and steered parts, by their calibrated sizes", () => {
    const { mobility, drivingForce, count } = drawMembers(1, 0, 3, manifest(true), steps);
    const plain = drawMembers(1, 0, 3, manifest(false), steps);
    expect([count, mobility.indexDim, drivingForce.indexDim]).toEqual([3, 6, 9]);
    for (let m = 0; m < 3; m++) {
      expect(mobility.latent[m]).toBe(plain.mobility.latent[m]);
      const own = mobility.index.subarray(6 * m, 6 * m + 6);
      for (let d = 0; d < 2; d++) {
        expect(own[d]).toBeCloseTo(2 * plain.mobility.index[6 * m + d], 5);
      }
      const polynomials = (z: number) => [...Float32Array.from(latentPolynomials(z))];
      expect([...own.subarray(2)]).toEqual(polynomials(mobility.latent[m]));
      const other = drivingForce.index.subarray(9 * m, 9 * m + 9);
      for (let d = 0; d < 3; d++) {
        expect(other[d]).toBeCloseTo(3 * plain.drivingForce.index[9 * m + d], 5);
      }
      expect([...other.subarray(3, 5)]).toEqual([...own.subarray(0, 2)]);
      expect([...other.subarray(5)]).toEqual(polynomials(drivingForce.latent[m]));
    }
    expect(mobility.latent).not.toEqual(drivingForce.latent);
  });

  it("are the same whoever else is drawn, and get noise in the steps that add it", () => {
    const all = drawMembers(1, 0, 5, manifest(true), steps);
    const some = drawMembers(1, 3, 2, manifest(true), steps);
    expect([...some.drivingForce.index]).toEqual([...all.drivingForce.index.subarray(27)]);
    expect([...some.mobility.noise[0]!]).toEqual([...all.mobility.noise[0]!.subarray(3)]);
    expect(all.mobility.noise.map((values) => values === null))
      .toEqual(steps.map(({ noiseCoefficient }) => noiseCoefficient === 0));
    expect(drawMembers(2, 0, 1, manifest(true), steps).mobility.latent[0])
      .not.toBe(all.mobility.latent[0]);
  });

  it("are as many as is allowed", () => {
    const check = (more: object) => () => checkEnsemble({ seed: 1, members: 1, ...more });
    for (const ok of [{}, { members: 100_000 }, { firstMember: 0 }, { level: 0.5 }]) check(ok)();
    expect(check({ members: 100_001 })).toThrow(
      "members must be a whole number from 1 to 100000, not 100001.",
    );
    expect(check({ members: 0 })).toThrow(/not 0/);
    expect(check({ members: 1.5 })).toThrow(/not 1\.5/);
    expect(check({ firstMember: -1 })).toThrow(
      "firstMember must be a whole number from 0 on, not -1.",
    );
    expect(check({ firstMember: 2 ** 53 })).toThrow(/firstMember/);
    for (const level of [0, 1, NaN]) {
      expect(check({ level })).toThrow(/level must lie between 0 and 1/);
    }
  });
});

describe("how it is integrated", () => {
  const names = (...args: Parameters<typeof methodAndControl>) => {
    const { method, stiff, control } = methodAndControl(...args);
    return [method.name, stiff?.name, control];
  };
  it("is explicit up to 60 elements, with ten times shorter errors where that is asked", () => {
    const adaptive = (tolerance: number) => ({ kind: "adaptive", tolerance });
    expect(names({}, 60)).toEqual(["rk4", "rosenbrock2", adaptive(1e-6)]);
    expect(names({}, 61)).toEqual(["rosenbrock2", undefined, adaptive(1e-5)]);
    expect(names({ method: "rk4" }, 61)).toEqual(["rk4", undefined, adaptive(1e-6)]);
    expect(names({ method: "rosenbrock2" }, 10)).toEqual([
      "rosenbrock2",
      undefined,
      adaptive(1e-5),
    ]);
    expect(names({}, 60, true)[2]).toEqual(adaptive(1e-7));
    expect(names({ tolerance: 1e-3 }, 60, true)[2]).toEqual(adaptive(1e-3));
    expect(names({ fixedStep: 0.1, tolerance: 1e-3 }, 60)[2]).toEqual({ kind: "fixed", step: 0.1 });
  });

  it("lets others have their turn every 15 ms", async () => {
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
    try {
      const pace = pacemaker();
      now = 14.9;
      expect(pace()).toBeUndefined();
      now = 15;
      const turn = pace();
      expect(turn).toBeInstanceOf(Promise);
      await turn;
      now = 29.9;
      expect(pace()).toBeUndefined();
    } finally {
      clock.mockRestore();
    }
  });

  it("starts from averages of a function, or from nodes as they are", () => {
    expect([...initialDensity([0.2, 0.5, 0.8], 3, exclusionDensity)]).toEqual([0.2, 0.5, 0.8]);
    const linear = initialDensity(
      (x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x),
      8,
      exclusionDensity,
    );
    const sinc = (Math.sin(Math.PI / 8) / (Math.PI / 8)) ** 2;
    linear.forEach((v, i) =>
      expect(v).toBeCloseTo(0.5 + 0.3 * sinc * Math.cos(Math.PI * i / 4), 5)
    );
    expect(() => initialDensity([0.2, 0.5], 3, exclusionDensity)).toThrow(
      "The profile has 2 values; 3 are needed",
    );
    expect(() => initialDensity([0.2, 1, 0.5], 3, exclusionDensity)).toThrow(
      "The profile's value 1 is 1; densities must lie",
    );
    // Between the nodes as well: sixteen probes for each element.
    const spike = (x: number) => Math.abs(x - 3 / 48) < 1e-9 ? 1.5 : 0.5;
    expect(() => initialDensity(spike, 3, exclusionDensity)).toThrow(
      "The profile is 1.5 at x = 0.0625",
    );
  });
});

describe("warnings", () => {
  const manifest = { sampler: { kind: "ddim", steps: 2 }, calibration: undefined } as never;
  const fine = {
    invariants: { projections: 0 },
    coverage: { firstTimeOutside: null, trained: [0.1, 0.9], visited: [0.05, 0.5] },
    ...{
      table: { used: true, k1Error: 1e-4, drivingForceError: 2e-4 },
      level: 0.95,
      memberCount: 40,
    },
    nonConvexMembers: 0,
  };
  const said = (change: object, options: object = {}) =>
    warningsOf(
      { ...fine, ...change } as never,
      { seed: 1, members: 40, ...options } as never,
      manifest,
    );

  it("are none where all is well, and else one sentence each", () => {
    expect(said({})).toEqual([]);
    expect(said({ invariants: { projections: 3 } })).toEqual([
      "3 operator entries were positive and were set to zero to keep K positive semi-definite.",
    ]);
    expect(said({ coverage: { ...fine.coverage, firstTimeOutside: 0.00123456 } })).toEqual([
      "Densities from 0.05 to 0.5 occur, and the model was trained from 0.1 to 0.9; it extrapolates " +
      "from time 0.001235 on.",
    ]);
    expect(said({ nonConvexMembers: 2 })[0]).toMatch(/^2 of 40 members have a free energy/);
    expect(said({ memberCount: 39 })).toEqual([
      "39 members are too few for a band of level 0.95; use at least 40.",
    ]);
    expect(said({ memberCount: 4, level: 0.5 })).toEqual([]);
    expect(said({ memberCount: 3, level: 0.5 })[0]).toMatch(/at least 4\.$/);
  });

  it("of tables are those of what was asked for", () => {
    const poor = { table: { used: false, k1Error: 0.1, drivingForceError: 0.01 } };
    expect(said(poor)[0]).toMatch(/^Tables of K1 and f' were not accurate enough/);
    expect(said(poor, { tabulate: "never" })).toEqual([]);
    expect(said(poor, { tabulate: "always" })).toEqual([
      "The tables' error is 0.1, more than was asked for.",
    ]);
    expect(said(poor, { tabulate: "always", tableTolerance: 0.1 })).toEqual([]);
    const force = { table: { used: true, k1Error: 0, drivingForceError: 2e-3 } };
    expect(said(force, { tabulate: "always" })[0]).toContain("0.002");
  });
});
