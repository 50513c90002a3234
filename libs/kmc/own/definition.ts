/** A process of one's own as experiments name it: its rates are known to threads without permissions alone. */
import { createHash } from "node:crypto";
import type { Simulator } from "@spiediff/ensemble";
import { simulatedBonds } from "../process/bond_definition.ts";
import type { BondRun } from "../process/bond_run.ts";
import type { ParticleProcess } from "../process/particle_process.ts";
import { OwnFields } from "./particles.ts";

const SIMULATOR: Simulator<BondRun> = {
  source: () => {
    throw new Error("A process of one's own runs in threads of its own.");
  },
  worker: new URL("./worker.ts", import.meta.url),
  isolated: true,
};

/** The registry's entry. */
export const ownProcess: ParticleProcess<typeof OwnFields> = {
  schema: OwnFields,
  of: (particles) => {
    const { title, field, source, diffusivity } = particles;
    return simulatedBonds(particles, SIMULATOR, {
      ...{ title, field, diffusivity, algorithm: "bonds", leastHopTimes: 4, isLocal: false },
      parameters: { source: createHash("sha256").update(source).digest("hex") },
      start: "independent sites, as the module draws them",
      reference: () => null,
    });
  },
};
