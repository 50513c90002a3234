/** Sites of a ring, a square or a cube, numbered with the first axis fastest, and who is next to whom. */
import { type Dimension, sitesPerElement } from "@spiediff/mesh";
import type { SiteKernel } from "./types.ts";

/**
 * Bond `axis * sites + x` joins `x` to its next site along that axis. The bonds of one row of sites inside of
 * one element are a segment: number `(axis * rows + row) * M + e`, rows being numbered by the other axes' sites,
 * the first of them fastest.
 */
export interface Geometry {
  readonly dimension: Dimension;
  /** `N`, to each axis. */
  readonly side: number;
  /** `N^d`. */
  readonly sites: number;
  /** `M`, to each axis. */
  readonly elements: number;
  /** `N^(d-1)`, rows of sites along an axis. */
  readonly rows: number;
  /** `[d * N^d]`, the site after, and the site before `x` along an axis. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** `[d * N^d]`, the segment of a bond. */
  readonly segmentOf: Int32Array;
  /** `[ways * N^d]`, the sites around `x`. */
  readonly around: Int32Array;
}

/**
 * @param elements `M`, divides `N`.
 * @throws {RangeError} if it does not, or the kernel meets itself.
 */
export function geometryOf(
  dimension: Dimension,
  side: number,
  elements: number,
  kernel: SiteKernel | null,
): Geometry {
  const perElement = sitesPerElement(side, elements);
  const sites = side ** dimension;
  const coordinate = (x: number, axis: number) => Math.floor(x / side ** axis) % side;
  const shifted = (way: readonly number[]) =>
    Int32Array.from({ length: sites }, (_, x) =>
      way.reduce((at, step, axis) => {
        const own = coordinate(x, axis);
        return at + ((own + step + side) % side - own) * side ** axis;
      }, x));
  const ways = kernel?.ways ?? [];
  const reach = ways.reduce((most, way) => Math.max(most, ...way.map(Math.abs)), 1);
  if (side < 2 * reach + 1) {
    throw new RangeError(
      `side must be at least ${2 * reach + 1} sites, so that no kernel meets itself, not ${side}.`,
    );
  }
  const axes = Array.from(
    { length: dimension },
    (_, axis) => Array.from({ length: dimension }, (_, k) => Number(k === axis)),
  );
  return {
    dimension,
    side,
    sites,
    elements,
    rows: sites / side,
    next: joined(axes.map(shifted), sites),
    previous: joined(axes.map((way) => shifted(way.map((step) => -step))), sites),
    segmentOf: joined(
      axes.map((_, axis) =>
        Int32Array.from({ length: sites }, (_, x) => {
          const stride = side ** axis;
          const row = x % stride + Math.floor(x / (stride * side)) * stride;
          const e = Math.floor(coordinate(x, axis) / perElement);
          return (axis * sites / side + row) * elements + e;
        })
      ),
      sites,
    ),
    around: joined(ways.map(shifted), sites),
  };
}

function joined(parts: readonly Int32Array[], length: number): Int32Array {
  const whole = new Int32Array(parts.length * length);
  parts.forEach((part, k) => whole.set(part, k * length));
  return whole;
}
