import type { LocalTension } from "./poisson.ts";
import { DERIVATIVES, type Entropy } from "./types.ts";

/** `tau = -s_r / s_u` at `u = e - p^2/2`: the tension that makes a Poisson operator. */
export function tensionOf(entropy: Entropy): LocalTension {
  const d = new Float64Array(DERIVATIVES);
  return {
    value(stretch, momentum, energy) {
      entropy.derivatives(stretch, energy - momentum * momentum / 2, d);
      return -d[0] / d[1];
    },
    gradient(stretch, momentum, energy, out) {
      entropy.derivatives(stretch, energy - momentum * momentum / 2, d);
      const [sr, su, srr, sru, suu] = d;
      const inU = (sr * suu - sru * su) / (su * su);
      out[0] = (sr * sru - srr * su) / (su * su);
      out[1] = -momentum * inU;
      out[2] = inU;
    },
  };
}
