import { rateAt } from "./rate.ts";
import type { FluidLaw } from "./types.ts";

/** Nodes to either side that a rate reads: fluxes over two neighbouring elements, each of four nodes. */
const REACH = 3;

/** Colours of the ring's nodes such that no row of the Jacobian reads two nodes of one colour. */
export function nodeColours(nodes: number): number[] {
  const colours: number[] = [];
  for (let i = 0; i < nodes; i++) {
    const taken = new Set<number>();
    for (let d = 1; d <= 2 * REACH; d++) {
      taken.add(colours[i - d]);
      if (i + d >= nodes) taken.add(colours[i + d - nodes]);
    }
    let colour = 0;
    while (taken.has(colour)) colour++;
    colours.push(colour);
  }
  return colours;
}

/**
 * `d rate / dz` at a state, `[3 nodes][3 nodes]`, by differences in groups of nodes far enough apart: for
 * Newton's method, whose answer does not depend on its accuracy.
 */
export function rateJacobian(law: FluidLaw, state: Float64Array): Float64Array[] {
  const n = state.length / 3, h = 1e-7;
  const colours = nodeColours(n);
  const rows = Array.from(state, () => new Float64Array(3 * n));
  const here = new Float64Array(3 * n), there = new Float64Array(3 * n);
  rateAt(law, state, here);
  for (let colour = 0; colour <= Math.max(...colours); colour++) {
    for (let field = 0; field < 3; field++) {
      const moved = state.slice();
      colours.forEach((c, i) => moved[field * n + i] += c === colour ? h : 0);
      rateAt(law, moved, there);
      colours.forEach((c, i) => {
        if (c !== colour) return;
        for (let d = -REACH; d <= REACH; d++) {
          const near = (i + d + n) % n;
          for (let k = near; k < 3 * n; k += n) rows[k][field * n + i] = (there[k] - here[k]) / h;
        }
      });
    }
  }
  return rows;
}
