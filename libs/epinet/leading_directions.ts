import type { Field } from "@spiediff/law";
import type { EpinetWeights } from "@spiediff/onnx-graph";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { readoutOf } from "./distillation.ts";
import { lengthOf } from "./epinet.ts";

/**
 * Random directions of a distillation before the leading ones are kept: the spread of any one
 * combination of data is then right to sqrt(1 / (2 * 256)) = 4 %; with 16 it would be 18 %.
 */
export const RANDOM_DIRECTIONS = 256;

/** Densities at which corrections matter: anywhere in the domain. */
export function everywhere(domain: Pick<Field, "low" | "high">): number[] {
  const length = lengthOf(domain);
  return Array.from({ length: 97 }, (_, k) => domain.low + length * (0.02 + 0.01 * k));
}

/** Rows less their mean, for a quantity whose constant means nothing. */
export function withoutConstant(inputs: readonly (readonly number[])[]): number[][] {
  const mean = inputs[0].map((_, k) =>
    inputs.reduce((sum, row) => sum + row[k], 0) / inputs.length
  );
  return inputs.map((row) => row.map((v, k) => v - mean[k]));
}

/**
 * Turns the random part of an index and keeps what matters of it, in place of many directions.
 *
 * A standard normal index may be rotated without any change of the law of the corrections. Rotated onto
 * the principal directions of the corrections at `inputs`, each in units of its own spread there, the
 * first few carry nearly all; the rest is left out.
 *
 * @param random Number of random indices; the steered ones after them stay as they are.
 * @param inputs `[rows][K]` what the readouts see where the correction is wanted.
 * @param keep Number of directions to keep.
 */
export function keepLeadingDirections(
  weights: EpinetWeights,
  random: number,
  inputs: readonly (readonly number[])[],
  keep: number,
): EpinetWeights {
  if (keep >= random) return weights;
  const { indexDim, prior, learnable } = weights;
  const K = prior.length / indexDim;
  const readout = readoutOf(weights).subMatrix(0, K - 1, 0, random - 1);
  const corrections = new Matrix(inputs.map((row) => [...row])).mmul(readout);
  for (let r = 0; r < corrections.rows; r++) {
    corrections.mulRow(r, 1 / Math.max(corrections.getRowVector(r).norm(), Number.MIN_VALUE));
  }
  // Orthonormal also where the corrections have fewer directions than are to be kept.
  const { rightSingularVectors } = new SingularValueDecomposition(corrections, {
    autoTranspose: true,
  });
  const kept = Math.min(keep, rightSingularVectors.columns), width = kept + indexDim - random;
  const rotation = rightSingularVectors.subMatrix(0, random - 1, 0, kept - 1);
  const turned = (part: Float32Array) => {
    const all = Matrix.from1DArray(K, indexDim, [...part]);
    const head = all.subMatrix(0, K - 1, 0, random - 1).mmul(rotation);
    const out = new Float32Array(K * width);
    for (let k = 0; k < K; k++) {
      for (let d = 0; d < kept; d++) out[k * width + d] = head.get(k, d);
      for (let d = random; d < indexDim; d++) out[k * width + kept + d - random] = all.get(k, d);
    }
    return out;
  };
  return { ...weights, indexDim: width, prior: turned(prior), learnable: turned(learnable) };
}
