/** Exact kinetic Monte Carlo of a process: in law its continuous-time Markov chain. */
import type { RandomStream } from "@spiediff/random";
import { chunks } from "../chunks.ts";
import { type Bonds, rateOver, transferOver } from "./bonds.ts";
import { indexAt } from "./sum_tree.ts";

/** Runs until the hop time `until`. */
export function runUntil(bonds: Bonds, until: number, stream: RandomStream): void {
  const { bound } = bonds.process;
  if (bound === null) drawFromTree(bonds, until, stream);
  else if (bonds.recording) attemptWithClock(bonds, bound, until, stream);
  else {
    // Without integrals nobody asks when: the number of attempts says all.
    const attempts = stream.poisson(2 * bonds.sites * bound * (until - bonds.time));
    for (const part of chunks(attempts)) attempt(bonds, bound, part, stream);
  }
  bonds.time = until;
}

/** Uniform directed bonds, each accepted at its rate over the bound. */
function attempt(bonds: Bonds, bound: number, attempts: number, { uniform }: RandomStream): void {
  const channels = 2 * bonds.sites;
  for (let k = 0; k < attempts; k++) {
    const channel = Math.floor(uniform() * channels);
    const x = channel >> 1, toRight = (channel & 1) === 0;
    if (uniform() * bound < rateOver(bonds, x, toRight)) transferOver(bonds, x, toRight, uniform());
  }
}

/** The same at the times of a Poisson process, with the rates that are kept. */
function attemptWithClock(bonds: Bonds, bound: number, until: number, stream: RandomStream): void {
  const { right, left, sites } = bonds;
  const { uniform } = stream;
  const channels = 2 * sites, meanWait = 1 / (channels * bound);
  for (;;) {
    bonds.time -= Math.log(1 - uniform()) * meanWait;
    if (bonds.time > until) return;
    const channel = Math.floor(uniform() * channels);
    const x = channel >> 1, toRight = (channel & 1) === 0;
    const rate = toRight ? right[x] : left[x];
    if (uniform() * bound < rate) transferOver(bonds, x, toRight, uniform());
  }
}

/** Gillespie's direct method: exponential waits, the bond by its share of all rates. */
function drawFromTree(bonds: Bonds, until: number, { uniform }: RandomStream): void {
  const { right, left } = bonds;
  const tree = bonds.tree!;
  const { node } = tree;
  for (;;) {
    // No rate at all, no event ever: the wait is infinite.
    bonds.time -= Math.log(1 - uniform()) / node[1];
    if (!(bonds.time <= until)) return;
    const x = indexAt(tree, uniform() * node[1]);
    const toRight = uniform() * (right[x] + left[x]) < right[x];
    transferOver(bonds, x, toRight, uniform());
  }
}
