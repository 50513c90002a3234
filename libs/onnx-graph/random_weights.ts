import type { DenoiserWeights, Perceptron } from "./types.ts";

/**
 * A perceptron with random weights: the start of training, and a prior network.
 *
 * Weights are normal with variance `1/inputs` (LeCun), biases normal with standard deviation
 * `biasScale`.
 *
 * @param widths Layer widths from input to output, e.g. `[19, 64, 64, 1]`.
 * @param normal Source of standard normals.
 */
export function randomPerceptron(
  widths: readonly number[],
  activation: Perceptron["activation"],
  normal: () => number,
  biasScale = 0,
): Perceptron {
  const layers = widths.slice(1).map((outputs, l) => {
    const inputs = widths[l];
    const scale = 1 / Math.sqrt(inputs);
    return {
      inputs,
      outputs,
      weight: Float32Array.from({ length: inputs * outputs }, () => scale * normal()),
      bias: Float32Array.from({ length: outputs }, () => biasScale * normal()),
    };
  });
  return { activation, layers };
}

/**
 * A denoiser with random weights and the sinusoidal time embedding
 * `[sin(t w_k), cos(t w_k)]`, `w_k = 1000^(-k/(d/2))` (Ho et al. 2020, with a shorter period).
 *
 * @param conditionDim Number of conditions before the state.
 * @param hidden Hidden widths.
 */
export function randomDenoiser(
  conditionDim: number,
  hidden: readonly number[],
  steps: number,
  embeddingDim: number,
  normal: () => number,
): DenoiserWeights {
  const timeEmbedding = new Float32Array(steps * embeddingDim);
  const half = embeddingDim / 2;
  for (let t = 0; t < steps; t++) {
    for (let k = 0; k < half; k++) {
      const angle = t * Math.pow(1000, -k / half);
      timeEmbedding[t * embeddingDim + k] = Math.sin(angle);
      timeEmbedding[t * embeddingDim + half + k] = Math.cos(angle);
    }
  }
  const widths = [conditionDim + 1 + embeddingDim, ...hidden, 1];
  const perceptron = randomPerceptron(widths, "silu", normal);
  return { perceptron, timeEmbedding, steps, embeddingDim };
}
