/**
 * `deno task study short-range`: mobility and driving force of the nearest-neighbour process from data
 * beside the exact ones, and the way to mean field over L = 2, 3, 5, 10, 20, 40.
 */
import {
  exactK1OfField,
  longRangeFinite,
  longRangeLimit,
  nearestNeighbour,
} from "@spiediff/exact-reference";
import { estimateOperators, type OperatorEstimate } from "@spiediff/fdt-operators";
import { latticeProfile, sampleEnsemble } from "@spiediff/kmc";
import { genericFigure, type GenericSeries, toCsv } from "@spiediff/report";
import { mean, progress, rootMeanSquare, round, workersOption, writeStudy } from "../_study.ts";
import { drivingForceCurve, type MeasuredCurve, mobilityCurve } from "./curves.ts";

const SEED = 30;
const sites = 2000;
const elements = 25;
const betaJ0 = 2;
const workers = workersOption();
const field = (x: number) => 0.5 + 0.42 * Math.cos(2 * Math.PI * x);
const exact = nearestNeighbour({ betaJ0 });
const meanField = longRangeLimit({ betaJ0 });

async function estimate(
  halfWidth: number,
  density: (x: number) => number,
  name: string,
  realizations: number,
  burnIn: number,
  horizons: number[],
): Promise<OperatorEstimate> {
  progress(`L=${halfWidth}, ${name}: ${realizations} realizations, burn-in ${burnIn}`);
  return estimateOperators(
    await sampleEnsemble({
      system: { sites, halfWidth, betaJ0 },
      elements,
      profile: latticeProfile(`${name}-${halfWidth}`, sites, density),
      initialState: halfWidth === 1 ? "local-gibbs" : "bernoulli",
      realizations,
      seed: SEED,
      workers,
      burnIn,
      horizons,
    }),
  );
}

// --- The exact case --------------------------------------------------------------------------------
const one = await estimate(1, field, "wave", 12_000, 0, [1e-6, 4e-6, 1e-5]);
const curvature = (theory: { mobility: (rho: number) => number }) => (rho: number) => {
  const d = 1e-3;
  return (theory.mobility(rho + d) - 2 * theory.mobility(rho) + theory.mobility(rho - d)) / d ** 2;
};
const mobility = mobilityCurve(one, curvature(exact));
const force = drivingForceCurve(one, exact.drivingForce);
const exactK1 = exactK1OfField(exact, field, elements);
const meanFieldK1 = exactK1OfField(meanField, field, elements);
const grid = Array.from({ length: 121 }, (_, k) => 0.05 + 0.9 * k / 120);

// --- The way to mean field: flat profile, a true equilibrium -------------------------------------
const lengths = [1, 2, 3, 5, 10, 20, 40];
const flatMobility: { L: number; value: number; standardError: number }[] = [];
for (const L of lengths) {
  const flat = await estimate(L, () => 0.5, "flat", 300, L === 1 ? 0 : 1e-3, [1e-6, 4e-6]);
  // All elements are alike; errors of neighbours correlate weakly.
  flatMobility.push({
    L,
    value: -mean(flat.K1) / elements,
    standardError: rootMeanSquare(flat.K1StandardError) / Math.sqrt(elements) / elements,
  });
}
// --- Their mobility curves -------------------------------------------------------------------------
const curves = new Map<number, { mobility: MeasuredCurve; force: MeasuredCurve }>();
for (const L of [2, 3, 5, 10]) {
  const found = await estimate(L, field, "wave", 1200, 4e-4, [1e-6, 4e-6]);
  const theory = longRangeFinite({ betaJ0, halfWidth: L });
  curves.set(L, {
    mobility: mobilityCurve(found, curvature(theory)),
    force: drivingForceCurve(found, meanField.drivingForce),
  });
}

const points = (label: string, c: MeasuredCurve): GenericSeries => ({
  kind: "points",
  label,
  x: c.density,
  y: c.value,
  standardError: c.standardError,
});
const line = (label: string, y: (rho: number) => number, dashed = false): GenericSeries => ({
  kind: "line",
  label,
  x: grid,
  y: grid.map(y),
  dashed,
});
const exactShift = mean(
  force.density.map((rho) => meanField.drivingForce(rho) - exact.drivingForce(rho)),
);
const xLabel = "density ρ (particles per site)";
const figures = [
  genericFigure([
    points("particles", mobility),
    line("exact", exact.mobility),
    line("mean field", meanField.mobility, true),
  ], {
    id: "nearest-neighbour-mobility",
    title: "Mobility of the nearest-neighbour Arrhenius process, βJ0 = 2",
    caption:
      "From fluctuations within a macroscopic time of 10⁻⁶, beside the exact formula and ordinary mean field.",
    xLabel,
    yLabel: "mobility m",
  }),
  genericFigure([
    points("particles", force),
    line("exact", exact.drivingForce),
    line("mean field", meanField.drivingForce, true),
  ], {
    id: "nearest-neighbour-driving-force",
    title: "Driving force f′ of the nearest-neighbour Arrhenius process, βJ0 = 2",
    caption:
      "Fluxes divided by operator entries, summed along the profile; one constant is free and fitted.",
    xLabel,
    yLabel: "f′ (energy)",
  }),
  genericFigure([
    ...[...curves].map(([L, c]) => points(`L = ${L}`, c.mobility)),
    line("mean field", meanField.mobility, true),
    line("L = 1, exact", exact.mobility),
  ], {
    id: "way-to-mean-field-curves",
    title: "Mobility for L = 2, 3, 5, 10 between the exact L = 1 and mean field",
    caption: "Bernoulli start and a burn-in of 4·10⁻⁴; βJ0 = 2.",
    xLabel,
    yLabel: "mobility m",
  }),
  genericFigure([
    ...[...curves].map(([L, c]) => points(`L = ${L}`, c.force)),
    line("mean field", meanField.drivingForce, true),
    line("L = 1, exact", (rho) => exact.drivingForce(rho) + exactShift),
  ], {
    id: "way-to-mean-field-driving-force",
    title: "Driving force f′ for L = 2, 3, 5, 10 between the exact L = 1 and mean field",
    caption:
      "The same runs; each curve's constant is chosen to agree with mean field on average over the profile.",
    xLabel,
    yLabel: "f′ (energy)",
  }),
  genericFigure([
    {
      kind: "points",
      label: "particles",
      x: flatMobility.map((p) => p.L),
      y: flatMobility.map((p) => p.value),
      standardError: flatMobility.map((p) => p.standardError),
    },
    {
      kind: "line",
      label: "product measure over 2L − 1 neighbours",
      x: lengths,
      y: lengths.map((halfWidth) => longRangeFinite({ betaJ0, halfWidth }).mobility(0.5)),
    },
    {
      kind: "line",
      label: "mean field",
      x: lengths,
      y: lengths.map(() => meanField.mobility(0.5)),
      dashed: true,
    },
    { kind: "points", label: "exact, L = 1", x: [1], y: [exact.mobility(0.5)] },
  ], {
    id: "way-to-mean-field",
    title: "Mobility at half filling against the range L",
    caption: "Flat profile, βJ0 = 2, burn-in 10⁻³ (L = 1: exact Gibbs samples).",
    xLabel: "half-width L (sites)",
    yLabel: "mobility m(1/2)",
    xScale: "log",
  }),
];

