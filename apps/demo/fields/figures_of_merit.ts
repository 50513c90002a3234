/** What a learned law of several fields and its prediction are worth, by what is known exactly and by particles. */
import { type FieldsExperiment, startOf } from "@spiediff/experiment";
import type { FieldsEstimate } from "@spiediff/fdt-operators";
import { fieldsProcessOf } from "@spiediff/kmc";
import type { FieldsModel, FieldsPrediction } from "@spiediff/predictor";
import type { Claim } from "@spiediff/report";
import type { FieldsTruth } from "./truth_stage.ts";

/** Entries of M by law. */
const ENTRIES = {
  "generic": ["rr", "re", "ee", "pp"],
  "gradient-flow": ["11", "21", "22"],
};

/** Multiples of the prediction's nodes at which differential equations are solved. */
const FINER = 2;

const rootMeanSquare = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
const about = (values: readonly number[]) => {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return values.map((v) => v - mean);
};

/** Errors of the most likely law over the states of the data. */
export function lawClaims(
  { particles }: FieldsExperiment,
  { manifest: { law }, likely }: FieldsModel,
  estimates: readonly FieldsEstimate[],
): Claim[] {
  const { exact } = fieldsProcessOf(particles);
  const states = estimates.flatMap(({ middle, elements }) =>
    Array.from({ length: elements }, (_, e) => stateOf(law, [...middle], elements, e))
  );
  const jet = new Float64Array(6), m = new Float64Array(ENTRIES[law].length);
  const rows = states.map((state) => {
    likely.potential(...state, jet);
    likely.mobility(...state, m);
    const [a, b] = exact.slopes(state);
    return { m: [...m], M: exact.mobility(state), slopes: [jet[1], jet[2]], exact: [a, b] };
  });
  const entries = ENTRIES[law].map((name, k): Claim => ({
    name: `error of M ${name}`,
    value: rootMeanSquare(rows.map(({ m, M }) => m[k] - M[k])) /
      rootMeanSquare(rows.map(({ M }) => M[k])),
    max: 0.02,
  }));
  const over = (name: string, of: (slopes: readonly number[]) => number, max: number): Claim => {
    const exactly = rows.map((row) => of(row.exact));
    const found = rows.map((row) => of(row.slopes));
    // Of f' constants are open; of tau and 1/T nothing is.
    const off = found.map((v, k) => v - exactly[k]);
    const error = law === "generic" ? off : about(off);
    return { name, value: rootMeanSquare(error) / rootMeanSquare(about(exactly)), max };
  };
  return law === "generic"
    ? [
      ...entries,
      over("error of \u03c4, of its spread", ([sr, su]) => -sr / su, 0.01),
      over("error of 1/T, of its spread", ([, su]) => su, 0.03),
    ]
    : [
      ...entries,
      over("error of f'\u2081, of its spread", ([first]) => first, 0.01),
      over("error of f'\u2082, of its spread", ([, second]) => second, 0.01),
    ];
}

function stateOf(law: FieldsModel["manifest"]["law"], middle: number[], n: number, e: number) {
  const [a, b, c] = [0, 1, 2].map((f) => middle[f * n + e]);
  return law === "generic" ? [a, c - b * b / 2] as const : [a, b] as const;
}

/** The differential equation's answer at the prediction's nodes, `[times][fields, nodes]`. */
export function exactFields(
  { particles, prediction: { profile, times, nodes } }: FieldsExperiment,
): Float64Array[] {
  return fieldsProcessOf(particles).exact.evolve(startOf(profile), times, FINER * nodes)
    .map((values) => values.filter((_, k) => k % FINER === 0));
}

/** The prediction against the differential equation, and against particles where they are. */
export function predictionClaims(
  prediction: FieldsPrediction,
  exact: readonly Float64Array[],
  truth: FieldsTruth | undefined,
  elements: number,
): Claim[] {
  const { times, nodes, level } = prediction, last = times.length - 1;
  const fields = prediction.quantities.filter(({ conserved }) => conserved);
  const cut = (values: ArrayLike<number>, f: number, n: number) =>
    Array.from({ length: n }, (_, i) => values[f * n + i]);
  const errors = fields.map(({ name, likely }, f): Claim => {
    const spread = rootMeanSquare(about([...likely[0]]));
    const off = cut(exact[last], f, nodes).map((v, i) => v - likely[last][i]);
    return {
      name: `${name} at t = ${
        times[last]
      } against the differential equation, over the initial spread`,
      value: rootMeanSquare(off) / spread,
      max: 0.02,
    };
  });
  let inside = 0, count = 0;
  fields.forEach(({ bands }, f) =>
    bands.forEach(({ lower, upper }, t) => {
      if (times[t] === 0) return;
      cut(exact[t], f, nodes).forEach((v, i) => {
        inside += v >= lower[i] && v <= upper[i] ? 1 : 0;
        count++;
      });
    })
  );
  const coverage: Claim = {
    name: `share of the differential equation's values inside of the ${100 * level} % band`,
    value: inside / count,
  };
  return truth === undefined ? [...errors, coverage] : [
    ...errors,
    coverage,
    ...fields.map(({ name, bands }, f): Claim => {
      const own = interpolated(bands[last].mean, elements);
      const error = cut(truth.standardError[last], f, elements);
      const off = cut(truth.mean[last], f, elements).map((v, i) => (v - own[i]) / error[i]);
      return {
        name: `${name} at t = ${times[last]} against particles, in their standard errors`,
        value: rootMeanSquare(off),
      };
    }),
  ];
}

/** Periodic point values on another number of points, by the cubic through four neighbours. */
function interpolated(values: ArrayLike<number>, points: number): number[] {
  const n = values.length, at = (i: number) => values[(i + n) % n];
  return Array.from({ length: points }, (_, k) => {
    const x = k * n / points, i = Math.floor(x), u = x - i;
    return -u * (u - 1) * (u - 2) / 6 * at(i - 1) + (u + 1) * (u - 1) * (u - 2) / 2 * at(i) -
      (u + 1) * u * (u - 2) / 2 * at(i + 1) + (u + 1) * u * (u - 1) / 6 * at(i + 2);
  });
}

/** What the law keeps, as claims. */
export function invariantClaims(
  { checks, exactChecks, quantities, law }: FieldsPrediction,
): Claim[] {
  const of = (found: typeof checks, by: string): Claim[] => [
    ...found.conserved.map((value, f) => ({
      name: `change of the sum of ${quantities[f].name} over its size, ${by}`,
      value,
      max: 1e-12,
    })),
    {
      name: `${law === "generic" ? "largest fall of S" : "largest rise of F"} over a step, ${by}`,
      value: found.entropyFall,
      max: 1e-12,
    },
  ];
  return [
    ...of(checks, "all members"),
    ...(exactChecks ? of(exactChecks, "discrete gradient") : []),
  ];
}
