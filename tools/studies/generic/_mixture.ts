/** Two species, learned, against what is known exactly. */
import { estimateFields } from "@spiediff/fdt-operators";
import { mobilityFunction, potentialFunction } from "@spiediff/field-networks";
import { fieldsPreset, startOf } from "@spiediff/experiment";
import { fieldsProcessOf } from "@spiediff/kmc";
import { weightedLeastSquares } from "@spiediff/numerics";
import { type FieldsPrediction, predictFields } from "@spiediff/predictor";
import { randomStream } from "@spiediff/random";
import { learnFields } from "@spiediff/train";
import { mean, progress, rootMeanSquare } from "../_study.ts";

/** Errors of one seed. */
export interface MixtureErrors {
  /** Of the entries 11, 21, 22 of M, relative. */
  readonly mobility: readonly number[];
  /** Of f, over its size, once `a + b r1 + c r2` is taken out of both. */
  readonly freeEnergy: number;
  /** Share of the differential equation's values inside of the band, at all times after the start. */
  readonly coverage: number;
  readonly error: number;
  readonly conserved: readonly number[];
  readonly rise: number;
}

const FINER = 8;

/** Simulates, learns and predicts as `demo --preset two-species --quick` does, with more realizations. */
export function mixtureErrors(seed: number, realizations: number): MixtureErrors {
  const experiment = fieldsPreset("two-species", seed, true);
  const { particles, elements, sampling, prediction: { profile, times, nodes } } = experiment;
  const process = fieldsProcessOf(particles);
  const data = experiment.profiles.map((own) => {
    const run = process.windows(startOf(own), elements, sampling.window);
    const records = function* () {
      for (let n = 0; n < realizations; n++) yield run(randomStream(seed, "mixture", own.name, n));
    };
    const layout = { profileName: own.name, sites: particles.sites, fields: 2 };
    return estimateFields(records(), layout);
  });
  const { mobility, potential, coverage } = learnFields(
    "gradient-flow",
    data,
    experiment.training,
    randomStream(seed, "mixture", "fit"),
  );
  progress(`two species, seed ${seed}: learned`);
  const all = mobility.members.map((parameters, k) => ({
    mobility: mobilityFunction(mobility.network, parameters),
    potential: potentialFunction(potential.network, potential.members[k]),
  }));
  const manifest = {
    law: "gradient-flow" as const,
    fields: process.fields.map((field) => ({ ...field })),
    coverage: coverage.map((range) => [...range]) as [[number, number], [number, number]],
  };
  const ensemble = { manifest, likely: all[0], members: all.slice(1) };
  const start = process.startFields(startOf(profile), nodes);
  const { quantities, checks } = predictFields(ensemble, start, times);
  const exact = process.exact.evolve(startOf(profile), times, FINER * nodes)
    .map((values) => values.filter((_, k) => k % FINER === 0));
  const last = times.length - 1;
  const off = quantities.flatMap(({ likely }, f) =>
    Array.from(likely[last], (v, i) => v - exact[last][f * nodes + i])
  );
  const middle = data.flatMap(({ middle, elements: n }) =>
    Array.from({ length: n }, (_, e): [number, number] => [middle[e], middle[n + e]])
  );
  return {
    ...lawErrors(all[0], middle, process.exact.mobility),
    coverage: shareInside(quantities, exact, times, nodes),
    error: rootMeanSquare(off) /
      rootMeanSquare(
        [...start].map((v, k) =>
          v - mean(start.subarray(k < nodes ? 0 : nodes, k < nodes ? nodes : 2 * nodes))
        ),
      ),
    conserved: checks.conserved,
    rise: checks.entropyFall,
  };
}

/** Of the values at all times after the start. */
function shareInside(
  quantities: FieldsPrediction["quantities"],
  exact: readonly Float64Array[],
  times: readonly number[],
  nodes: number,
): number {
  return mean(
    quantities.flatMap(({ bands }, f) =>
      bands.flatMap(({ lower, upper }, t) =>
        times[t] === 0 ? [] : Array.from(lower, (v, i) => {
          const value = exact[t][f * nodes + i];
          return value >= v && value <= upper[i] ? 1 : 0;
        })
      )
    ),
  );
}

function lawErrors(
  { mobility, potential }: {
    mobility(a: number, b: number, out: Float64Array): void;
    potential(a: number, b: number, out: Float64Array): void;
  },
  states: readonly [number, number][],
  exact: (state: readonly [number, number]) => readonly number[],
): Pick<MixtureErrors, "mobility" | "freeEnergy"> {
  const m = new Float64Array(3), jet = new Float64Array(6);
  const rows = states.map(([a, b]) => {
    mobility(a, b, m);
    potential(a, b, jet);
    const c = 1 - a - b;
    const f = a * Math.log(a) + b * Math.log(b) + c * Math.log(c);
    return { m: [...m], M: exact([a, b]), f, found: jet[0] };
  });
  const columns = [() => 1, ([a]: number[]) => a, ([, b]: number[]) => b]
    .map((of) => Float64Array.from(states, (state) => of(state)));
  const map = weightedLeastSquares(columns, new Float64Array(states.length).fill(1))!;
  const without = (values: readonly number[]) => {
    const gains = map.map((row) => row.reduce((sum, w, k) => sum + w * values[k], 0));
    return values.map((v, k) => v - gains.reduce((sum, g, c) => sum + g * columns[c][k], 0));
  };
  const exactly = without(rows.map(({ f }) => f)), found = without(rows.map(({ found }) => found));
  return {
    mobility: [0, 1, 2].map((k) =>
      rootMeanSquare(rows.map(({ m, M }) => m[k] - M[k])) /
      rootMeanSquare(rows.map(({ M }) => M[k]))
    ),
    freeEnergy: rootMeanSquare(found.map((v, k) => v - exactly[k])) / rootMeanSquare(exactly),
  };
}
