/** Models of several fields for tests: random parameters about a sane law. */
import {
  type MobilityNetwork,
  mobilityParameters,
  type PotentialNetwork,
  potentialParameters,
} from "@spiediff/field-networks";
import { FIELDS_MODEL, type FieldsContent, writeModelAs } from "@spiediff/model-artifact";
import { mobilityGraph, potentialGraph } from "@spiediff/onnx-graph";
import { randomStream } from "@spiediff/random";

const MEMBERS = 4;

/** All that a test may change. */
export interface Fixture {
  readonly content: FieldsContent;
  readonly files: Record<string, Uint8Array>;
}

/** A fluid's or a mixture's model. */
export function fieldsFixture(law: "generic" | "gradient-flow"): Fixture {
  const isFluid = law === "generic";
  const scaling = isFluid
    ? { mean: [0.4, 1], width: [0.2, 0.25] } as const
    : { mean: [0.3, 0.3], width: [0.1, 0.1] } as const;
  const mobility: MobilityNetwork = {
    ...{ hidden: 3, scaling, blocks: isFluid ? [2, 1] : [2] },
    units: isFluid ? [0.004, 0.003, 0.03, 0.05] : [0.2, 0.2, 0.2],
  };
  const potential: PotentialNetwork = {
    ...{ first: 4, second: 4, monotonous: isFluid, scaling },
    unit: isFluid ? -0.3 : 0.01,
    ideal: isFluid ? null : "mixture",
  };
  const membersOf = (size: number, what: string) => {
    const { normal } = randomStream(5, what);
    const likely = Float64Array.from({ length: size }, () => 0.5 * normal());
    return [
      likely,
      ...Array.from({ length: MEMBERS }, () => likely.map((v) => v + 0.02 * normal())),
    ];
  };
  const file = isFluid ? "entropy.onnx" : "free-energy.onnx";
  const M = membersOf(mobilityParameters(mobility), "M");
  const f = membersOf(potentialParameters(potential), "f");
  const plain = JSON.parse(JSON.stringify({ mobility, potential }));
  const field = (name: string, symbol: string, parity: 1 | -1) => ({
    ...{ name, symbol, parity, unit: "", low: null, high: null },
  });
  const calibration = { indexScale: 1, noise: 1, components: 10 };
  return {
    content: {
      code: { name: "test", version: "0", commit: null },
      seed: 1,
      config: {},
      system: { process: "test", title: "Test", sites: 100, elements: 10, parameters: {} },
      law,
      fields: isFluid
        ? [field("stretch", "r", 1), field("momentum", "p", -1), field("energy", "e", 1)]
        : [field("first", "r1", 1), field("second", "r2", 1)],
      state: isFluid ? ["stretch", "internal energy"] : ["first", "second"],
      coverage: isFluid ? [[0, 0.8], [0.6, 1.6]] : [[0.05, 0.55], [0.05, 0.55]],
      units: {},
      members: MEMBERS,
      mobility: { file: "mobility.onnx", ...plain.mobility },
      potential: { file, ...plain.potential },
      calibration: { mobility: calibration, potential: calibration },
      gauge: { text: "" },
      training: {},
      madeFrom: {},
    },
    files: { "mobility.onnx": mobilityGraph(mobility, M), [file]: potentialGraph(potential, f) },
  };
}

/** Writes one into a folder. */
export const writeFieldsFixture = (folder: string, { content, files }: Fixture) =>
  writeModelAs(FIELDS_MODEL, folder, content, files);
