/** Particles for tests of ensembles that are no process of this repository: Gaussian currents. */
import type { RandomStream } from "@spiediff/random";
import { bandIndex } from "@spiediff/numerics";
import type { RealizationSource } from "./mod.ts";
import { createRecord } from "./mod.ts";

/** Currents of variance `spread^2 h`, and compensators that are `drift h`. */
export interface Walkers {
  readonly elements: number;
  readonly spread: number;
  readonly drift: number;
  /** Realizations of a word, which are drawn one after another from its stream. */
  readonly width: number;
}

export function walkersSource({ elements, spread, drift, width }: Walkers): RealizationSource {
  const start = (z: Float64Array, { normal }: RandomStream) => {
    for (let e = 0; e < elements; e++) z[e] = (1 + 0.1 * normal()) / elements;
  };
  return {
    windows({ horizons, controlVariates }) {
      const record = createRecord(elements, horizons.length);
      return (stream, used, use) => {
        for (let k = 0; k < width; k++) {
          start(record.start, stream);
          horizons.forEach((h, w) => {
            const { current, compensator, smoothCompensator, bracket } = record.windows[w];
            const before = record.windows[w - 1]?.current, step = h - (horizons[w - 1] ?? 0);
            for (let e = 0; e < elements; e++) {
              current[e] = (before?.[e] ?? 0) + drift * step +
                spread * Math.sqrt(step) * stream.normal();
              if (!controlVariates) continue;
              compensator[e] = smoothCompensator[e] = drift * h;
              bracket[bandIndex(elements, e, e)] = spread ** 2 * h;
            }
          });
          if (k < used) use(record);
        }
      };
    },
    trajectories: (times) => (stream, used) => {
      const fields = new Float64Array(width * times.length * elements);
      for (let at = 0; at < fields.length; at += elements) {
        start(fields.subarray(at, at + elements), stream);
      }
      return fields.slice(0, used * times.length * elements);
    },
  };
}
