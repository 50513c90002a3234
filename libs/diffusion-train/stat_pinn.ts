import { softplus } from "@spiediff/numerics";
import { type Perceptron, randomPerceptron } from "@spiediff/onnx-graph";
import type { RandomStream } from "@spiediff/random";
import type { Tf } from "@spiediff/tensor-backend";
import { inverseVarianceWeights, meanAndStd } from "./_statistics.ts";
import { type ForceRows, forceRows, forceScaling, meanAction } from "./free_energy_data.ts";
import { fieldCondition } from "./field_condition.ts";
import { mobilityConditionOf, type MobilityRows, mobilityRows, pointsOf } from "./mobility_rows.ts";
import { elementMean, forward, parametersOf, tangent, tensorsOf } from "./network.ts";
import { tensorOperations } from "./operations.ts";
import { whitenedFluxOperator } from "./physics_layer.ts";
import { minimise } from "./training_loop.ts";
import { type LossProblem, trainingProblem } from "./training_problem.ts";
import type { CurvePoint, OperatorData, TrainingOptions } from "./types.ts";
import { whitened, type Whitening } from "./whitening.ts";

/** The deterministic baseline: means of an ensemble of plain networks. */
export interface StatPinn {
  /** `[B]` mean mobility of elements between pairs of nodal densities; never negative. */
  mobility(left: ArrayLike<number>, right: ArrayLike<number>): Float64Array;
  /** `[B]` f' at densities, energy units, in the networks' own gauge. */
  drivingForce(density: ArrayLike<number>): Float64Array;
  /** Training curves of the members, the mobility's first. */
  readonly curves: { readonly mobility: CurvePoint[][]; readonly freeEnergy: CurvePoint[][] };
}

/** Steps of the whole ensemble, shared out to its members, as for the diffusion models. */
export interface StatPinnOptions extends Omit<TrainingOptions, "steps" | "batch" | "schedule"> {
  readonly members: number;
  readonly steps: { readonly mobility: number; readonly freeEnergy: number };
}

/**
 * Trains deterministic networks for the mobility and f on the same data as the diffusion models: the same
 * architecture, mean over elements, softplus head, inverse-variance weights, physics layer,
 * Onsager-Machlup norm, optimiser, averaging and early stopping. What is missing is the diffusion.
 *
 * Every step sees all data. An ensemble of `members` with `steps / members` each costs what one
 * diffusion model costs.
 *
 * @param stream Source of initial weights; same stream, same bits.
 */
export async function trainStatPinn(
  tf: Tf,
  data: readonly OperatorData[],
  options: StatPinnOptions,
  stream: RandomStream,
): Promise<StatPinn> {
  const { members, steps } = options;
  const ensemble = async (name: "mobility" | "freeEnergy", problem: MemberProblem) => {
    const nets: Perceptron[] = [], curves: CurvePoint[][] = [];
    for (let m = 0; m < members; m++) {
      const widths = [problem.inputs, ...options.hidden, 1];
      const net = randomPerceptron(widths, "silu", stream.split(name).split(m).normal);
      const { arrays, shapes } = parametersOf(net);
      const parameters = arrays.slice(0, arrays.length - problem.gauge);
      const ready = await trainingProblem(tf, { ...problem, parameters, shapes }, options.runner);
      try {
        const share = Math.max(1, Math.round(steps[name] / members));
        curves.push(await minimise(ready, { ...options, steps: share }));
      } finally {
        await ready.release();
      }
      nets.push(net);
    }
    return { nets, curves };
  };
  const rows = mobilityRows(data, "trained");
  const learned = mobilityProblem(rows, mobilityRows(data, "held out"));
  const first = await ensemble("mobility", learned.problem);
  const mobility: StatPinn["mobility"] = (left, right) => {
    const x = learned.inputs(pointsOf(left, right));
    const mean = new Float64Array(left.length);
    for (const net of first.nets) {
      evaluate(tf, net, x, 1, forwardOutput).forEach((raw, i) =>
        mean[i % mean.length] += learned.scale * softplus(raw) / (2 * members)
      );
    }
    return mean;
  };
  const all = mobilityRows(data);
  const M = data[0].density.length;
  const atData = mobility(all.left, all.right);
  const force = forceProblem(
    forceRows(data, data.map((_, p) => atData.slice(p * M, (p + 1) * M))),
  );
  const second = await ensemble("freeEnergy", force.problem);
  return {
    mobility,
    drivingForce(density) {
      const x = force.inputs(density);
      const slopes = second.nets.map((net) => evaluate(tf, net, x, 1, tangentOutput));
      return Float64Array.from(
        density,
        (rho, b) =>
          force.scale * slopes.reduce((sum, slope) => sum + slope[b], 0) / members +
          force.ideal(rho),
      );
    },
    curves: { mobility: first.curves, freeEnergy: second.curves },
  };
}

