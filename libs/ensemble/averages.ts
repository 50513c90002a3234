/** Streaming means of fields with errors from realizations or from words of them. */

/** Words from which errors are taken from means of words. */
const LEAST_WORDS = 16;

/** Sums over the realizations so far; all arrays are parts of `values`, for keeping. */
export interface Averages {
  count: number;
  /** Realizations in a word. */
  readonly width: number;
  readonly values: Float64Array;
  /** `[n]`, mean, and sum of squares about it (Welford). */
  readonly mean: Float64Array;
  readonly square: Float64Array;
  /** `[n]`, sum over the realizations of the word under way. */
  readonly word: Float64Array;
  /** `[n]`, over the words before: sum of squares of their sums, and of size times sum. */
  readonly wordSquare: Float64Array;
  readonly wordCross: Float64Array;
}

/** Nothing yet, or what was kept: the number of realizations and `values`. */
export function createAverages(
  size: number,
  width: number,
  kept?: { readonly index: number; readonly values: Float64Array },
): Averages {
  const values = kept?.values.slice() ?? new Float64Array(5 * size);
  const part = (i: number) => values.subarray(i * size, (i + 1) * size);
  return {
    count: kept?.index ?? 0,
    width,
    values,
    mean: part(0),
    square: part(1),
    word: part(2),
    wordSquare: part(3),
    wordCross: part(4),
  };
}

/** Adds one realization's `z`, as lumped densities `z M`. */
export function addFields(averages: Averages, fields: Float64Array, elements: number): void {
  const { width, mean, square, word, wordSquare, wordCross } = averages;
  const count = ++averages.count;
  const full = count % width === 0;
  for (let i = 0; i < mean.length; i++) {
    const rho = fields[i] * elements;
    const delta = rho - mean[i];
    mean[i] += delta / count;
    square[i] += delta * (rho - mean[i]);
    word[i] += rho;
    if (full) {
      wordSquare[i] += word[i] * word[i];
      wordCross[i] += width * word[i];
      word[i] = 0;
    }
  }
}

/** Whether errors come from means of words. */
const isOfWords = ({ count, width }: Averages): boolean =>
  width > 1 && Math.ceil(count / width) >= LEAST_WORDS;

/** Degrees of freedom of {@link standardErrors}: words or realizations, less one. */
export function degreesOfFreedom(averages: Averages): number {
  const { count, width } = averages;
  return (isOfWords(averages) ? Math.ceil(count / width) : count) - 1;
}

/** Standard errors `[n]` of the means. */
export function standardErrors(averages: Averages): Float64Array {
  const { count, width, mean, square, word, wordSquare, wordCross } = averages;
  const rest = count % width;
  const words = Math.ceil(count / width);
  if (!isOfWords(averages)) return square.map((s) => Math.sqrt(s / (count - 1) / count));
  // Sum over words of (sum - size * mean)^2; the last word may be smaller.
  const sizes = (words - (rest === 0 ? 0 : 1)) * width * width + rest * rest;
  return mean.map((m, i) => {
    const squares = wordSquare[i] + word[i] * word[i];
    const cross = wordCross[i] + rest * word[i];
    const about = Math.max(0, squares - 2 * m * cross + m * m * sizes);
    return Math.sqrt(about * words / (words - 1)) / count;
  });
}
