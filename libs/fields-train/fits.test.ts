import { describe, expect, it } from "vitest";
import { hatAverages, ringMobility, ringThermodynamics } from "@spiediff/exact-reference";
import { weightedLeastSquares } from "@spiediff/numerics";
import { randomStream } from "@spiediff/random";
import { Matrix, solve } from "ml-matrix";
import { fitDissipation } from "./dissipation_fit.ts";
import { fluidDissipation, fluidEntropy, fluidState } from "./fluid.ts";
import { fitParameters } from "./gauss_newton.ts";
import { rangeOf } from "./inputs.ts";
import { linearProfiles, posteriorMembers } from "./members.ts";
import { mixtureDissipation, mixtureFreeEnergy } from "./mixture.ts";
import { fitPotential } from "./potential_fit.ts";
import type { FieldsData } from "./types.ts";

const K = 2 * Math.PI, elements = 12;
/** Points of which averages over hats are made, of their modes. */
const FINE = 61;

/** Exact data of one profile with normal errors of a relative size. */
interface Source {
  readonly fields: readonly ((x: number) => number)[];
  readonly flux: (fields: readonly number[], slopes: readonly number[]) => readonly number[];
  readonly dissipation: (fields: readonly number[]) => readonly number[];
  readonly susceptibility: (fields: readonly number[]) => readonly number[];
}

function synthetic(source: Source, seed: number, error: number): FieldsData {
  const { normal } = randomStream(seed, "errors");
  const at = (x: number) => source.fields.map((f) => f(x));
  const slopes = (x: number) => source.fields.map((f) => (f(x + 1e-5) - f(x - 1e-5)) / 2e-5);
  const places = Array.from({ length: elements }, (_, i) => i / elements);
  const halves = places.map((x) => x + 0.5 / elements);
  const columns = (values: readonly (readonly number[])[]) =>
    Float64Array.from(values[0].flatMap((_, f) => values.map((row) => row[f])));
  // Sizes of the errors by the largest entry of each kind.
  const sizes = (values: readonly (readonly number[])[]) =>
    values[0].map((_, f) => error * Math.max(...values.map((row) => Math.abs(row[f])), 1e-3));
  const noisy = (values: readonly (readonly number[])[]) => {
    const size = sizes(values);
    return values.map((row) => row.map((v, f) => v + size[f] * normal()));
  };
  const covariances = (values: readonly (readonly number[])[]) => {
    const matrix = Matrix.diag(sizes(values).map((v) => v * v));
    return values.map(() => matrix);
  };
  const flux = halves.map((x) => source.flux(at(x), slopes(x)));
  const dissipation = halves.map((x) => source.dissipation(at(x)));
  const fine = Array.from({ length: FINE }, (_, j) => source.susceptibility(at(j / FINE)));
  const averages = fine[0].map((_, k) =>
    hatAverages(Float64Array.from(fine, (row) => row[k]), elements)
  );
  const susceptibility = places.map((_, i) => averages.map((own) => own[i]));
  return {
    profileName: `profile ${seed}`,
    elements,
    middle: columns(halves.map(at)),
    slope: columns(halves.map(slopes)),
    flux: columns(noisy(flux)),
    fluxCovariance: Matrix.diag(sizes(flux).flatMap((v) => places.map(() => v * v))),
    dissipation: columns(noisy(dissipation)),
    dissipationCovariance: covariances(dissipation),
    dissipationNeighbours: [],
    node: columns(places.map(at)),
    susceptibility: columns(noisy(susceptibility)),
    susceptibilityCovariance: covariances(susceptibility),
    susceptibilityNeighbours: [],
  };
}

