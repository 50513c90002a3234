/**
 * `deno task study generic [--seeds N] [--sets N] [--profiles N] [--realizations N] [--members N] [--particles N]`:
 * M0 and s of a ring of oscillators, and M and f of two species, learned from short simulations, against what is
 * known exactly. Each data set is a process; a study that was cut off goes on.
 */
import { type Claim, formatNumber } from "@spiediff/report";
import { inShards } from "../_shards.ts";
import { countOption, mean, spread, writeStudy } from "../_study.ts";
import { againstParticles } from "./_particles.ts";
import { compute, type RingResult, type Unit, type UnitResult } from "./_unit.ts";

const seeds = countOption("seeds", 5), sets = Math.max(seeds, countOption("sets", 30));
const profiles = countOption("profiles", 4), realizations = countOption("realizations", 1000);
const members = countOption("members", 32), particles = countOption("particles", 64);
const SITES = 1000, CHUNK = 8, MIXTURE_REALIZATIONS = 2000;

const sizes = { profiles, realizations, members };
const chunks = Math.ceil(particles / CHUNK);
const units: Unit[] = [
  ...Array.from({ length: sets }, (_, k): Unit => ({ kind: "ring", seed: k + 1, sizes })),
  ...Array.from({ length: seeds }, (_, k): Unit => ({
    ...{ kind: "mixture", seed: k + 1, realizations: MIXTURE_REALIZATIONS },
  })),
  ...Array.from({ length: chunks }, (_, k): Unit => ({
    ...{ kind: "particles", sites: SITES },
    ...{ from: k * CHUNK, to: Math.min(particles, (k + 1) * CHUNK) },
  })),
];
const results = await inShards<Unit, UnitResult>(
  "generic",
  import.meta.url,
  units,
  (unit) => Promise.resolve(compute(unit)),
);

const ofKind = <K extends UnitResult["kind"]>(kind: K) =>
  results.filter((one): one is Extract<UnitResult, { kind: K }> => one.kind === kind);
const rings: RingResult[] = ofKind("ring"), shown = rings.slice(0, seeds);
const mixtures = ofKind("mixture").map(({ errors }) => errors);
const rows = ofKind("particles").flatMap(({ rows }) => rows);
const worst = (of: (run: RingResult) => number) => Math.max(...shown.map(of));
const worstMixture = (of: (run: typeof mixtures[0]) => number) => Math.max(...mixtures.map(of));

/** Bounds of the errors of functions, by their names' beginnings. */
const BOUNDS: [string, number][] = [["M0", 0.02], ["s", 0.01], ["tau", 0.01], ["1/T", 0.03]];
const boundOf = (name: string) => BOUNDS.find(([start]) => name.startsWith(start))?.[1] ?? 0.03;

const LEVEL = 0.95, FIELDS = ["r", "p", "e"];
const inside = rings.map(({ prediction }) => mean(prediction.coverage));
const coverage = mean(inside), coverageError = spread(inside) / Math.sqrt(inside.length);
// Amplitudes of the initial waves: of e what r, p and T give it.
const beside = againstParticles(rings[0].prediction.modes, rows);
const AMPLITUDES = [0.2, 0.4, 0.4];

