/**
 * `deno task study dimensions`: laws of squares and cubes from short simulations, read off the lines of nodes,
 * against what is exact. Functions of density are polynomials by least squares, so that what is measured are the
 * data: networks have no part in it.
 */
import { zeroRangeReference } from "@spiediff/exact-reference";
import {
  estimateLines,
  type LineBlock,
  lineCollector,
  type LineEstimate,
} from "@spiediff/fdt-operators";
import {
  type HopProcess,
  hopProcess,
  hopRunner,
  isotropicKernel,
  latticeGas,
  zeroRange,
} from "@spiediff/kmc";
import { integrate, localLaw, rungeKuttaChebyshev } from "@spiediff/macro-solver";
import { elementPoints, nodalDensity, projectTorusField, square } from "@spiediff/mesh";
import { leastSquaresMap } from "@spiediff/numerics";
import { randomStream } from "@spiediff/random";
import { type Claim, genericFigure } from "@spiediff/report";
import { Matrix } from "ml-matrix";
import { mean, progress, rootMeanSquare, writeStudy } from "../_study.ts";
import { squareAgainstHeatEquation } from "./networks.ts";

const SEEDS = [1, 2, 3, 4, 5];
const TAU = 2 * Math.PI;
/** Errors are taken over the densities that the middles of the profiles cover. */
const GRID = 41;

/** One system, its short simulations, and what is exact. */
interface Case {
  readonly id: string;
  readonly label: string;
  readonly process: HopProcess;
  readonly dimension: 2 | 3;
  readonly side: number;
  readonly elements: number;
  readonly window: number;
  readonly realizations: number;
  /** Mean densities, around which products of sines of this amplitude vary. */
  readonly means: readonly number[];
  readonly amplitude: number;
  /** Degrees of the polynomials for m and P. */
  readonly degrees: readonly [m: number, pressure: number];
  readonly exact: { mobility(rho: number): number; curvature(rho: number): number };
  readonly bounds: { readonly m: number; readonly D: number; readonly f: number };
}

const exclusion = {
  mobility: (rho: number) => rho * (1 - rho),
  curvature: (rho: number) => 1 / (rho * (1 - rho)),
};
const CASES: readonly Case[] = [
  {
    ...{ id: "exclusion-2d", label: "exclusion, 2D", process: latticeGas(null), dimension: 2 },
    ...{ side: 96, elements: 12, window: 0.1, realizations: 1000 },
    ...{ means: [0.3, 0.5, 0.7], amplitude: 0.2, degrees: [3, 3], exact: exclusion },
    bounds: { m: 0.01, D: 0.015, f: 0.01 },
  },
  {
    ...{ id: "zero-range-2d", label: "zero range 1{n >= 1}, 2D", dimension: 2 },
    process: hopProcess(zeroRange({ name: "constant" })),
    ...{ side: 96, elements: 12, window: 0.1, realizations: 2000 },
    ...{ means: [0.6, 1, 1.5], amplitude: 0.4, degrees: [3, 3], exact: zeroRangeReference(0) },
    bounds: { m: 0.01, D: 0.015, f: 0.01 },
  },
  {
    ...{ id: "exclusion-3d", label: "exclusion, 3D", process: latticeGas(null), dimension: 3 },
    ...{ side: 36, elements: 6, window: 0.1, realizations: 240 },
    ...{ means: [0.3, 0.5, 0.7], amplitude: 0.2, degrees: [3, 3], exact: exclusion },
    bounds: { m: 0.02, D: 0.03, f: 0.02 },
  },
];

const BLOCKS = 40;
/** Core-seconds that the data of one seed may take. */
const MOST_SECONDS = 60;

