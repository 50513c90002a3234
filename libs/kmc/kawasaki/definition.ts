/** Kawasaki dynamics as experiments name it. */
import { kawasakiHeatBath, kawasakiMetropolis } from "@spiediff/exact-reference";
import { EXCLUSION } from "@spiediff/law";
import { z } from "zod";
import { BOND_PROCESSES } from "../bond_processes.ts";
import { bondDefinition } from "../process/bond_definition.ts";
import { latticeFields } from "../process/lattice_fields.ts";

/** After so many hop times windows have seen 97 % of what memory takes off the mobility (`b = 2`). */
const MEMORY = 20;
/** Hop times that are enough where swaps are of gradient type. */
const NO_MEMORY = 4;

export const kawasakiDefinition = bondDefinition({
  schema: z.strictObject({
    system: z.literal("kawasaki").describe(
      "Nearest-neighbour lattice gas: a particle and a vacancy change places.",
    ),
    ...latticeFields,
    swaps: z.enum(["metropolis", "heat-bath"]).default("metropolis").describe(
      "How the change of energy decides: min(1, e^-x), or 1 / (1 + e^x).",
    ),
    b: z.number().min(-20).max(20).describe("beta J of two neighbours; positive binds."),
  }),
  field: EXCLUSION,
  process: BOND_PROCESSES["kawasaki"],
  title: ({ swaps, b }) => `Kawasaki swaps, ${swaps} rates, b = ${b}`,
  parameters: ({ swaps, b }) => ({ swaps, b }),
  reference: ({ swaps, b }, beta) =>
    swaps === "metropolis" ? kawasakiMetropolis(b, beta) : kawasakiHeatBath(b, beta),
  diffusivity: () => 1,
  start: "drawn site by site as a Markov chain, exactly",
  leastHopTimes: ({ swaps }) => swaps === "metropolis" ? MEMORY : NO_MEMORY,
});