/** A loss without its parameters; `gauge` last parameter arrays stay as they are. */
type MemberProblem = Omit<LossProblem, "parameters" | "shapes"> & {
  readonly inputs: number;
  readonly gauge: 0 | 1;
};

type Evaluation = (tf: Tf, net: Perceptron, x: Float32Array, inputs: number) => Float32Array;
const forwardOutput: Evaluation = (tf, net, x, inputs) =>
  forward(tensorOperations(tf), tensorsOf(tf, net), tf.tensor(x, [x.length / inputs, inputs]))
    .output.dataSync() as Float32Array;
const tangentOutput: Evaluation = (tf, net, x, inputs) =>
  tangent(
    tensorOperations(tf),
    tensorsOf(tf, net),
    tf.tensor(x, [x.length / inputs, inputs]),
    inputs,
  ).derivative.dataSync() as Float32Array;

function evaluate(
  tf: Tf,
  net: Perceptron,
  x: Float32Array,
  inputs: number,
  output: Evaluation,
): Float32Array {
  return tf.tidy(() => output(tf, net, x, inputs));
}

function mobilityProblem(rows: MobilityRows, heldOut: MobilityRows) {
  const state = meanAndStd(rows.mobility);
  const scale = Math.abs(state.mean) / Math.LN2;
  const condition = mobilityConditionOf(rows);
  const inputs = (density: ArrayLike<number>) => fieldCondition(condition, density);
  const feeds = ({ left, right, mobility, standardError }: MobilityRows) => {
    const B = mobility.length;
    const weights = inverseVarianceWeights(standardError).map((w) => w / B);
    const points = inputs(pointsOf(left, right));
    return {
      first: { data: points.slice(0, B), shape: [B, 1] },
      second: { data: points.slice(B), shape: [B, 1] },
      target: { data: Float32Array.from(mobility, (v) => v / state.std), shape: [B, 1] },
      weight: { data: Float32Array.from(weights), shape: [B, 1] },
    };
  };
  const batch = feeds(rows);
  const problem: MemberProblem = {
    inputs: 1,
    gauge: 0,
    batch: () => batch,
    loss(on, parameters, { first, second, target, weight }) {
      const head = elementMean(on, parameters, first, second);
      const mean = on.mul(head, on.constant([scale / state.std], [1]));
      const residual = on.sub(mean, target);
      return on.sum(on.mul(on.mul(residual, residual), weight));
    },
    ...(heldOut.mobility.length === 0 ? {} : { heldOut: feeds(heldOut) }),
  };
  return { problem, inputs, scale };
}

function forceProblem(rows: readonly ForceRows[]) {
  const M = rows[0].density.length, P = rows.length;
  const state = forceScaling(rows);
  const density = meanAndStd(rows.flatMap((row) => [...row.density]));
  const inputs = (at: ArrayLike<number>) =>
    Float32Array.from(at, (rho) => (rho - density.mean) / density.std);
  const x = { data: inputs(rows.flatMap((row) => [...row.density])), shape: [P * M, 1] };
  const operators = (matrices: readonly Whitening[]) => {
    const all = new Float32Array(P * M * M);
    matrices.forEach((W, p) => all.set(whitenedFluxOperator(W, rows[p].mobility), p * M * M));
    return all;
  };
  const feeds = (matrices: Whitening[], normaliser: number) => ({
    x,
    fluxOperator: {
      data: operators(matrices),
      shape: [P, M, M],
    },
    flux: {
      data: Float32Array.from(matrices.flatMap((W, p) => [...whitened(W, rows[p].flux)])),
      shape: [P, M, 1],
    },
    weight: { data: Float32Array.of(1 / normaliser), shape: [1] },
  });
  const unit = meanAction(rows);
  const batch = feeds(rows.map((row) => row.whitening), P * M * unit);
  const kept = rows.reduce((sum, row) => sum + row.heldOutCount, 0);
  const problem: MemberProblem = {
    inputs: 1,
    gauge: 1,
    batch: () => batch,
    loss(on, parameters, { x, fluxOperator, flux, weight }) {
      const { derivative } = tangent(on, parameters, x, 1);
      const force = on.reshape(on.mul(derivative, on.constant([state.std], [1])), [P, M, 1]);
      const residual = on.sub(on.matMul(fluxOperator, force), flux);
      return on.mul(on.sum(on.mul(residual, residual)), weight);
    },
    ...(kept === 0 ? {} : { heldOut: feeds(rows.map((row) => row.heldOutWhitening), kept * unit) }),
  };
  const [{ idealEnergy, field }] = rows;
  const ideal = (rho: number) => idealEnergy === 0 ? 0 : idealEnergy * field.ideal.value(rho);
  return { problem, inputs, scale: state.std, ideal };
}
