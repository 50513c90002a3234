/** The zero-range process as experiments name it. */
import { zeroRangeReference } from "@spiediff/exact-reference";
import { z } from "zod";
import { BOND_PROCESSES } from "../bond_processes.ts";
import { bondDefinition } from "../process/bond_definition.ts";
import { PARTICLE_DENSITY } from "../process/fields.ts";
import { checkPlace, latticeFields, torusFields } from "../process/lattice_fields.ts";
import { type ZeroRangeRate, zeroRangeTable } from "./zero_range.ts";

const Rate = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("constant") }),
  z.strictObject({ name: z.literal("linear") }),
  z.strictObject({
    name: z.literal("saturating"),
    capacity: z.number().positive().describe("g(n) = n / (1 + n / capacity)."),
  }),
  z.strictObject({
    name: z.literal("table"),
    values: z.array(z.number().positive()).min(1).max(10_000).describe(
      "g(1), g(2), ...; the last for all larger numbers.",
    ),
  }),
]);

const TEXT: Record<ZeroRangeRate["name"], (rate: ZeroRangeRate) => string> = {
  constant: () => "g(n) = 1{n ≥ 1}",
  linear: () => "g(n) = n",
  saturating: (rate) => `g(n) = n/(1 + n/${"capacity" in rate ? rate.capacity : ""})`,
  table: (rate) => `g from a table of ${"values" in rate ? rate.values.length : ""}`,
};

export const zeroRangeDefinition = bondDefinition({
  schema: z.strictObject({
    system: z.literal("zero-range").describe("A site sends particles at a rate of its own number."),
    ...latticeFields,
    ...torusFields,
    rate: Rate.default({ name: "constant" }).describe("The rate g(n) each way of n particles."),
  }).superRefine(checkPlace),
  field: PARTICLE_DENSITY,
  process: BOND_PROCESSES["zero-range"],
  title: ({ rate }) => `Zero-range process, ${TEXT[rate.name](rate)}`,
  parameters: ({ rate }) => ({ rate }),
  reference({ rate }, beta) {
    switch (rate.name) {
      case "constant":
        return zeroRangeReference(0, beta);
      case "linear":
        return zeroRangeReference(Infinity, beta);
      case "saturating":
        return zeroRangeReference(rate.capacity, beta);
      case "table":
        return zeroRangeTable(rate.values, beta);
    }
  },
  diffusivity: ({ rate }) => rate.name === "table" ? rate.values[0] : 1,
  start: "independent sites, each drawn from the product measure",
});
