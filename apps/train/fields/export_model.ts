/** The model folder of a law of several fields: two graphs and their manifest. */
import type { FieldsExperiment } from "@spiediff/experiment";
import { fieldsProcessOf } from "@spiediff/kmc";
import { FIELDS_MODEL, type FieldsManifest, writeModelAs } from "@spiediff/model-artifact";
import { mobilityGraph, potentialGraph } from "@spiediff/onnx-graph";
import { codeIdentity } from "../version.ts";
import type { LearnedFields } from "./learn.ts";

/** What differs between laws. */
const TEXTS = {
  "generic": {
    state: ["stretch", "internal energy"] as const,
    potential: "entropy.onnx",
    gauge: "s is known up to a constant; its derivatives, -tau/T and 1/T, are not open.",
    units: {
      entropy: "k_B per site",
      temperature: "energy, k_B = 1",
      tension: "energy per length",
    },
  },
  "gradient-flow": {
    state: ["first", "second"] as const,
    potential: "free-energy.onnx",
    gauge: "The sums of both densities stay, so that a + b r1 + c r2 of f is open.",
    units: { freeEnergy: "k_B T per site" },
  },
};

/** @param madeFrom SHA-256 of what the model was made from, by name. */
export function exportFieldsModel(
  folder: string,
  experiment: FieldsExperiment,
  { mobility, potential, coverage }: LearnedFields,
  madeFrom: Readonly<Record<string, string>>,
): Promise<FieldsManifest> {
  const { particles, elements, seed } = experiment;
  const { title, law, fields, described } = fieldsProcessOf(particles);
  const texts = TEXTS[law], [first, second] = coverage;
  const files = {
    "mobility.onnx": mobilityGraph(mobility.network, mobility.members),
    [texts.potential]: potentialGraph(potential.network, potential.members),
  };
  // As JSON has it: nothing of the code's own objects.
  const plain = JSON.parse(
    JSON.stringify({ mobility: mobility.network, potential: potential.network }),
  );
  return writeModelAs(FIELDS_MODEL, folder, {
    code: codeIdentity(),
    seed,
    config: JSON.parse(JSON.stringify(experiment)),
    system: {
      process: particles.system,
      title,
      sites: particles.sites,
      elements,
      parameters: JSON.parse(JSON.stringify(described)),
    },
    law,
    fields: fields.map((field) => ({ ...field })),
    state: [...texts.state],
    coverage: [[...first], [...second]],
    units: {
      length: "domain length",
      time: law === "generic"
        ? "the time that N units of the particles' own take"
        : "diffusive time: one swap of a bond takes sites^-2",
      ...Object.fromEntries(fields.map(({ name, unit }) => [name, unit])),
      ...texts.units,
    },
    members: mobility.members.length - 1,
    mobility: { file: "mobility.onnx", ...plain.mobility },
    potential: { file: texts.potential, ...plain.potential },
    calibration: { mobility: mobility.calibration, potential: potential.calibration },
    gauge: { text: texts.gauge },
    training: {
      squaredResidualsOfMobility: mobility.chiSquare,
      squaredResidualsOfPotential: potential.chiSquare,
    },
    madeFrom: { ...madeFrom },
  }, files);
}
