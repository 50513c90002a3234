/** Matrices made of the profiles' own. */
import { Matrix } from "ml-matrix";

/** Matrices of the same width, one below the other. */
export function stacked(blocks: readonly Matrix[]): Matrix {
  const all = new Matrix(blocks.reduce((sum, { rows }) => sum + rows, 0), blocks[0].columns);
  let row = 0;
  for (const block of blocks) {
    all.setSubMatrix(block, row, 0);
    row += block.rows;
  }
  return all;
}

/** Matrices of the same height, side by side. */
export function beside(...blocks: readonly Matrix[]): Matrix {
  const all = new Matrix(blocks[0].rows, blocks.reduce((sum, { columns }) => sum + columns, 0));
  let column = 0;
  for (const block of blocks) {
    if (block.columns > 0) all.setSubMatrix(block, 0, column);
    column += block.columns;
  }
  return all;
}

/** The matrices that {@link stacked} has put together, by their numbers of rows. */
export function cut(all: Matrix, rows: readonly number[]): Matrix[] {
  let from = 0;
  return rows.map((count) => all.subMatrix(from, (from += count) - 1, 0, all.columns - 1));
}

/** The product of a matrix that has these square blocks on its diagonal, and nothing else. */
export function diagonalTimes(blocks: readonly Matrix[], x: Matrix): Matrix {
  return stacked(cut(x, blocks.map(({ rows }) => rows)).map((part, p) => blocks[p].mmul(part)));
}

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