/** Lines of each profile of a case. */
function linesOf(one: Case, seed: number): LineEstimate[][] {
  const { dimension, side, means, amplitude, realizations } = one;
  return means.map((middle, p) => {
    // Each profile at other places of the mesh.
    const shift = p / means.length / one.elements;
    const density = new Float64Array(side ** dimension).map((_, x) => {
      let product = 1;
      for (let a = 0; a < dimension; a++) {
        product *= Math.sin(TAU * (Math.floor(x / side ** a) % side / side + shift));
      }
      return middle + amplitude * product;
    });
    const run = hopRunner({ ...one, density, burnIn: 0 });
    const collector = lineCollector(one);
    const blocks = Array.from({ length: BLOCKS }, (_, b): LineBlock => {
      for (let r = 0; r < realizations / BLOCKS; r++) {
        collector.add(run(randomStream(seed, "dimensions", one.id, p, b, r)));
      }
      return collector.take();
    });
    return estimateLines(one, blocks);
  });
}

/** Coefficients by least squares; rows are weighted by one over their errors. */
function fit(
  rows: readonly (readonly number[])[],
  values: readonly number[],
  errors: readonly number[],
) {
  const design = new Matrix(rows.map((row, i) => row.map((v) => v / errors[i])));
  const map = leastSquaresMap(design)!;
  return map.mmul(Matrix.columnVector(values.map((v, i) => v / errors[i]))).to1DArray();
}

/** m and D = P' as polynomials of the density through all lines. */
function lawOf(lines: readonly LineEstimate[], [degree, pressure]: readonly [number, number]) {
  const M = lines[0].flux.length, next = (e: number) => (e + 1) % M;
  const elements = lines.flatMap((line) => line.flux.map((_, e) => ({ line, e })));
  const powers = (rho: number, n: number) => Array.from({ length: n + 1 }, (_, k) => rho ** k);
  const m = fit(
    elements.map(({ line: { elementDensity }, e }) => {
      const [a, b] = elementPoints(elementDensity[e], elementDensity[next(e)]);
      return powers(a, degree).map((v, k) => (v + b ** k) / 2);
    }),
    elements.map(({ line, e }) => line.mobility[e]),
    elements.map(() => 1),
  );
  const P = fit(
    elements.map(({ line: { density }, e }) =>
      powers(density[next(e)], pressure).slice(1)
        .map((v, k) => -M * (v - density[e] ** (k + 1)))
    ),
    elements.map(({ line, e }) => line.flux[e]),
    elements.map(() => 1),
  );
  const value = (c: readonly number[], rho: number) => c.reduceRight((sum, v) => sum * rho + v, 0);
  return {
    mobility: (rho: number) => value(m, rho),
    diffusivity: (rho: number) => value(P.map((c, k) => c * (k + 1)), rho),
    pressure: (rho: number) => rho * value(P, rho),
  };
}
type Fitted = ReturnType<typeof lawOf>;

/** Errors of a law over the densities of a case: relative in m and D, of f without its affine part. */
function errorsOf({ means, amplitude, exact }: Case, law: Fitted) {
  const low = means[0] - 0.6 * amplitude, high = means[means.length - 1] + 0.6 * amplitude;
  const grid = Array.from({ length: GRID }, (_, k) => low + (high - low) * k / (GRID - 1));
  const relative = (found: (rho: number) => number, right: (rho: number) => number) => {
    const square = (of: (rho: number) => number) => mean(grid.map((rho) => of(rho) ** 2));
    return Math.sqrt(square((rho) => found(rho) - right(rho)) / square(right));
  };
  const f = twice(grid, (rho) => law.diffusivity(rho) / law.mobility(rho));
  const right = twice(grid, exact.curvature);
  const [a, b] = [f, right].map((values) => withoutAffine(grid, values));
  return {
    m: relative(law.mobility, exact.mobility),
    D: relative(law.diffusivity, (rho) => exact.mobility(rho) * exact.curvature(rho)),
    f: rootMeanSquare(a.map((v, k) => v - b[k])) / rootMeanSquare(b),
  };
}

/** Integrated twice by the trapezoidal rule. */
function twice(grid: readonly number[], curvature: (rho: number) => number): number[] {
  const step = grid[1] - grid[0];
  const once = (values: readonly number[]) => {
    let sum = 0;
    return values.map((v, k) => k === 0 ? 0 : sum += step * (v + values[k - 1]) / 2);
  };
  return once(once(grid.map(curvature)));
}

