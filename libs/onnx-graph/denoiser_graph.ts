import { type GraphBuilder, graphBuilder } from "./graph_builder.ts";
import type { Value } from "./types.ts";
import { type DenoiserValues, denoiserValues } from "./perceptron_graph.ts";
import type { DenoiserWeights, FieldCondition } from "./types.ts";

/**
 * The mobility's denoiser, before its head, at a single density: that of an element is the mean of its values
 * over the element.
 *
 * Inputs `density`, `state` `[B,1]` float32, `timestep` `[n]` int32 (n = 1 or B); outputs `raw` `[B,1]` and
 * `features` `[B, H+1]` (last hidden layer, then the condition).
 */
export function mobilityDenoiserGraph(
  weights: DenoiserWeights,
  condition: FieldCondition,
): Uint8Array {
  const g = graphBuilder(
    "mobility-denoiser",
    "Clean mobility = scale * softplus(raw + epinet correction)",
  );
  const { values, normalised } = densityDenoiser(g, weights, condition, false);
  g.output("raw", values.output, ["B", 1]);
  features(g, values, [normalised], weights);
  return g.finish();
}

function features(
  g: GraphBuilder,
  values: DenoiserValues,
  conditions: Value[],
  weights: DenoiserWeights,
): void {
  const width = weights.perceptron.layers.at(-1)!.inputs + conditions.length;
  const joined = g.op("Concat", [values.hidden, ...conditions], { axis: 1 });
  g.output("features", joined, ["B", width]);
}

/**
 * The scalar free-energy network f, in energy units and in the network's own gauge.
 *
 * Inputs `density`, `state` `[B,1]`, `timestep` `[n]`; output `free_energy` `[B,1]`.
 */
export function freeEnergyGraph(
  weights: DenoiserWeights,
  condition: FieldCondition,
  energyScale: number,
): Uint8Array {
  const g = graphBuilder(
    "free-energy-denoiser",
    "Free-energy density f at a noisy f' and timestep",
  );
  const { values } = densityDenoiser(g, weights, condition, false);
  const scale = g.constant([energyScale], [1, 1]);
  g.output("free_energy", g.op("Mul", [values.output, scale]), ["B", 1]);
  return g.finish();
}

/**
 * f' as an explicit graph of its own: the derivative of `freeEnergyGraph` in `density`.
 *
 * Same inputs; outputs `driving_force` `[B,1]` and `features` `[B, H+1]`.
 */
export function drivingForceGraph(
  weights: DenoiserWeights,
  condition: FieldCondition,
  energyScale: number,
): Uint8Array {
  const g = graphBuilder("driving-force-denoiser", "f' = d free_energy / d density");
  const { values, normalised } = densityDenoiser(g, weights, condition, true);
  const scale = g.constant([energyScale * condition.scale], [1, 1]);
  g.output("driving_force", g.op("Mul", [values.derivative!, scale]), ["B", 1]);
  features(g, values, [normalised], weights);
  return g.finish();
}

function densityDenoiser(
  g: GraphBuilder,
  weights: DenoiserWeights,
  condition: FieldCondition,
  withDerivative: boolean,
): { values: DenoiserValues; normalised: Value } {
  const density = g.input("density", "float32", ["B", 1]);
  const state = g.input("state", "float32", ["B", 1]);
  const timestep = g.input("timestep", "int32", ["n"]);
  const normalised = g.op("Mul", [
    g.op("Sub", [density, g.constant([condition.offset], [1, 1])]),
    g.constant([condition.scale], [1, 1]),
  ]);
  const values = denoiserValues(g, [normalised], state, timestep, weights, withDerivative);
  return { values, normalised };
}
