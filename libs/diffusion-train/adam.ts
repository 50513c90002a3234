/** State of Adam (Kingma & Ba 2015) on a list of parameter arrays. */
export interface AdamState {
  step: number;
  readonly mean: Float32Array[];
  readonly square: Float32Array[];
}

const BETA1 = 0.9;
const BETA2 = 0.99;
const EPSILON = 1e-8;

/** Zero moments for the given parameters. */
export function adamInit(parameters: readonly Float32Array[]): AdamState {
  const zeros = () => parameters.map((p) => new Float32Array(p.length));
  return { step: 0, mean: zeros(), square: zeros() };
}

/** One update of `parameters`, in place. */
export function adamUpdate(
  state: AdamState,
  parameters: readonly Float32Array[],
  gradients: readonly Float32Array[],
  learningRate: number,
): void {
  state.step++;
  const rate = learningRate * Math.sqrt(1 - BETA2 ** state.step) / (1 - BETA1 ** state.step);
  parameters.forEach((p, k) => {
    const g = gradients[k], m = state.mean[k], v = state.square[k];
    for (let i = 0; i < p.length; i++) {
      m[i] += (1 - BETA1) * (g[i] - m[i]);
      v[i] += (1 - BETA2) * (g[i] * g[i] - v[i]);
      p[i] -= rate * m[i] / (Math.sqrt(v[i]) + EPSILON);
    }
  });
}

/**
 * Learning rate at a step: a short linear warm-up, then half a cosine down to zero, which removes
 * the noise of small batches from the final weights.
 */
export function learningRateAt(step: number, total: number, peak: number): number {
  const warmUp = Math.min(100, total / 10);
  // Of fewer than ten steps, or a number that ten does not divide, the warm-up is no whole number.
  if (step < warmUp) return peak * Math.min(1, (step + 1) / warmUp);
  return peak * 0.5 * (1 + Math.cos(Math.PI * (step - warmUp) / Math.max(1, total - warmUp)));
}
