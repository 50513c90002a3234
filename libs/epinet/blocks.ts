/** Matrices made of the profiles' own. */
import { Matrix } from "ml-matrix";

/** Matrices of the same width, one below the other. */
export const stacked = (blocks: readonly Matrix[]): Matrix =>
  new Matrix(blocks.flatMap((block) => block.to2DArray()));

/** `total += scale block`, from a row and a column on. */
export function addBlock(
  total: Matrix,
  block: Matrix,
  scale: number,
  row: number,
  column: number,
): void {
  for (let i = 0; i < block.rows; i++) {
    for (let j = 0; j < block.columns; j++) {
      const sum = total.get(row + i, column + j) + scale * block.get(i, j);
      total.set(row + i, column + j, sum);
    }
  }
}
