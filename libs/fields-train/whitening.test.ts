import { expect, it } from "vitest";
import { randomStream } from "@spiediff/random";
import { Matrix } from "ml-matrix";
import { ringWhitener } from "./whitening.ts";

const places = 7, entries = 2;
/** Errors of each place, with its neighbour's: `(a_i + theta a_{i+1}) / sqrt(1 + theta^2)`, then mixed and scaled. */
const THETA = 0.6, MIX = [[2, 0], [1, 0.5]];
const scale = (i: number) => 1 + 0.2 * i;
const draw = ({ normal }: ReturnType<typeof randomStream>) => {
  const raw = Array.from({ length: places }, () => Array.from({ length: entries }, () => normal()));
  return Float64Array.from(raw.flatMap((row, i) => {
    const white = row.map((v, k) =>
      (v + THETA * raw[(i + 1) % places][k]) / Math.sqrt(1 + THETA ** 2)
    );
    return MIX.map(([a, b]) => scale(i) * (a * white[0] + b * white[1]));
  }));
};
const own = new Matrix(MIX).mmul(new Matrix(MIX).transpose());
const covariances = Array.from({ length: places }, (_, i) => Matrix.mul(own, scale(i) ** 2));
const neighbours = [Matrix.eye(entries).mul(THETA / (1 + THETA ** 2))];

/** Covariance of whitened draws. */
function covarianceOf(whiten: ReturnType<typeof ringWhitener>): Matrix {
  const R = 20_000, size = places * entries, sum = Matrix.zeros(size, size);
  const stream = randomStream(5, "whitening"), out = new Float64Array(size);
  for (let n = 0; n < R; n++) {
    whiten.vector(draw(stream), out, 0);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) sum.set(a, b, sum.get(a, b) + out[a] * out[b] / R);
    }
  }
  return sum;
}

/** Six standard errors of a sample covariance: 1e-9 for each of 196. */
const TOLERANCE = 6 * Math.sqrt(2 / 20_000);

it("makes errors that go with their neighbours' independent", () => {
  const found = covarianceOf(ringWhitener(covariances, neighbours, (i) => `place ${i}`));
  found.sub(Matrix.eye(places * entries)).to1DArray().forEach((v) =>
    expect(Math.abs(v)).toBeLessThan(TOLERANCE)
  );
});

it("leaves them as they go together where nothing is said of neighbours", () => {
  const found = covarianceOf(ringWhitener(covariances, [], (i) => `place ${i}`));
  expect(Math.abs(found.get(0, 0) - 1)).toBeLessThan(TOLERANCE);
  expect(Math.abs(found.get(0, entries) - THETA / (1 + THETA ** 2))).toBeLessThan(TOLERANCE);
});

it("does to all columns what it does to one", () => {
  const size = places * entries, width = 3, stream = randomStream(6, "columns");
  const rows = Float64Array.from({ length: size * width }, () => stream.normal());
  for (const own of [neighbours, []]) {
    const whiten = ringWhitener(covariances, own, (i) => `place ${i}`);
    const out = new Float64Array((size + 1) * width), one = new Float64Array(size);
    whiten.columns(rows, width, out, 1);
    for (let k = 0; k < width; k++) {
      whiten.vector(rows.filter((_, at) => at % width === k), one, 0);
      one.forEach((v, i) => expect(out[(i + 1) * width + k]).toBeCloseTo(v, 12));
    }
  }
});

it("names what has no covariance", () => {
  const flat = covariances.with(3, Matrix.zeros(entries, entries));
  expect(() => ringWhitener(flat, neighbours, (i) => `place ${i}`)).toThrow(
    "The errors of place 3 have no regular covariance.",
  );
});
