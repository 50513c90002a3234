/** Exact kinetic Monte Carlo on a torus: in law the continuous-time Markov chain of a process. */
import type { RandomStream } from "@spiediff/random";
import { indexAt } from "../process/sum_tree.ts";
import { hopOver, type Hops } from "./hops.ts";

/** Runs until the hop time `until`. */
export function runUntil(hops: Hops, until: number, stream: RandomStream): void {
  if (hops.tree === null) attemptUntil(hops, until, stream);
  else drawFromTree(hops, until, stream);
  hops.time = until;
}

/**
 * Uniform bonds at the times of a Poisson process, taken at the share that their rates have of the limit. One
 * draw says both, its whole part the bond and the rest the acceptance.
 */
function attemptUntil(hops: Hops, until: number, { uniform }: RandomStream): void {
  const { forth, back, limit } = hops;
  const bonds = forth.length, meanWait = 1 / (bonds * limit);
  for (;;) {
    hops.time -= Math.log(1 - uniform()) * meanWait;
    if (hops.time > until) return;
    const draw = uniform() * bonds, bond = draw | 0;
    const target = (draw - bond) * limit, onward = forth[bond];
    if (target < onward + back[bond]) hopOver(hops, bond, target < onward);
  }
}

/** Gillespie's direct method: exponential waits, the bond by its share of all rates. */
function drawFromTree(hops: Hops, until: number, { uniform }: RandomStream): void {
  const { forth, back } = hops, tree = hops.tree!;
  for (;;) {
    // No rate at all, no event ever: the wait is infinite.
    hops.time -= Math.log(1 - uniform()) / tree.node[1];
    if (!(hops.time <= until)) return;
    const bond = indexAt(tree, uniform() * tree.node[1]);
    hopOver(hops, bond, uniform() * (forth[bond] + back[bond]) < forth[bond]);
  }
}