/** Root mean square of differences over that of the values about `centre`. */
function relative(found: readonly number[], exact: readonly number[], centre = 0): number {
  const square = (f: (k: number) => number) => exact.reduce((s, _, k) => s + f(k) ** 2, 0);
  return Math.sqrt(square((k) => found[k] - exact[k]) / square((k) => exact[k] - centre));
}
const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe("fitting parameters", () => {
  const design = new Matrix([[1, 2], [0, 1], [3, -1], [1, 1]]), data = [1, 2, 3, 4];
  const linear = (p: Float64Array) =>
    Float64Array.from(data, (d, i) => design.get(i, 0) * p[0] + design.get(i, 1) * p[1] - d);
  const fit = fitParameters(linear, Float64Array.of(0.5, -0.5), {
    priorWidth: 2,
    steps: 20,
    tolerance: 1e-14,
  });
  const precision = design.transpose().mmul(design).add(Matrix.eye(2).div(4));

  it("finds the posterior mean of a linear problem", () => {
    const right = design.transpose().mmul(Matrix.columnVector(data))
      .add(Matrix.columnVector([0.5 / 4, -0.5 / 4]));
    solve(precision, right).to1DArray().forEach((v, k) =>
      expect(fit.parameters[k]).toBeCloseTo(v, 5)
    );
    expect(fit.cost).toBeGreaterThan(fit.chiSquare);
  });

  it("finds the end of a curved valley", () => {
    const valley = ([x, y]: Float64Array) => Float64Array.of(100 * (y - x * x), 10 * (1 - x));
    const found = fitParameters(valley, Float64Array.of(-1.2, 1), {
      priorWidth: 1e6,
      steps: 200,
      tolerance: 1e-14,
    });
    expect(found.parameters[0]).toBeCloseTo(1, 4);
    expect(found.parameters[1]).toBeCloseTo(1, 4);
  });

  it("draws members with the posterior's covariance", () => {
    const sample = posteriorMembers(fit, 2, 3), stream = randomStream(1, "members");
    const R = 20_000, sums = [0, 0, 0];
    for (let n = 0; n < R; n++) {
      const [a, b] = sample({ residuals: linear }, stream).map((v, k) => v - fit.parameters[k]);
      sums[0] += a * a / R;
      sums[1] += a * b / R;
      sums[2] += b * b / R;
    }
    const covariance = solve(precision, Matrix.eye(2)).mul(9);
    // Sample variances: standard errors of 1 %, six of them (2e-9).
    expect(sums[0] / covariance.get(0, 0)).toBeCloseTo(1, 1.2);
    expect(sums[2] / covariance.get(1, 1)).toBeCloseTo(1, 1.2);
    expect(Math.abs(sums[1] - covariance.get(0, 1))).toBeLessThan(0.06 * covariance.get(0, 0));
  });

  it("is cut into profiles whose data are those of the fit", () => {
    const [first, second] = linearProfiles(fit, [1, 3], 2);
    expect([first.design.rows, second.design.rows]).toEqual([1, 3]);
    // Data less what the prior's centre says, by the two parts.
    const offset = linear(fit.centre);
    [first, second].flatMap(({ residual, explained }) =>
      Array.from(residual, (r, i) => r + explained[i])
    ).forEach((v, i) => expect(v).toBeCloseTo(-offset[i], 5));
  });
});