function withoutAffine(grid: readonly number[], values: readonly number[]): number[] {
  const c = fit(grid.map((rho) => [1, rho]), values, grid.map(() => 1));
  return values.map((v, k) => v - c[0] - c[1] * grid[k]);
}

/** Mean mobility along the second axis over that along the first, less 1. */
function anisotropy(lines: readonly LineEstimate[]): number {
  const along = (axis: number) =>
    mean(lines.filter((line) => line.axis === axis).flatMap(({ mobility }) => [...mobility]));
  return along(1) / along(0) - 1;
}

/** Amplitude of an oblique wave by the fitted law over that of the heat equation, less 1, at half of its start. */
async function obliqueDecay(law: Fitted): Promise<number> {
  const mesh = square(16), k = [1, 2], rate = TAU ** 2 * 5;
  const wave = ([x, y]: readonly number[]) => 0.5 + 0.2 * Math.cos(TAU * (k[0] * x + k[1] * y));
  const initialState = nodalDensity(projectTorusField(wave, 16, 2), "lumped", 2);
  const { mobility, diffusivity, pressure } = law;
  const curvature = (rho: number) => diffusivity(rho) / mobility(rho);
  const form = {
    ...{ mobility, curvature, pressure },
    // Of these only differences of the first count here, and F is not asked for its value.
    drivingForce: (rho: number) => Math.log(rho / (1 - rho)),
    freeEnergy: (rho: number) => rho * Math.log(rho) + (1 - rho) * Math.log(1 - rho),
  };
  for await (
    const { state } of integrate({
      law: localLaw(form, mesh),
      initialState,
      times: [Math.LN2 / rate],
      method: rungeKuttaChebyshev,
      control: { kind: "adaptive", tolerance: 1e-6 },
    })
  ) return (state[0] - 0.5) / (initialState[0] - 0.5) / 0.5 - 1;
  throw new Error("no state");
}

/** The nearest-neighbour gas of a square, b = 1, density 1/2, over equilibrium starts. */
function arrhenius(seed: number) {
  const side = 64, runs = 40, windows = [1, 16];
  const bracket: number[] = [], memory: Record<number, number[]> = { 1: [], 16: [] };
  for (const window of windows) {
    const run = hopRunner({
      process: latticeGas(isotropicKernel(2, 1, 4)),
      ...{ dimension: 2, elements: 4, burnIn: 0, window },
      density: new Float64Array(side ** 2).fill(0.5),
    });
    const norm = 2 * window * side ** 2;
    for (let r = 0; r < runs; r++) {
      const record = run(randomStream(seed, "dimensions", "arrhenius", window, r));
      bracket.push(mean(record.bracket) * record.bracket.length / (2 * norm));
      for (const axis of [0, 1]) {
        const half = record.compensator.length / 2;
        const total = half * mean(record.compensator.subarray(axis * half, (axis + 1) * half));
        memory[window].push(total ** 2 / norm);
      }
    }
  }
  return {
    instantaneous: mean(bracket),
    shares: windows.map((window) => mean(memory[window]) / mean(bracket)),
  };
}

