import { Matrix } from "ml-matrix";

/**
 * A matrix on a ring of `size` whose entries `(i, j)` are zero where `j` is further than `reach` from `i`, either
 * way around; memory grows with the ring times its reach. A reach of half of the ring is any matrix.
 */
export class RingMatrix {
  readonly size: number;
  readonly reach: number;
  /** Entries that a row keeps: `i - reach .. i + reach`, or all. */
  readonly width: number;
  readonly #values: Float64Array;

  /** Of zeros. @param reach Larger ones than half of the ring count as that. */
  constructor(size: number, reach: number) {
    this.size = size;
    this.reach = Math.min(reach, Math.floor(size / 2));
    this.width = Math.min(size, 2 * this.reach + 1);
    this.#values = new Float64Array(size * this.width);
  }

  /** With `entry(i, j)` for every `j` within reach, `distance` around the ring from `i`, positive to the right. */
  static from(
    size: number,
    reach: number,
    entry: (i: number, j: number, distance: number) => number,
  ): RingMatrix {
    const matrix = new RingMatrix(size, reach);
    const { width, reach: kept } = matrix;
    for (let i = 0, at = 0; i < size; i++) {
      for (let k = 0; k < width; k++, at++) {
        matrix.#values[at] = entry(i, around(i - kept + k, size), k - kept);
      }
    }
    return matrix;
  }

  static diagonal(values: ArrayLike<number>): RingMatrix {
    return RingMatrix.from(values.length, 0, (i) => values[i]);
  }

  #at(i: number, j: number): number {
    const k = around(j - i + this.reach, this.size);
    return k < this.width ? i * this.width + k : -1;
  }

  get(i: number, j: number): number {
    const at = this.#at(i, j);
    return at < 0 ? 0 : this.#values[at];
  }

  /** Columns that row `i` keeps. */
  columns(i: number): number[] {
    return Array.from({ length: this.width }, (_, k) => around(i - this.reach + k, this.size));
  }

  transposed(): RingMatrix {
    return RingMatrix.from(this.size, this.reach, (i, j) => this.get(j, i));
  }

  /** `scale this + otherScale other`. */
  combined(scale: number, other: RingMatrix, otherScale: number): RingMatrix {
    return RingMatrix.from(
      this.size,
      Math.max(this.reach, other.reach),
      (i, j) => scale * this.get(i, j) + otherScale * other.get(i, j),
    );
  }

  /** With a constant on all entries, those beyond the reach too; the same matrix for 0. */
  plus(constant: number): RingMatrix {
    return constant === 0
      ? this
      : RingMatrix.from(this.size, this.size, (i, j) => this.get(i, j) + constant);
  }

  /** With more on the diagonal. */
  plusDiagonal(more: ArrayLike<number>): RingMatrix {
    return this.combined(1, RingMatrix.diagonal(more), 1);
  }

  scaled(by: number): RingMatrix {
    return RingMatrix.from(this.size, this.reach, (i, j) => by * this.get(i, j));
  }

  times(other: RingMatrix): RingMatrix {
    const { size, width, reach } = this;
    const out = new RingMatrix(size, reach + other.reach);
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < width; k++) {
        const own = this.#values[i * width + k];
        if (own === 0) continue;
        const middle = around(i - reach + k, size);
        for (let l = 0; l < other.width; l++) {
          const j = around(middle - other.reach + l, size);
          out.#values[out.#at(i, j)] += own * other.#values[middle * other.width + l];
        }
      }
    }
    return out;
  }

  /** The product with a column `[size]`. */
  timesColumn(column: ArrayLike<number>): Float64Array {
    const { size, width, reach } = this;
    return Float64Array.from({ length: size }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < width; k++) {
        sum += this.#values[i * width + k] * column[around(i - reach + k, size)];
      }
      return sum;
    });
  }

  toMatrix(): Matrix {
    const dense = Matrix.zeros(this.size, this.size);
    for (let i = 0; i < this.size; i++) {
      for (const j of this.columns(i)) dense.set(i, j, this.get(i, j));
    }
    return dense;
  }
}

/** Node `i` of a ring of `n`, counted either way around. */
export const around = (i: number, n: number) => ((i % n) + n) % n;
