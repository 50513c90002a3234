import { LATENT_TERMS, latentPolynomials } from "@spiediff/diffusion";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import { Matrix, solve } from "ml-matrix";
import { addBlock } from "./blocks.ts";
import { type ReadoutBlock, scaleColumns } from "./distillation.ts";

/** A piece of the data as the member of one latent sees it. */
export interface LatentBlock extends ReadoutBlock {
  readonly latent: number;
}

/**
 * Finds the readouts of the last indices, one for each of `latentPolynomials`, in place.
 *
 * They move the base network of every latent to the posterior mean: members then differ by what the data
 * leave open, and not by their latents, nor by what training happened to make of the data's noise. It is
 * the distillation of distillation.ts, with what the base network leaves of the data as the answer.
 *
 * @param scales `[K]` prior standard deviation of each readout.
 * @param visits Times that each datum occurs in the blocks.
 */
export function steer(
  weights: EpinetWeights,
  scales: readonly number[],
  blocks: readonly LatentBlock[],
  visits: number,
): void {
  const { indexDim, learnable } = weights;
  const K = scales.length;
  const normal = Matrix.zeros(LATENT_TERMS * K, LATENT_TERMS * K);
  const right = Matrix.zeros(LATENT_TERMS * K, 1);
  for (const { latent, inputs, response, residual } of blocks) {
    const design = scaleColumns(response(new Matrix(inputs)), scales);
    const transposed = design.transpose();
    const square = transposed.mmul(design);
    const towards = transposed.mmul(Matrix.columnVector([...residual]));
    const terms = latentPolynomials(latent);
    terms.forEach((value, t) => {
      terms.forEach((other, u) => addBlock(normal, square, value * other, t * K, u * K));
      addBlock(right, towards, value, t * K, 0);
    });
  }
  normal.div(visits).add(Matrix.eye(LATENT_TERMS * K));
  const solution = solve(normal, right.div(visits));
  const first = indexDim - LATENT_TERMS;
  for (let t = 0; t < LATENT_TERMS; t++) {
    for (let k = 0; k < K; k++) {
      learnable[k * indexDim + first + t] = scales[k] * solution.get(t * K + k, 0);
    }
  }
}

/** The correction of the steered indices at what a member of one latent sees, `[rows]`. */
export function steeredCorrection(
  { indexDim, learnable }: EpinetWeights,
  latent: number,
  inputs: readonly (readonly number[])[],
): Float64Array {
  const first = indexDim - LATENT_TERMS;
  const terms = latentPolynomials(latent);
  const readout = inputs[0].map((_, k) =>
    terms.reduce((sum, value, t) => sum + value * learnable[k * indexDim + first + t], 0)
  );
  return Float64Array.from(inputs, (row) => row.reduce((sum, v, k) => sum + v * readout[k], 0));
}
