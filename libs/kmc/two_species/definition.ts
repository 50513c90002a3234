/** Two species that exclude each other, as experiments name them. */
import { z } from "zod";
import type {
  ConservedField,
  FieldsDefinition,
  FieldsProcess,
  FieldsStart,
} from "../several_fields/fields_process.ts";
import { decayOfWaves } from "./exact.ts";
import { twoSpeciesTrajectories } from "./trajectories.ts";
import { checkDensities, type TwoSpeciesPlan, twoSpeciesRunner } from "./two_species.ts";

const schema = z.strictObject({
  system: z.literal("two-species").describe(
    "Two species and vacancies: neighbours change places, whatever they are.",
  ),
  sites: z.int().min(20).max(100_000).describe("Lattice sites N; spacing 1/N."),
});

const species = (name: string, symbol: string): ConservedField => ({
  ...{ name, symbol, unit: "particles per site" },
  ...{ low: 0, high: 1, parity: 1 },
});

export const twoSpeciesDefinition: FieldsDefinition<typeof schema> = {
  schema,
  of({ sites }): FieldsProcess {
    const plan = ({ first, second }: FieldsStart, elements: number): TwoSpeciesPlan => ({
      sites,
      elements,
      densities: [first, second],
    });
    const startFields = ({ first, second }: FieldsStart, points: number) =>
      Float64Array.from(
        { length: 2 * points },
        (_, k) => (k < points ? first : second)((k % points) / points),
      );
    return {
      title: "Exclusion of two species",
      law: "gradient-flow",
      fields: [species("first", "r\u2081"), species("second", "r\u2082")],
      given: ["first", "second"],
      described: {},
      check: ({ first, second }) => checkDensities(sites, [first, second]),
      windows: (start, elements, window) => twoSpeciesRunner(plan(start, elements), window),
      trajectories: (start, elements, times) =>
        twoSpeciesTrajectories(plan(start, elements), times),
      startFields,
      exact: {
        mobility: ([a, b]) => [a * (1 - a), -a * b, b * (1 - b)],
        slopes: ([a, b]) => [Math.log(a / (1 - a - b)), Math.log(b / (1 - a - b))],
        evolve: (start, times, points) => {
          const begin = startFields(start, points);
          return times.map((time) =>
            Float64Array.from([0, 1].flatMap((field) => [
              ...decayOfWaves(begin.subarray(field * points, (field + 1) * points), time),
            ]))
          );
        },
      },
    };
  },
};
