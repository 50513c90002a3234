import type { OwnProcess } from "./types.ts";

/** Generalised exclusion: at most two particles a site, which move at rate n_x (2 - n_y). */
export default {
  name: "two a site",
  field: { name: "density", unit: "particles per site", low: 0, high: 2 },
  bound: 4,
  diffusivity: 2,
  rate: (from, to) => from * (2 - to),
  // Local equilibrium: independent binomial sites.
  sample(density, uniform) {
    const half = () => uniform() < density / 2 ? 1 : 0;
    return half() + half();
  },
} satisfies OwnProcess;
