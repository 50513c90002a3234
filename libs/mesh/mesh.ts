import type { Dimension } from "./lines.ts";

/** Pairs of nodes that the operator of a mesh couples. */
export interface PairList {
  readonly count: number;
  /** The two nodes of each pair, `[count]`. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** `Delta^(d-2) w_ij`: the operator's entry is `K_ij = -weight * mobility`, `[count]`. */
  readonly weight: Float64Array;
  /** Way from the first node to the second along each axis, `[dimension][count]`; the torus has side 1. */
  readonly displacement: readonly Float64Array[];
}

/** An open interval in which the values of a field lie. */
export interface Domain {
  readonly low: number;
  readonly high: number;
}

/**
 * Hat functions on a torus of side 1, in one, two or three dimensions: all that a solver needs to know of
 * where nodes are. Its state are the averages `z_i / Delta^d` over the hats, conserved by exchange over pairs.
 *
 * Each function works on one field of one system, `[nodes]` values of an array from an offset on and
 * `[pairs.count]` of another, so that it is called per field, never per node.
 */
export interface Mesh {
  readonly dimension: Dimension;
  readonly nodes: number;
  /** `Delta`, the distance of neighbours along an axis. */
  readonly spacing: number;
  /** `Delta^d`: `z_i` is this times the average. */
  readonly nodeVolume: number;
  readonly pairs: PairList;
  /** Largest factor by which point values exceed the averages of a wave: what a stability limit needs. */
  readonly largestAmplification: number;
  /** Point values at the nodes from averages; both lie inside the domain. */
  pointValues(averages: Float64Array, offset: number, domain: Domain, out: Float64Array): void;
  /** `v[second] - v[first]` of every pair. */
  gradient(v: Float64Array, offset: number, out: Float64Array, pairOffset: number): void;
  /**
   * What fluxes from the first to the second node of every pair bring each node, over its volume: the
   * gradient's transpose, hence nothing is lost but by rounding.
   */
  inflow(flux: Float64Array, pairOffset: number, out: Float64Array, offset: number): void;
  /** A solver with memory of its own. */
  implicitSolver(): ImplicitSolver;
  /** The mesh of half the spacing. */
  refined(): Mesh;
  /** Averages on {@link refined} whose averages on this mesh are those given. */
  refine(averages: Float64Array): Float64Array;
  /** Averages on this mesh from those on {@link refined}, exactly. */
  coarsen(fine: Float64Array): Float64Array;
}

/** Solves the linear systems of implicit steps. */
export interface ImplicitSolver {
  /**
   * Solves `(1 - scale A) q = rhs` in place, `A = -(1/Delta^d) K diag(curvature) R`: the operator of the
   * mobilities with R near to what turns averages into point values, or 1 where averages stand for them.
   * Sums over nodes are kept. Negative curvatures count as 0.
   *
   * @param rhs Of one system, at `offset`, as `curvature` is.
   */
  solve(
    mobility: Float64Array,
    pairOffset: number,
    curvature: Float64Array,
    offset: number,
    scale: number,
    lumped: boolean,
    rhs: Float64Array,
  ): void;
}
