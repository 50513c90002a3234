import { correctionOf } from "./correction_graph.ts";
import { epinetParts } from "./epinet_parts.ts";
import { type GraphBuilder, graphBuilder } from "./graph_builder.ts";
import type { Value } from "./types.ts";

/** How one quantity of a member comes out of its networks (docs/theory.md section 6). */
export interface SampledQuantity {
  /** `density, state, timestep -> [output], features`. */
  readonly denoiser: Uint8Array;
  /** `features, index -> correction`, as `epinetGraph` writes it. */
  readonly epinet: Uint8Array;
  /** Name of the denoiser's output that the correction is added to. */
  readonly output: string;
  /** Column of the member's numbers that is the latent. */
  readonly latent: number;
  /** `index = numbers . random + polynomials(latent) . steered`: row-major `[width][indexDim]`, `[4][indexDim]`. */
  readonly random: Float32Array;
  readonly steered: Float32Array;
  /** `scale softplus(corrected)` where given, else the corrected value itself. */
  readonly softplusScale?: number;
  /** Added to the sampled value: `energy ln(density - low)` or `-energy / (density - low)`. */
  readonly ideal?: {
    readonly form: "logarithm" | "reciprocal";
    readonly energy: number;
    readonly low: number;
  };
  /** The denoiser's state is `(value - mean) / std`. */
  readonly state: { readonly mean: number; readonly std: number };
}

/** One reverse step without noise: `state <- stateCoefficient state + cleanCoefficient clean`. */
interface DeterministicStep {
  readonly timestep: number;
  readonly stateCoefficient: number;
  readonly cleanCoefficient: number;
}

/**
 * The whole law of a member as one graph: sampler, epinets, steering and heads.
 *
 * Inputs `density` `[B,1]` and `member` `[B,width]` float32; one output `[B,1]` for each quantity, by name.
 *
 * @param width Numbers of a member, all standard normal.
 * @throws {RangeError} if a network's inputs are others than those above.
 */
export function lawGraph(
  documentation: string,
  width: number,
  steps: readonly DeterministicStep[],
  quantities: Readonly<Record<string, SampledQuantity>>,
): Uint8Array {
  const g = graphBuilder("law", documentation);
  const density = g.input("density", "float32", ["B", 1]);
  const member = g.input("member", "float32", ["B", width]);
  for (const [name, quantity] of Object.entries(quantities)) {
    g.output(name, sampled(g, density, member, steps, quantity), ["B", 1]);
  }
  return g.finish();
}

function sampled(
  g: GraphBuilder,
  density: Value,
  member: Value,
  steps: readonly DeterministicStep[],
  quantity: SampledQuantity,
): Value {
  const { denoiser, output, softplusScale } = quantity;
  const scalar = (value: number) => g.constant([value], [1, 1]);
  const latent = g.columns(member, quantity.latent, quantity.latent + 1);
  const parts = epinetParts(quantity.epinet);
  const maps = { random: quantity.random, steered: quantity.steered };
  let correction: ((hidden: Value) => Value) | undefined;
  let state = latent;
  let value = "";
  steps.forEach(({ timestep, stateCoefficient, cleanCoefficient }, k) => {
    const out = g.inline(denoiser, { density, state, timestep: g.int32([timestep]) });
    const [hidden, condition] = g.joinedFrom(out.features);
    // The condition is the same in all steps.
    correction ??= correctionOf(g, parts, maps, condition, member, polynomials(g, latent));
    const corrected = g.op("Add", [out[output], correction(hidden)]);
    value = softplusScale === undefined
      ? corrected
      : g.op("Mul", [g.op("Softplus", [corrected]), scalar(softplusScale)]);
    if (k === steps.length - 1) return;
    const { mean, std } = quantity.state;
    // The affine map of the normalised value, its constants joined in double precision.
    const gain = cleanCoefficient / std;
    const clean = g.op("Add", [g.op("Mul", [value, scalar(gain)]), scalar(-mean * gain)]);
    state = g.op("Add", [g.op("Mul", [state, scalar(stateCoefficient)]), clean]);
  });
  return quantity.ideal === undefined
    ? value
    : g.op("Add", [value, idealPart(g, density, quantity.ideal)]);
}

function idealPart(
  g: GraphBuilder,
  density: Value,
  { form, energy, low }: NonNullable<SampledQuantity["ideal"]>,
): Value {
  const scalar = (value: number) => g.constant([value], [1, 1]);
  const above = g.op("Sub", [density, scalar(low)]);
  return form === "logarithm"
    ? g.op("Mul", [g.op("Log", [above]), scalar(energy)])
    : g.op("Div", [scalar(-energy), above]);
}

/** `1, z, (z^2 - 1) / sqrt(2), (z^3 - 3 z) / sqrt(6)`, `[B,4]`. */
function polynomials(g: GraphBuilder, z: Value): Value {
  const scalar = (value: number) => g.constant([value], [1, 1]);
  const square = g.op("Mul", [z, z]);
  const one = g.op("Add", [g.op("Sub", [z, z]), scalar(1)]);
  const second = g.op("Mul", [g.op("Sub", [square, scalar(1)]), scalar(Math.SQRT1_2)]);
  const third = g.op("Mul", [
    g.op("Mul", [z, g.op("Sub", [square, scalar(3)])]),
    scalar(1 / Math.sqrt(6)),
  ]);
  return g.op("Concat", [one, z, second, third], { axis: 1 });
}