const claims: Claim[] = [
  ...Object.keys(rings[0].errors).map((name) => ({
    name: `error of ${name}`,
    value: worst((run) => run.errors[name]),
    max: boundOf(name),
  })),
  {
    name: "Jacobi's identity, learned law and members, over the sum of its terms",
    value: worst((run) => run.jacobi),
    max: 1e-13,
  },
  {
    name: "the same of a learned tension times 1 + 0.01 p, which the test must find",
    value: Math.min(...shown.map((run) => run.control)),
    min: 1e-4,
  },
  { name: "the same of a free cubic tau(r, p, e)", value: worst((run) => run.free) },
  {
    name: "L dS/dz over L dE/dz with the exact entropy: of the free tension",
    value: worst((run) => run.freeProduction),
  },
  {
    name: "L dS/dz over L dE/dz with the exact entropy: of the learned entropy's tension",
    value: worst((run) => run.learnedProduction),
  },
  ...FIELDS.map((field, k) => ({
    name: `an unseen profile at t = 1, ${field}: error over the initial spread`,
    value: worst((run) => run.prediction.errors[k]),
    max: 0.02,
  })),
  ...["stretch", "momentum", "energy"].flatMap((name, k) => [
    {
      name: `${name} in time, discrete gradient: change over its size`,
      value: worst((run) => run.gradientSteps.conserved[k]),
      max: 1e-12,
    },
    {
      name: `${name} in time, all members of a prediction: change over its size`,
      value: worst((run) => run.prediction.conserved[k]),
      max: 1e-12,
    },
  ]),
  {
    name: "largest fall of S over a step of the bare discrete gradient, none refused",
    value: worst((run) => run.gradientSteps.fall),
    max: 1e-12,
  },
  {
    name: "the same of Runge and Kutta's method",
    value: worst((run) => run.rungeKuttaSteps.fall),
    max: 1e-12,
  },
  {
    name: "steps of both that did not succeed",
    value: worst((run) => run.gradientSteps.failed + run.rungeKuttaSteps.failed),
    max: 0,
  },
  {
    name: `share of the unseen profile inside of the 95 % band, ${sets} data sets, r, p and e`,
    value: coverage,
    min: LEVEL - Math.min(0.04, 3 * coverageError),
    max: Math.min(1, LEVEL + Math.min(0.04, 3 * coverageError)),
  },
  ...FIELDS.map((field, k) => ({
    name: `the same of ${field} alone`,
    value: mean(rings.map(({ prediction }) => prediction.coverage[k])),
  })),
  { name: "standard error of that share over data sets", value: coverageError },
  ...FIELDS.map((field, k) => ({
    name:
      `${field} at t = 1 against ${particles} particle systems at N = ${SITES}, modes 0 to 3, ` +
      "beyond their noise, over the initial amplitude",
    value: beside[k].off / AMPLITUDES[k],
    max: 0.03,
  })),
  ...FIELDS.map((field, k) => ({
    name: `that noise, of ${field}`,
    value: beside[k].noise / AMPLITUDES[k],
  })),
  ...["11", "21", "22"].map((entry, k) => ({
    name: `two species: error of M ${entry}`,
    value: worstMixture((run) => run.mobility[k]),
    max: 0.015,
  })),
  {
    name: "two species: error of f without what conservation leaves open",
    value: worstMixture((run) => run.freeEnergy),
    max: 0.01,
  },
  {
    name: "two species: share of the differential equation's values inside of the 95 % band",
    value: mean(mixtures.map((run) => run.coverage)),
    min: 0.91,
  },
  {
    name: "two species: error at the last time over the initial spread",
    value: worstMixture((run) => run.error),
    max: 0.02,
  },
  {
    name: "two species: change of a sum over its size, all members",
    value: worstMixture((run) => Math.max(...run.conserved)),
    max: 1e-12,
  },
];

const table = rings.map(({ scales, chiSquares, prediction }, k) => {
  const cells = [...chiSquares, ...scales, inside[k], ...prediction.errors, ...prediction.widths]
    .map((v) => formatNumber(v, 3));
  return `| ${k + 1} | ${cells.join(" | ")} |`;
});

// Where they are not the usual ones; how many processes there were changes nothing.
const options = Deno.args.filter((word, i) =>
  word !== "--workers" && Deno.args[i - 1] !== "--workers"
).join(" ");

writeStudy({
  name: "generic",
  seed: 1,
  ...(options !== "" && { options }),
  claims,
  figures: [],
  text: `# A law with a reversible part, learned

A ring of 500 oscillators with (nu0, nu1) = (0.01, 0.04) on 25 elements: ${profiles} profiles of
${realizations} realizations each, windows of 0.002; ${seeds} seeds, the worst of which is given,
and ${sets} data sets for coverage. M0(r, u) is learned by Cholesky factors from products of jumps; then the concave entropy s(r, u)
from fluxes and from the covariances of the fields at the start, both in double precision by
Levenberg and Marquardt's method. Errors are taken over the states (r, u) that the data cover, of M0
relative to its entries, of s after its constant. nu0 and nu1 are read off
M0 = nu0 (-s'')^-1 + nu1 diag(0, T, T^2/2).

The unseen profile r = 0.4 + 0.2 cos, p = 0.4 sin, T = 1 + 0.25 cos(.. + 1) is predicted on 40 nodes
as \`predict\` does, and held against the differential equation, solved spectrally. ${members} members:
M and s fitted together to data and priors that were moved by errors of their own sizes (randomised
maximum likelihood). Values of one data set go together, so that coverage has the standard error of
its mean over data sets. Energy is kept by a free tension, too: by antisymmetry and fluxes alone.

Two species that exclude each other: the four profiles of \`--preset two-species --quick\`,
${MIXTURE_REALIZATIONS} realizations each, against the heat equation that both densities obey.

| data set | squared residuals a datum, M | s | scale of the spread by left-out profiles, M | s | inside of the band | error of r at t = 1 | p | e | half-width of the band, r | p | e |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${table.join("\n")}`,
});
