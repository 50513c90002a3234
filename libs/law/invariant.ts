import type { Mesh } from "@spiediff/mesh";
import type { Field } from "./field.ts";

/** A functional of a state that a law keeps, or lets go one way only; or one that is only watched. */
export interface Invariant {
  readonly name: string;
  /** `"change"` where the law says nothing: F of particles that a field works on may do either. */
  readonly may: "stay" | "fall" | "rise" | "change";
  /** Absolute error of `value` that is not the integrator's fault; 0 where it has none. */
  readonly accuracy: number;
  /** Fills `out` `[members]` for a state of averages, `[members][fields][nodes]`. */
  value(state: Float64Array, out: Float64Array): void | Promise<void>;
}

/** The mean of one field, which is its mass on a torus of volume 1: exchange over pairs keeps it. */
export function massOf(
  { mesh, fields }: { readonly mesh: Mesh; readonly fields: readonly Field[] },
  field = 0,
  name = "mass",
): Invariant {
  const { nodes } = mesh;
  const stride = fields.length * nodes;
  return {
    name,
    may: "stay",
    accuracy: 0,
    value(state, out) {
      for (let m = 0, from = field * nodes; m < out.length; m++, from += stride) {
        let sum = 0;
        for (let i = from; i < from + nodes; i++) sum += state[i];
        out[m] = sum / nodes;
      }
    },
  };
}

/** `F`, which thermodynamics lets fall. @param value Fills `[members]`. */
export const freeEnergyOf = (value: Invariant["value"], accuracy = 0): Invariant => ({
  name: "free energy",
  may: "fall",
  accuracy,
  value,
});

/** `F` with the gradient energy `kappa/2 |grad rho|^2` of the averages, summed over the mesh's pairs. */
export const withGradientEnergy = (
  local: Invariant,
  { nodes, pairs }: Mesh,
  kappa: number,
): Invariant => ({
  name: local.name,
  may: local.may,
  get accuracy() {
    return local.accuracy;
  },
  value(state, out) {
    const add = () => {
      for (let m = 0; m < out.length; m++) {
        let sum = 0;
        for (let p = 0; p < pairs.count; p++) {
          const step = state[m * nodes + pairs.second[p]] - state[m * nodes + pairs.first[p]];
          sum += pairs.weight[p] * step * step;
        }
        out[m] += 0.5 * kappa * sum;
      }
    };
    const pending = local.value(state, out);
    return pending === undefined ? add() : pending.then(add);
  },
});

/** The same functional where nothing says which way it goes: under a field that works on the particles. */
export const watchedOnly = (invariant: Invariant): Invariant => ({
  name: invariant.name,
  may: "change",
  get accuracy() {
    return invariant.accuracy;
  },
  value: (state, out) => invariant.value(state, out),
});
