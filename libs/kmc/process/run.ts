/** Exact kinetic Monte Carlo of a process: in law its continuous-time Markov chain. */
import type { RandomStream } from "@spiediff/random";
import { chunks } from "../chunks.ts";
import { type Bonds, rateOver, transferOver } from "./bonds.ts";
import { indexAt } from "./sum_tree.ts";

/** Runs until the hop time `until`. */
export function runUntil(bonds: Bonds, until: number, stream: RandomStream): void {
  const { bound } = bonds;
  if (bound === null) drawFromTree(bonds, until, stream);
  else if (bonds.recording) attemptWithClock(bonds, bound, until, stream);
  else {
    // Without integrals nobody asks when: the number of attempts says all.
    const attempts = stream.poisson(2 * bonds.sites * bound * (until - bonds.time));
    for (const part of chunks(attempts)) attempt(bonds, bound, part, stream);
  }
  bonds.time = until;
}

/**
 * Uniform directed bonds, each accepted at its rate over the bound. One draw says both, its whole part the
 * bond and the rest the acceptance, which keeps a resolution of `2^-53` times the number of directed bonds.
 */
function attempt(bonds: Bonds, bound: number, attempts: number, { uniform }: RandomStream): void {
  const channels = 2 * bonds.sites, random = bonds.process.transfer !== undefined;
  for (let k = 0; k < attempts; k++) {
    const draw = uniform() * channels, channel = draw | 0;
    const x = channel >> 1, toRight = (channel & 1) === 0;
    if ((draw - channel) * bound < rateOver(bonds, x, toRight)) {
      transferOver(bonds, x, toRight, random ? uniform() : 0);
    }
  }
}

/** The same at the times of a Poisson process, with the rates that are kept. */
function attemptWithClock(bonds: Bonds, bound: number, until: number, stream: RandomStream): void {
  const { right, left, sites } = bonds;
  const { uniform } = stream;
  const channels = 2 * sites, meanWait = 1 / (channels * bound);
  const random = bonds.process.transfer !== undefined;
  for (;;) {
    bonds.time -= Math.log(1 - uniform()) * meanWait;
    if (bonds.time > until) return;
    const draw = uniform() * channels, channel = draw | 0;
    const x = channel >> 1, toRight = (channel & 1) === 0;
    const rate = toRight ? right[x] : left[x];
    if ((draw - channel) * bound < rate) {
      transferOver(bonds, x, toRight, random ? uniform() : 0);
    }
  }
}

/** Gillespie's direct method: exponential waits, the bond by its share of all rates. */
function drawFromTree(bonds: Bonds, until: number, { uniform }: RandomStream): void {
  const { right, left } = bonds;
  const tree = bonds.tree!;
  const { node } = tree, random = bonds.process.transfer !== undefined;
  for (;;) {
    // No rate at all, no event ever: the wait is infinite.
    bonds.time -= Math.log(1 - uniform()) / node[1];
    if (!(bonds.time <= until)) return;
    const x = indexAt(tree, uniform() * node[1]);
    const toRight = uniform() * (right[x] + left[x]) < right[x];
    transferOver(bonds, x, toRight, random ? uniform() : 0);
  }
}