const relative = (c: MeasuredCurve, theory: (rho: number) => number) =>
  rootMeanSquare(c.value.map((v, i) => v - theory(c.density[i]))) /
  rootMeanSquare(c.density.map(theory));
const chi = (c: MeasuredCurve, theory: (rho: number) => number) =>
  mean(c.value.map((v, i) => ((v - theory(c.density[i])) / c.standardError[i]) ** 2));
const half = flatMobility[0];
const distance = flatMobility.map((p) => Math.abs(p.value / meanField.mobility(0.5) - 1));
writeStudy({
  name: "short-range",
  seed: SEED,
  claims: [
    {
      name: "L=1: relative error (R_L2) of the mobility curve",
      value: relative(mobility, exact.mobility),
      max: 0.01,
    },
    {
      name: "L=1: mean squared deviation of the mobility curve in standard errors",
      value: chi(mobility, exact.mobility),
      max: 2,
    },
    {
      name: "L=1: relative error (R_L2) of K1",
      value: rootMeanSquare(one.K1.map((k, e) => k - exactK1[e])) / rootMeanSquare(exactK1),
      max: 0.01,
    },
    {
      name: "L=1: the same against mean field",
      value: rootMeanSquare(one.K1.map((k, e) => k - meanFieldK1[e])) / rootMeanSquare(meanFieldK1),
      min: 0.2,
    },
    {
      name: "L=1: K1 at rho = 1/2 (exact -3.739, mean field -2.300)",
      value: -elements * half.value,
      min: -3.739 - 3 * elements * half.standardError,
      max: -3.739 + 3 * elements * half.standardError,
    },
    { name: "L=1: standard error of that", value: elements * half.standardError },
    {
      name: "L=1: distance of m(1/2) from mean field in standard errors",
      value: (half.value - meanField.mobility(0.5)) / half.standardError,
      min: 20,
    },
    {
      name: "L=1: relative error (R_L2) of f', one constant fitted",
      value: relative(force, exact.drivingForce),
      max: 0.03,
    },
    {
      name: "L=1: mean squared deviation of f' in standard errors",
      value: chi(force, exact.drivingForce),
      max: 2,
    },
    ...flatMobility.slice(1).map((p, k) => ({
      name: `L=${p.L}: distance of m(1/2) from mean field, relative (below that of L=${
        lengths[k]
      })`,
      value: distance[k + 1],
      max: distance[k],
    })),
    ...[...curves].map(([L, c]) => ({
      name: `L=${L}: relative distance (R_L2) of f' from mean field, constant fitted`,
      value: relative(c.force, meanField.drivingForce),
    })),
    ...flatMobility.slice(1).map((p) => ({
      name: `L=${p.L}: m(1/2) over the product measure's`,
      value: p.value / longRangeFinite({ betaJ0, halfWidth: p.L }).mobility(0.5),
      ...(p.L === 40 ? { min: 0.99, max: 1.01 } : {}),
    })),
  ],
  figures,
  files: {
    "half-filling.csv": toCsv([
      { name: "L", values: flatMobility.map((p) => p.L) },
      { name: "mobility", values: flatMobility.map((p) => p.value) },
      { name: "standard_error", values: flatMobility.map((p) => p.standardError) },
    ]),
  },
  text: `# Short range: the exact L = 1 and the way to mean field

N = ${sites}, M = ${elements}, beta J0 = ${betaJ0}, profile 0.5 + 0.42 cos(2 pi x). L = 1 starts from exact
samples of the local Gibbs state (a Markov chain along the ring), so that no burn-in is needed; L > 1 from
independent sites and a burn-in. Mobility is -K1/M at the elements' mean densities, f' is the sum of
flux / K1 along the profile.

Largest relative standard error of a point of the L = 1 mobility curve: ${
    round(Math.max(...mobility.standardError.map((s, i) => s / mobility.value[i])))
  }.`,
});