describe("the ring of oscillators", () => {
  const thermodynamics = ringThermodynamics(0.5), noise = { resampling: 0.01, exchange: 0.04 };
  const exactJet = (r: number, u: number) => {
    const { tension, temperature: T, entropy, ...c } = thermodynamics.at(r, u);
    const rr = c.stretchVariance, re = c.stretchPotential, ee = c.potentialVariance + T * T / 2;
    const d = rr * ee - re * re;
    return Float64Array.of(entropy, -tension / T, 1 / T, -ee / d, re / d, -rr / d);
  };
  const exactMobility = (r: number, u: number) => {
    const { rr, re, ee, pp } = ringMobility(thermodynamics.at(r, u), noise);
    return Float64Array.of(rr, re, ee, pp);
  };
  /** Of momentum `P + p` and energy `V + (P + p)^2 / 2`, p normal of variance T: `rr rp pp re pe ee`. */
  const kineticCovariances = (z: readonly number[]) => {
    const { temperature: T } = thermodynamics.at(...fluidState(z)), [, p] = z;
    return [0, 0, T, 0, p * T, T * T / 2 + p * p * T];
  };
  const covariances = (z: readonly number[]) => {
    const { stretchVariance, stretchPotential, potentialVariance } = thermodynamics.at(
      ...fluidState(z),
    );
    const potential = [stretchVariance, 0, 0, stretchPotential, 0, potentialVariance];
    return kineticCovariances(z).map((v, k) => v + potential[k]);
  };
  const profile = (k: number): Source => {
    const wave = (shift: number) => (x: number) => Math.cos(K * x + shift + 2 * k);
    const momentum = (x: number) => 0.5 * wave(1)(x);
    const stretch = (x: number) => 0.4 + 0.3 * wave(0)(x);
    const energy = (x: number) =>
      thermodynamics.atStretch(stretch(x), 1 + 0.3 * wave(2.5)(x)).internalEnergy +
      momentum(x) ** 2 / 2;
    return {
      fields: [stretch, momentum, energy],
      flux: (z, slopes) =>
        fluidEntropy.flux(exactJet(...fluidState(z)), exactMobility(...fluidState(z)), z, slopes),
      // M = nu0 C + nu1 (the part of C that is kinetic): both noises are of gradient type.
      dissipation: (z) => {
        const kinetic = kineticCovariances(z);
        return covariances(z).map((v, k) => noise.resampling * v + noise.exchange * kinetic[k]);
      },
      susceptibility: covariances,
    };
  };

  it("has the fluxes of its law", () => {
    const [z, slopes] = [[0.5, 0.3, 1.2], [0.7, -0.4, 0.2]];
    const [r, u] = fluidState(z), [, p] = z, [rx, px, ex] = slopes;
    const { tension } = thermodynamics.at(r, u);
    const h = 1e-5, ux = ex - p * px;
    const T = (s: number) => thermodynamics.at(r + s * rx, u + s * ux).temperature;
    const heat = (T(h) - T(-h)) / (2 * h);
    const flux = fluidEntropy.flux(exactJet(r, u), exactMobility(r, u), z, slopes);
    expect(flux[0]).toBeCloseTo(-p - 0.01 * rx, 8);
    expect(flux[1]).toBeCloseTo(-tension - 0.05 * px, 8);
    expect(flux[2]).toBeCloseTo(-tension * p - 0.01 * ex - 0.04 * (p * px + heat / 2), 8);
  });

  it("is learned: M0, tension and temperature, and what follows from both", () => {
    const data = [0, 1, 2].map((k) => synthetic(profile(k), k, 0.003));
    const stream = randomStream(3, "fit");
    const options = { steps: 200, priorWidth: 1.5 };
    const M = fitDissipation(data, fluidDissipation, { hidden: 5, ...options }, stream);
    const at = M.functionOf(M.fit.parameters);
    const s = fitPotential(
      data,
      { entries: 4, at },
      fluidEntropy,
      { first: 6, second: 6, ...options },
      stream,
    );
    const potential = s.functionOf(s.fit.parameters);
    const jet = new Float64Array(6), m = new Float64Array(4);
    const rows = data.flatMap(({ middle }) =>
      Array.from({ length: elements }, (_, e) => {
        const state = fluidState([0, 1, 2].map((f) => middle[f * elements + e]));
        potential(...state, jet);
        at(...state, m);
        return { m: [...m], jet: [...jet], M: exactMobility(...state), exact: exactJet(...state) };
      })
    );
    for (let k = 0; k < 4; k++) {
      const found = rows.map((row) => row.m[k]), exact = rows.map((row) => row.M[k]);
      expect(relative(found, exact)).toBeLessThan(0.004);
    }
    const tension = (j: ArrayLike<number>) => -j[1] / j[2];
    const exactTension = rows.map((row) => tension(row.exact));
    // A datum's error is 1.4 % of the spread of tau, of 1/T 1 %; a few parameters share 36 data and more.
    expect(relative(rows.map((row) => tension(row.jet)), exactTension, meanOf(exactTension)))
      .toBeLessThan(0.015);
    const beta = rows.map((row) => row.exact[2]);
    expect(relative(rows.map((row) => row.jet[2]), beta, meanOf(beta))).toBeLessThan(0.03);
    // nu0 and nu1 of M0 = nu0 (-s'')^-1 + nu1 diag(0, T, T^2/2), from what was learned apart.
    const nu0 = meanOf(
      rows.map(({ m: [rr], jet: [, , , srr, sru, suu] }) => rr / (-suu / (srr * suu - sru * sru))),
    );
    const nu = meanOf(rows.map(({ m: [, , , pp], jet: [, , su] }) => pp * su));
    expect(Math.abs(nu0 / 0.01 - 1)).toBeLessThan(0.01);
    expect(Math.abs((nu - nu0) / 0.04 - 1)).toBeLessThan(0.01);
    // Neither more nor less is left than the errors; five standard deviations, and the parameters'.
    for (const { fit: { chiSquare }, data: n } of [M, s]) {
      expect(chiSquare / n).toBeLessThan(1 + 5 * Math.sqrt(2 / n));
      expect(chiSquare / n).toBeGreaterThan(0.6);
    }
    const [[low, high]] = rangeOf(data, fluidState);
    expect([low, high].map((v) => v.toFixed(1))).toEqual(["0.1", "0.7"]);
  });

  it("refuses errors that have no covariance", () => {
    const data = synthetic(profile(0), 0, 0.01);
    const flat = {
      ...data,
      dissipationCovariance: data.dissipationCovariance.map(() => Matrix.zeros(6, 6)),
    };
    const options = { hidden: 3, steps: 1, priorWidth: 1 };
    expect(() => fitDissipation([flat], fluidDissipation, options, randomStream(1)))
      .toThrow("The errors of M, profile profile 0, element 0 have no regular covariance.");
  });
});

