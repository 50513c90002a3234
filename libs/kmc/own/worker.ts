/** Worker thread without permissions: simulates a process of one's own. */
import { answerTasks } from "@spiediff/ensemble";
import { processSource } from "../process/realization.ts";
import type { BondRun } from "../process/bond_run.ts";
import { fieldOverBond } from "../process/particle_process.ts";
import { bondProcessOf } from "./check.ts";
import { moduleProcess } from "./module.ts";
import type { OwnParticles } from "./particles.ts";

answerTasks<BondRun>(async ({ particles, elements, density }) =>
  processSource({
    process: bondProcessOf(await moduleProcess((particles as OwnParticles).source)),
    ...{ elements, density, drive: particles.drive, field: fieldOverBond(particles) },
  })
);
