/** What is wrong with a learned law of the oscillator ring, by what is known exactly. */
import {
  ringFields,
  ringMobility,
  type RingProfile,
  solveOscillatorRing,
} from "@spiediff/exact-reference";
import {
  classicalRungeKutta,
  discreteGradient,
  type EvolutionChecks,
  evolve,
  type FluidLaw,
  jacobiDefect,
  type LocalTension,
  tensionOf,
} from "@spiediff/generic";
import { randomStream } from "@spiediff/random";
import { mean, rootMeanSquare } from "../_study.ts";
import { type Learned, NOISE, ring } from "./_data.ts";

/** Root mean square of differences over that of the values, or of their spread. */
function relative(found: readonly number[], exact: readonly number[], spread: boolean): number {
  const centre = spread ? mean(exact) : 0;
  return rootMeanSquare(found.map((v, k) => v - exact[k])) /
    rootMeanSquare(exact.map((v) => v - centre));
}

/** Errors of the learned functions over the states of the data. */
export function functionErrors({ law, states }: Learned): Record<string, number> {
  const d = new Float64Array(5), m = new Float64Array(4);
  const rows = states.map(([r, u]) => {
    law.entropy.derivatives(r, u, d);
    law.mobility(r, u, m);
    const exact = ring.at(r, u), [sr, su, srr, sru, suu] = d;
    const variance = -suu / (srr * suu - sru * sru);
    return {
      exact,
      M: ringMobility(exact, NOISE),
      m: [...m],
      tension: -sr / su,
      beta: su,
      entropy: law.entropy.value(r, u),
      resampling: m[0] / variance,
      viscosity: m[3] * su,
    };
  });
  const entry = (k: number, key: "rr" | "re" | "ee" | "pp") =>
    relative(rows.map((row) => row.m[k]), rows.map((row) => row.M[key]), false);
  const entropy = rows.map((row) => row.entropy), exact = rows.map((row) => row.exact.entropy);
  // The gauge of s is a constant.
  const shift = mean(exact) - mean(entropy);
  const resampling = mean(rows.map((row) => row.resampling));
  return {
    "M0 rr": entry(0, "rr"),
    "M0 re": entry(1, "re"),
    "M0 ee": entry(2, "ee"),
    "M0 pp": entry(3, "pp"),
    "s, of its spread": relative(entropy.map((v) => v + shift), exact, true),
    "tau, of its spread": relative(
      rows.map((row) => row.tension),
      rows.map((row) => row.exact.tension),
      true,
    ),
    "1/T, of its spread": relative(
      rows.map((row) => row.beta),
      rows.map((row) => 1 / row.exact.temperature),
      true,
    ),
    "nu0 from M0 and s": Math.abs(resampling / NOISE.resampling - 1),
    "nu1 from M0 and s": Math.abs(
      (mean(rows.map((row) => row.viscosity)) - resampling) / NOISE.exchange - 1,
    ),
  };
}

const turn = 2 * Math.PI;
/** None of the training profiles. */
const UNSEEN: RingProfile = {
  stretch: (x) => 0.4 + 0.2 * Math.cos(turn * x),
  momentum: (x) => 0.4 * Math.sin(turn * x),
  temperature: (x) => 1 + 0.25 * Math.cos(turn * x + 1),
};
const TIMES = [0.25, 0.5, 1];
const NODES = 40, STEP = 5e-3;

const flat = ({ stretch, momentum, energy }: ReturnType<typeof ringFields>) =>
  new Float64Array([...stretch, ...momentum, ...energy]);

/** A prediction of the unseen profile against the differential equation. */
export interface Prediction {
  /** Root mean square errors at the last time over the initial spread, of r, p and e. */
  readonly errors: readonly number[];
  /** Share of values, at all times, inside of the members' central 95 %. */
  readonly coverage: number;
  /** The discrete gradient's checks, to the first time. */
  readonly checks: Readonly<EvolutionChecks>;
}

export function predict({ law, members }: Learned): Prediction {
  const points = 2 * NODES;
  const exact = solveOscillatorRing(ring, NOISE, UNSEEN, TIMES, { gridPoints: points, step: 2e-3 })
    .map((fields) => flat(fields).filter((_, k) => k % 2 === 0));
  const start = flat(ringFields(ring, UNSEEN, NODES));
  const run = (one: FluidLaw) =>
    [
      ...evolve({ law: one, start, times: TIMES, step: STEP, method: classicalRungeKutta }),
    ].map(({ state }) => state);
  const mid = run(law), all = members.map(run);
  const errors = [0, 1, 2].map((field) => {
    const cut = (values: Float64Array) => [...values.slice(field * NODES, (field + 1) * NODES)];
    const initial = cut(start), centre = mean(initial);
    const end = cut(exact.at(-1)!), found = cut(mid.at(-1)!);
    return rootMeanSquare(found.map((v, k) => v - end[k])) /
      rootMeanSquare(initial.map((v) => v - centre));
  });
  let inside = 0, count = 0;
  exact.forEach((values, t) =>
    values.forEach((v, k) => {
      const members = all.map((states) => states[t][k]);
      const half = 1.96 * rootMeanSquare(members.map((m) => m - mean(members)));
      inside += Math.abs(mean(members) - v) <= half ? 1 : 0;
      count++;
    })
  );
  const [{ checks }] = evolve({
    ...{ law, start, times: [TIMES[0]], step: 0.0125 },
    method: discreteGradient,
  });
  return { errors, coverage: inside / count, checks };
}

/** Largest defect of Jacobi's identity of a tension, over random functionals at the unseen profile. */
export function largestDefect(tension: LocalTension): number {
  const state = flat(ringFields(ring, UNSEEN, 25));
  const { normal } = randomStream(1, "generic", "functionals");
  const defects = Array.from({ length: 10 }, () => {
    const [a, b, c] = [1, 2, 3].map(() => state.map(() => normal()));
    return jacobiDefect(tension, state, a, b, c);
  });
  return Math.max(...defects);
}

/** The tension of a law with a hundredth of p mixed in: what the test must find. */
export function spoiledTension({ entropy }: FluidLaw): LocalTension {
  const tension = tensionOf(entropy);
  return {
    value: (r, p, e) => tension.value(r, p, e) * (1 + 0.01 * p),
    gradient(r, p, e, out) {
      tension.gradient(r, p, e, out);
      for (let field = 0; field < 3; field++) out[field] *= 1 + 0.01 * p;
      out[1] += 0.01 * tension.value(r, p, e);
    },
  };
}