it("learns two species: the matrix of mobilities, and f'' which no gauge enters", () => {
  const matrix = ([a, b]: readonly number[]) => [a * (1 - a), -a * b, b * (1 - b)];
  const profile = (k: number): Source => ({
    fields: [
      (x) => 0.3 + 0.15 * Math.cos(K * x + k),
      (x) => 0.3 + 0.15 * Math.sin(K * x + 2.5 * k),
    ],
    flux: (_, slopes) => slopes.map((v) => -v),
    dissipation: matrix,
    susceptibility: matrix,
  });
  const data = [0, 1, 2].map((k) => synthetic(profile(k), k, 0.003));
  const stream = randomStream(4, "fit"), options = { steps: 200, priorWidth: 1.5 };
  const M = fitDissipation(data, mixtureDissipation, { hidden: 5, ...options }, stream);
  const at = M.functionOf(M.fit.parameters);
  const f = fitPotential(
    data,
    { entries: 3, at },
    mixtureFreeEnergy,
    { first: 6, second: 6, ...options },
    stream,
  );
  // Three fluxes' pairs, and the covariances' triangle, at each place.
  expect(f.data).toBe(3 * (2 + 3) * elements);
  const potential = f.functionOf(f.fit.parameters);
  const jet = new Float64Array(6), m = new Float64Array(3);
  const rows = data.flatMap(({ middle }) =>
    Array.from({ length: elements }, (_, e) => {
      const [a, b] = [middle[e], middle[elements + e]], c = 1 - a - b;
      at(a, b, m);
      potential(a, b, jet);
      const free = a * Math.log(a) + b * Math.log(b) + c * Math.log(c);
      const curvatures = [1 / a + 1 / c, 1 / c, 1 / b + 1 / c];
      return { r: [a, b], m: [...m], jet: [...jet], M: matrix([a, b]), free, curvatures };
    })
  );
  for (let k = 0; k < 3; k++) {
    const found = rows.map((row) => row.m[k]), exact = rows.map((row) => row.M[k]);
    expect(relative(found, exact)).toBeLessThan(0.005);
    const curved = rows.map((row) => row.jet[3 + k]);
    expect(relative(curved, rows.map((row) => row.curvatures[k]))).toBeLessThan(0.01);
  }
  // f itself, with what conservation leaves open taken out of both sides.
  const columns = [() => 1, (r: number[]) => r[0], (r: number[]) => r[1]]
    .map((column) => Float64Array.from(rows, ({ r }) => column(r)));
  const weights = new Float64Array(rows.length).fill(1);
  const map = weightedLeastSquares(columns, weights)!;
  const withoutGauge = (values: number[]) => {
    const gains = map.map((row) => row.reduce((sum, w, k) => sum + w * values[k], 0));
    return values.map((v, k) => v - gains.reduce((sum, g, c) => sum + g * columns[c][k], 0));
  };
  const free = withoutGauge(rows.map((row) => row.free));
  expect(relative(withoutGauge(rows.map((row) => row.jet[0])), free)).toBeLessThan(0.01);
});
