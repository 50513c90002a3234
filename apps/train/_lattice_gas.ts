/** Snapshots of a small exclusion process, for tests of what an import makes of few values. */
import { projectOccupation } from "@spiediff/mesh";
import type { RandomStream } from "@spiediff/random";
import type { Fields } from "./snapshot_fields.ts";

/** A ring of independent trials: each bond exchanges its two sites at unit rate. */
export interface LatticeGas {
  readonly sites: number;
  readonly elements: number;
  readonly density: number;
  /** In units of the density; the wave has one period. */
  readonly amplitude: number;
  /** Whether all realizations start from one configuration. */
  readonly oneStart: boolean;
  /** In units of a bond's mean waiting time. */
  readonly times: readonly number[];
  readonly realizations: number;
}

/** `[1 + times][realizations]` of z `[elements]`. */
export function latticeGasFields(gas: LatticeGas, stream: RandomStream): Fields {
  const { sites, elements, density, amplitude, oneStart, realizations } = gas;
  const drawn = () =>
    Float64Array.from({ length: sites }, (_, x) => {
      const wave = 1 + amplitude * Math.cos(2 * Math.PI * x / sites);
      return stream.uniform() < density * wave ? 1 : 0;
    });
  const common = drawn();
  const runs = Array.from({ length: realizations }, () => {
    const state = oneStart ? common.slice() : drawn();
    const wait = () => -Math.log(1 - stream.uniform()) / sites;
    let clock = wait();
    return [0, ...gas.times].map((time) => {
      for (; clock <= time; clock += wait()) {
        const x = Math.floor(stream.uniform() * sites), y = (x + 1) % sites;
        [state[x], state[y]] = [state[y], state[x]];
      }
      return projectOccupation(state, elements);
    });
  });
  return runs[0].map((_, t) => runs.map((run) => run[t]));
}
