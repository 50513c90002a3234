/**
 * `deno task study generic [--seeds N] [--profiles N] [--realizations N] [--members N]`: M0 and s of a ring of
 * oscillators learned from short simulations, against what is known exactly.
 */
import { tensionOf } from "@spiediff/generic";
import { type Claim, formatNumber } from "@spiediff/report";
import { countOption, mean, progress, writeStudy } from "../_study.ts";
import { freeTension } from "./_baseline.ts";
import { estimates, learn } from "./_data.ts";
import { functionErrors, largestDefect, predict, spoiledTension } from "./_errors.ts";

const seeds = countOption("seeds", 1), profiles = countOption("profiles", 4);
const realizations = countOption("realizations", 1000), members = countOption("members", 16);

/** Bounds of the errors of functions, by their names' beginnings. */
const BOUNDS: [string, number][] = [["M0", 0.02], ["s", 0.01], ["tau", 0.01], ["1/T", 0.03]];
const boundOf = (name: string) => BOUNDS.find(([start]) => name.startsWith(start))?.[1] ?? 0.03;

const runs = Array.from({ length: seeds }, (_, k) => {
  const data = estimates(k + 1, profiles, realizations);
  const learned = learn(data, k + 1, members);
  const prediction = predict(learned);
  progress(`seed ${k + 1}: predicted`);
  return {
    errors: functionErrors(learned),
    learned,
    prediction,
    jacobi: Math.max(
      ...[learned.law, ...learned.members].map(({ entropy }) => largestDefect(tensionOf(entropy))),
    ),
    control: largestDefect(spoiledTension(learned.law)),
    free: largestDefect(freeTension(data)),
  };
});
const worst = (of: (run: typeof runs[0]) => number) => Math.max(...runs.map(of));

const claims: Claim[] = [
  ...Object.keys(runs[0].errors).map((name) => ({
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
    value: Math.min(...runs.map((run) => run.control)),
    min: 1e-4,
  },
  { name: "the same of a free cubic tau(r, p, e)", value: worst((run) => run.free) },
  ...["r", "p", "e"].map((field, k) => ({
    name: `an unseen profile at t = 1, ${field}: error over the initial spread`,
    value: worst((run) => run.prediction.errors[k]),
    max: 0.02,
  })),
  ...(["energy", "stretch", "momentum"] as const).map((name) => ({
    name: `${name} in time, discrete gradient: change over its size`,
    value: worst((run) => run.prediction.checks[name]),
    max: 1e-12,
  })),
  {
    name: "entropy in time: largest fall over a step",
    value: worst((run) => run.prediction.checks.entropyFall),
    max: 1e-12,
  },
  {
    name: "steps that were refused and halved, such as those in which it fell",
    value: worst((run) => run.prediction.checks.halved),
    max: 0,
  },
  {
    name: "share of the unseen profile, all times, inside of the members' 95 %: mean over seeds",
    value: mean(runs.map((run) => run.prediction.coverage)),
  },
];

const table = runs.map(({ learned: { scales, chiSquares } }, k) => {
  const cells = [...chiSquares, ...scales].map((v) => formatNumber(v, 3));
  return `| ${k + 1} | ${cells.join(" | ")} |`;
});

writeStudy({
  name: "generic",
  seed: 1,
  claims,
  figures: [],
  text: `# A law with a reversible part, learned

A ring of 500 oscillators with (nu0, nu1) = (0.01, 0.04) on 25 elements: ${profiles} profiles of
${realizations} realizations each, windows of 0.002, ${seeds} ${
    seeds === 1 ? "seed" : "seeds, the worst of which is given"
  }. M0(r, u) is learned by Cholesky factors from products of jumps; then the concave entropy s(r, u)
from fluxes and from the covariances of the fields at the start, both in double precision by
Levenberg and Marquardt's method. Errors are taken over the states (r, u) that the data cover, of M0
relative to its entries, of s after its constant. nu0 and nu1 are read off
M0 = nu0 (-s'')^-1 + nu1 diag(0, T, T^2/2).

The unseen profile r = 0.4 + 0.2 cos, p = 0.4 sin, T = 1 + 0.25 cos(.. + 1) is predicted on 40 nodes
and held against the differential equation, solved spectrally. Members: ${members} draws from the
posterior of all parameters. Values of one data set go together: a few data sets tell coverage badly.

| seed | squared residuals a datum, M | s | scale of the spread by left-out profiles, M | s |
| --- | ---: | ---: | ---: | ---: |
${table.join("\n")}`,
});
