/** Laws of functions that are given in a box of states, as networks are. */
import type { MixtureLaw } from "./mixture_types.ts";
import type { FluidLaw } from "./types.ts";

/** Fills a potential of two fields with its derivatives, `[v, v_x, v_y, v_xx, v_xy, v_yy]`. */
type PotentialJet = (first: number, second: number, out: Float64Array) => void;

/** Ranges of two fields, `[low, high]` each. */
export type StateBox = readonly [readonly [number, number], readonly [number, number]];

/** Of a box and as much more on all sides as `margin` shares of it. */
export const widened = (box: StateBox, margin: number): StateBox => {
  const [first, second] = box.map(([low, high]) => {
    const room = margin * (high - low);
    return [low - room, high + room] as const;
  });
  return [first, second];
};

/** The law of an entropy and a mobility, inside of a box of stretches and internal energies. */
export function fluidLaw(
  entropy: PotentialJet,
  mobility: FluidLaw["mobility"],
  [stretch, energy]: StateBox,
): FluidLaw {
  const jet = new Float64Array(6);
  const within = (v: number, [low, high]: readonly [number, number]) => v > low && v < high;
  return {
    entropy: {
      inside: (r, u) => within(r, stretch) && within(u, energy),
      value(r, u) {
        entropy(r, u, jet);
        return jet[0];
      },
      derivatives(r, u, out) {
        entropy(r, u, jet);
        for (let k = 0; k < 5; k++) out[k] = jet[k + 1];
      },
    },
    mobility: (r, u, out) => mobility(r, u, out),
  };
}

/** The law of a free energy and a mobility, inside of the simplex and of a box of densities. */
export function mixtureLaw(
  freeEnergy: PotentialJet,
  mobility: MixtureLaw["mobility"],
  [first, second]: StateBox,
): MixtureLaw {
  const jet = new Float64Array(6);
  return {
    inside: (a, b) =>
      a > Math.max(0, first[0]) && b > Math.max(0, second[0]) && a < first[1] && b < second[1] &&
      a + b < 1,
    freeEnergy(a, b) {
      freeEnergy(a, b, jet);
      return jet[0];
    },
    forces(a, b, out) {
      freeEnergy(a, b, jet);
      out[0] = jet[1];
      out[1] = jet[2];
    },
    mobility: (a, b, out) => mobility(a, b, out),
  };
}