const claims: Claim[] = [];
const curves: { label: string; x: number[]; y: number[]; kind: "points" }[] = [];
for (const one of CASES) {
  const found = SEEDS.map((seed) => {
    progress(`${one.id}, seed ${seed}`);
    const start = performance.now();
    const profiles = linesOf(one, seed), lines = profiles.flat();
    const seconds = (performance.now() - start) / 1000;
    const law = lawOf(lines, one.degrees);
    return { seed, seconds, profiles, law, ...errorsOf(one, law), anisotropy: anisotropy(lines) };
  });
  const worst = (key: "m" | "D" | "f") => Math.max(...found.map((each) => each[key]));
  const add = (what: string, value: number, max: number) =>
    claims.push({ name: `${one.label}: ${what}`, value, max });
  add("m, relative, worst of 5 seeds", worst("m"), one.bounds.m);
  add("D = m f'', relative, worst of 5 seeds", worst("D"), one.bounds.D);
  add("f without its affine part, relative, worst of 5 seeds", worst("f"), one.bounds.f);
  add(
    "m along y over m along x, less 1, mean of 5 seeds",
    Math.abs(mean(found.map((each) => each.anisotropy))),
    one.bounds.m,
  );
  add(
    "core-seconds of one seed's data, worst",
    Math.max(...found.map(({ seconds }) => seconds)),
    MOST_SECONDS,
  );
  curves.push({
    label: one.label,
    x: found.map(({ seed }) => seed),
    y: found.map(({ m }) => m),
    kind: "points",
  });
  if (one.id === "exclusion-2d") {
    const decays = await Promise.all(found.map(({ law }) => obliqueDecay(law)));
    add(
      "amplitude of the wave (1, 2) at half of its start, worst of 5 seeds",
      Math.max(...decays.map(Math.abs)),
      0.015,
    );
    progress("training on lines of exclusion-2d, seed 1");
    const square = await squareAgainstHeatEquation(found[0].profiles, 1);
    progress(
      `trained in ${square.trainingSeconds.toFixed(0)} s, predicted in ${
        square.predictionSeconds.toFixed(0)
      } s`,
    );
    const what = `${one.label}: prediction by networks, 100 members on 32 x 32 nodes`;
    claims.push(
      {
        name: `${what}: nodes and times of the heat equation inside of the 95 % band`,
        value: square.inside,
        min: 0.85,
      },
      {
        name: `${what}: deviation from it over the initial field`,
        value: square.deviation,
        max: 0.01,
      },
      { name: `${what}: largest change of mass, relative`, value: square.maxMassDrift, max: 1e-12 },
      {
        name: `${what}: steps refused since the free energy of a member would have risen`,
        value: square.refusedSteps,
        max: 0,
      },
    );
  }
}
const gas = SEEDS.map((seed) => {
  progress(`arrhenius-2d, seed ${seed}`);
  return arrhenius(seed);
});
/**
 * `<n_x e^(-b neighbours) (1 - n_y)> = z P00 = e^(-2b) (1 + g) / 4` at b = 1, z by the symmetry of particles and
 * vacancies, g Onsager's correlation of neighbours in Ising's model at K = b/4: 0.278636.
 */
const ONSAGER = 0.043261;
claims.push({
  name:
    "nearest-neighbour gas, b = 1, density 1/2: bracket against Onsager's, relative, mean of 5 seeds",
  value: Math.abs(mean(gas.map(({ instantaneous }) => instantaneous)) / ONSAGER - 1),
  max: 0.01,
});
[0.01, 0.023].forEach((share, k) =>
  claims.push({
    name: `.. Green and Kubo's share of it in ${[1, 16][k]} hop times, expected ${share}`,
    value: mean(gas.map(({ shares }) => shares[k])),
    min: share - 0.004,
    max: share + 0.004,
  })
);
writeStudy({
  name: "dimensions",
  seed: SEEDS[0],
  claims,
  figures: [genericFigure(
    curves,
    {
      id: "mobility-errors",
      title: "Error of the mobility by seed",
      caption: "Relative, over the densities of the profiles; each point is a data set of its own.",
      xLabel: "seed",
      yLabel: "relative error of m",
    },
  )],
  text: `# Two and three dimensions

Mobility and diffusivity of squares and cubes from short simulations: every line of nodes along an axis is a ring,
whose closed mobilities and fluxes are read with control variates, the fluxes through smooth windows. Here functions of density are polynomials through
them by least squares, so that what is measured are the data; training reads the same rows. Exclusion and zero range
are exact in any dimension; the nearest-neighbour gas at density 1/2 has Onsager's bracket and a part of Green and
Kubo's that windows of 16 hop times see.`,
});
