/** What is wrong with a learned law of the oscillator ring, by what is known exactly. */
import {
  ringFields,
  ringMobility,
  type RingProfile,
  solveOscillatorRing,
} from "@spiediff/exact-reference";
import {
  applyPoisson,
  type FluidLaw,
  jacobiDefect,
  type LocalTension,
  type Method,
  tensionOf,
} from "@spiediff/generic";
import { predictFields } from "@spiediff/predictor";
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
const NODES = 40, FINER = 4;

const flat = ({ stretch, momentum, energy }: ReturnType<typeof ringFields>) =>
  new Float64Array([...stretch, ...momentum, ...energy]);
const startOn = (nodes: number) => flat(ringFields(ring, UNSEEN, nodes));

/** The differential equation's answer at the prediction's nodes, by field. */
function exactFields(): number[][][] {
  return solveOscillatorRing(ring, NOISE, UNSEEN, TIMES, {
    gridPoints: FINER * NODES,
    step: 1e-3,
  }).map(({ stretch, momentum, energy }) =>
    [stretch, momentum, energy].map((field) => [...field].filter((_, i) => i % FINER === 0))
  );
}

/** A prediction of the unseen profile against the differential equation. */
export interface Prediction {
  /** Root mean square errors at the last time over the initial spread, of r, p and e. */
  readonly errors: readonly number[];
  /** Share of values, at all times, inside of the members' 95 % band: of r, p and e. */
  readonly coverage: readonly number[];
  /** Root mean square half-width of the band at the last time over the initial spread. */
  readonly widths: readonly number[];
  /** Of all members, by Runge and Kutta's method. */
  readonly conserved: readonly number[];
  /** Modes 0 to 3 of r, p and e at the last time, of the most likely law. */
  readonly modes: readonly number[];
}

/** Predicts as the `predict` command does. */
export function predict({ ensemble }: Learned): Prediction {
  const exact = exactFields();
  const { quantities, checks } = predictFields(ensemble, startOn(NODES), TIMES);
  const fields = quantities.filter(({ conserved }) => conserved);
  const initial = [0, 1, 2].map((f) => {
    const values = [...startOn(NODES).subarray(f * NODES, (f + 1) * NODES)];
    return rootMeanSquare(values.map((v) => v - mean(values)));
  });
  const last = TIMES.length - 1;
  return {
    errors: fields.map(({ likely }, f) =>
      rootMeanSquare(exact[last][f].map((v, i) => v - likely[last][i])) / initial[f]
    ),
    coverage: fields.map(({ bands }, f) =>
      mean(
        bands.flatMap(({ lower, upper }, t) =>
          exact[t][f].map((v, i) => v >= lower[i] && v <= upper[i] ? 1 : 0)
        ),
      )
    ),
    widths: fields.map(({ bands }, f) => {
      const { lower, upper } = bands[last];
      return rootMeanSquare(lower.map((v, i) => (upper[i] - v) / 2)) / initial[f];
    }),
    conserved: checks.conserved,
    modes: fields.flatMap(({ likely }) => modesOf(likely[last])),
  };
}

/** Waves that particles are compared in: what is shorter is noise. */
const MODES = 3;

/** Mean, cosine and sine parts of the modes 1 to 3. */
export function modesOf(values: ArrayLike<number>): number[] {
  const n = values.length;
  const along = (wave: (angle: number) => number) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[i] * wave(turn * i / n) / n;
    return sum;
  };
  return [
    along(() => 1),
    ...Array.from({ length: MODES }, (_, k) => [
      2 * along((angle) => Math.cos((k + 1) * angle)),
      2 * along((angle) => Math.sin((k + 1) * angle)),
    ]).flat(),
  ];
}

/** The unseen profile's start, for particles. */
export const UNSEEN_START = { ...UNSEEN };
export const LAST_TIME = TIMES.at(-1)!;

/** What the discrete gradient keeps without any refusal of steps, held here and by nobody else. */
export interface RawChecks {
  readonly conserved: readonly number[];
  /** Largest fall of S over a step. */
  readonly fall: number;
  /** Steps that did not converge. */
  readonly failed: number;
}

/** Steps of the bare method; S is summed here. */
export function rawSteps(law: FluidLaw, method: Method, h: number, steps: number): RawChecks {
  const attempt = method.bind(law, NODES);
  let state = startOn(NODES), next = state.slice(), fall = 0, failed = 0;
  const start = state.slice();
  const entropy = (z: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < NODES; i++) {
      const p = z[NODES + i];
      sum += law.entropy.value(z[i], z[2 * NODES + i] - p * p / 2) / NODES;
    }
    return sum;
  };
  for (let n = 0; n < steps; n++) {
    if (!attempt(state, h, next)) {
      failed++;
      break;
    }
    fall = Math.max(fall, entropy(state) - entropy(next));
    [state, next] = [next, state];
  }
  const conserved = [0, 1, 2].map((f) => {
    let change = 0, size = 0;
    for (let i = f * NODES; i < (f + 1) * NODES; i++) {
      change += state[i] - start[i];
      size += Math.abs(start[i]);
    }
    return Math.abs(change) / size;
  });
  return { conserved, fall, failed };
}

/** Largest defect of Jacobi's identity of a tension, over random functionals at the unseen profile. */
export function largestDefect(tension: LocalTension): number {
  const state = startOn(25);
  const { normal } = randomStream(1, "generic", "functionals");
  const defects = Array.from({ length: 10 }, () => {
    const [a, b, c] = [1, 2, 3].map(() => state.map(() => normal()));
    return jacobiDefect(tension, state, a, b, c);
  });
  return Math.max(...defects);
}

/**
 * `L dS/dz` over `L dE/dz`, with the exact entropy: 0 for a tension that is that of the entropy, whatever the mesh.
 * What it is not, the reversible part makes or destroys entropy with.
 */
export function reversibleProduction(tension: LocalTension): number {
  const n = 25, state = startOn(n), x = new Float64Array(3 * n), out = x.slice();
  const slopes = {
    tension: Float64Array.from(
      { length: n },
      (_, i) => tension.value(state[i], state[n + i], state[2 * n + i]),
    ),
    momentum: state.slice(n, 2 * n),
  };
  const size = (values: Float64Array) => {
    applyPoisson(slopes, values, out);
    return Math.hypot(...out);
  };
  const whole = size(new Float64Array(3 * n).fill(1, 2 * n));
  for (let i = 0; i < n; i++) {
    const p = state[n + i];
    const at = ring.at(state[i], state[2 * n + i] - p * p / 2);
    x[i] = -at.tension / at.temperature;
    x[n + i] = -p / at.temperature;
    x[2 * n + i] = 1 / at.temperature;
  }
  return size(x) / whole;
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
