import { slope, spread } from "./dissipation.ts";
import type { MixtureLaw } from "./mixture_types.ts";

/**
 * The law's time derivative `-D^T M D f'` of a state `[2, nodes]`, D the staggered difference of fourth order: sums
 * stay, and F falls, whatever M and f.
 */
export function mixtureRate(law: MixtureLaw, state: Float64Array, out: Float64Array): void {
  const n = state.length / 2, forces = new Float64Array(2 * n);
  const pair = new Float64Array(2), m = new Float64Array(3);
  for (let i = 0; i < n; i++) {
    law.forces(state[i], state[n + i], pair);
    forces[i] = pair[0];
    forces[n + i] = pair[1];
  }
  out.fill(0);
  for (let i = 0; i < n; i++) {
    const h = i === 0 ? n - 1 : i - 1, j = i + 1 === n ? 0 : i + 1, k = j + 1 === n ? 0 : j + 1;
    law.mobility(
      (9 * (state[i] + state[j]) - state[h] - state[k]) / 16,
      (9 * (state[n + i] + state[n + j]) - state[n + h] - state[n + k]) / 16,
      m,
    );
    const first = slope(n, forces[h], forces[i], forces[j], forces[k]);
    const second = slope(n, forces[n + h], forces[n + i], forces[n + j], forces[n + k]);
    spread(n, -(m[0] * first + m[1] * second), out, h, i, j, k);
    spread(n, -(m[1] * first + m[2] * second), out, n + h, n + i, n + j, n + k);
  }
}

/** Whether all nodes, and the middles of all elements, lie in the law's domain. */
export function isMixtureInside(law: MixtureLaw, state: Float64Array): boolean {
  const n = state.length / 2;
  for (let i = 0; i < n; i++) {
    const j = i + 1 === n ? 0 : i + 1;
    const [a, b] = [state[i], state[n + i]];
    if (!law.inside(a, b)) return false;
    if (!law.inside((a + state[j]) / 2, (b + state[n + j]) / 2)) return false;
  }
  return true;
}
