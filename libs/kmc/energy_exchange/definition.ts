/** Energy exchange as experiments name it. */
import { energyExchangeReference } from "@spiediff/exact-reference";
import { z } from "zod";
import { BOND_PROCESSES } from "../bond_processes.ts";
import { bondDefinition } from "../process/bond_definition.ts";
import { ENERGY_DENSITY } from "../process/fields.ts";
import { latticeFields } from "../process/lattice_fields.ts";

export const energyExchangeDefinition = bondDefinition({
  schema: z.strictObject({
    system: z.literal("energy-exchange").describe(
      "Neighbours share their energy at random, at rate 1.",
    ),
    ...latticeFields,
  }),
  field: ENERGY_DENSITY,
  process: BOND_PROCESSES["energy-exchange"],
  title: () => "Energy exchange (Kipnis, Marchioro, Presutti)",
  parameters: () => ({}),
  reference: (_, beta) => energyExchangeReference(beta),
  diffusivity: () => 0.5,
  start: "independent exponential sites",
});
