/** An epinet's correction of one member, with all that does not change between the steps of its sampler taken out. */
import type { EpinetParts } from "./epinet_parts.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import { dense } from "./perceptron_graph.ts";
import type { Value } from "./types.ts";

/** Cutting columns out copies them: done where less than this share of them is used. */
const WORTH_CUTTING = 0.75;

/** How the numbers of a member make its index: `numbers . random + polynomials . steered`. */
export interface IndexMaps {
  /** Row-major `[width][indexDim]`. */
  readonly random: Float32Array;
  /** Row-major `[terms][indexDim]`. */
  readonly steered: Float32Array;
}

/**
 * The correction as a function of the hidden layer of each step.
 *
 * It is bilinear in what the epinet reads and in the index, and the index is linear in the member's numbers and
 * polynomials: readouts are multiplied by these maps beforehand. What reads the density alone, the random layer
 * and the condition, stands once in the graph; hidden layers are read by those numbers that have a readout there.
 *
 * @param condition `[B, conditionDim]`, @param member `[B, width]`, @param polynomials `[B, terms]`.
 * @returns From hidden layers `[B, featureDim - conditionDim]` to the correction `[B, 1]`.
 */
export function correctionOf(
  g: GraphBuilder,
  parts: EpinetParts,
  maps: IndexMaps,
  condition: Value,
  member: Value,
  polynomials: Value,
): (hidden: Value) => Value {
  const { featureDim, units, conditionDim, layerWeight, layerBias } = parts;
  const layer = g.op("Tanh", [
    dense(g, condition, {
      inputs: conditionDim,
      outputs: units,
      weight: layerWeight,
      bias: layerBias,
    }),
  ]);
  const ofDensity = g.op("Concat", [condition, layer], { axis: 1 });
  const sums: ((hidden: Value) => Value)[] = [];
  for (const [values, map] of [[member, maps.random], [polynomials, maps.steered]] as const) {
    const all = readoutsOf(parts, map), used = columnsUsed(all);
    if (used === undefined) continue;
    const [from, to] = used, outputs = to - from, before = featureDim - conditionDim;
    const own = outputs === all[0].length ? values : g.columns(values, from, to);
    const rows = (first: number, last: number) =>
      Float32Array.from(all.slice(first, last).flatMap((row) => row.slice(from, to)));
    const answer = (x: Value) => g.sumAxes(g.op("Mul", [x, own]), [1]);
    const last = all.length - 1;
    const fixed = dense(g, ofDensity, {
      inputs: last - before,
      outputs,
      weight: rows(before, last),
      bias: rows(last, last + 1),
    });
    const ofHidden = rows(0, before);
    if (ofHidden.every((v) => v === 0)) {
      const once = answer(fixed);
      sums.push(() => once);
    } else {
      const weight = g.constant(ofHidden, [before, outputs]);
      // Added before they meet the numbers: what training made of features is undone by the layer.
      sums.push((hidden) => answer(g.op("Add", [g.op("MatMul", [hidden, weight]), fixed])));
    }
  }
  if (sums.length === 0) return () => g.constant([0], [1, 1]);
  return (hidden) =>
    sums.map((of) => of(hidden)).reduce((total, term) => g.op("Add", [total, term]));
}

/** `[featureDim + units + 1][rows of the map]` readouts for the map's rows in place of indices. */
function readoutsOf({ readout, indexDim }: EpinetParts, map: Float32Array): number[][] {
  const count = map.length / indexDim;
  return Array.from(
    { length: readout.length / indexDim },
    (_, k) =>
      Array.from({ length: count }, (_, row) => {
        let sum = 0;
        for (let d = 0; d < indexDim; d++) {
          sum += readout[k * indexDim + d] * map[row * indexDim + d];
        }
        return sum;
      }),
  );
}

/**
 * First column that is not all zero, and the one behind the last; undefined where all are, and all where few are
 * left out.
 */
function columnsUsed(rows: readonly (readonly number[])[]): [number, number] | undefined {
  const width = rows[0].length;
  const used = rows[0].flatMap((_, c) => rows.some((row) => row[c] !== 0) ? [c] : []);
  if (used.length === 0) return undefined;
  const [from, to] = [used[0], used.at(-1)! + 1];
  return to - from > WORTH_CUTTING * width ? [0, width] : [from, to];
}
