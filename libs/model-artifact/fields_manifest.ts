/** The manifest of a model of several fields: one network of M, one of a potential, each with all its members. */
import { z } from "zod";
import { ModelError } from "./errors.ts";
import { calibration, commonFields, fileName, positive, seal } from "./manifest.ts";
import type { ManifestFormat } from "./verify.ts";

const FIELDS_FORMAT = "spiediff-fields-model";
const FIELDS_VERSION = 1;

const units = z.int().min(1).max(4096);
const pair = z.tuple([z.number(), z.number()]);
const scaling = z.strictObject({ mean: pair, width: z.tuple([positive, positive]) });

const conserved = z.strictObject({
  name: z.string().min(1).max(100),
  symbol: z.string().min(1).max(20),
  unit: z.string().max(100),
  /** Null where nothing bounds it. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** -1 if it changes its sign when time runs backwards. */
  parity: z.union([z.literal(1), z.literal(-1)]),
});

export const fieldsManifestSchema = z.strictObject({
  format: z.literal(FIELDS_FORMAT),
  version: z.literal(FIELDS_VERSION),
  code: commonFields.code,
  seed: commonFields.seed,
  config: commonFields.config,
  system: z.strictObject({
    /** As experiments name it. */
    process: z.string().regex(/^[a-z][a-z0-9-]{0,99}$/),
    title: z.string().min(1).max(200),
    sites: z.int().min(1).max(1e9),
    elements: z.int().min(3).max(65536),
    parameters: z.record(z.string(), z.json()),
  }),
  /** `dz/dt = L dE/dz + M dS/dz` of stretch, momentum and energy, or `dr/dt = d_x (M d_x f')` of two densities. */
  law: z.enum(["generic", "gradient-flow"]),
  fields: z.array(conserved).min(2).max(3),
  /** The two that M and the potential are functions of. */
  state: z.tuple([z.string(), z.string()]),
  /** Of these two, `[low, high]` each, over the training data. */
  coverage: z.tuple([pair, pair]),
  units: commonFields.units,
  /** Members besides the most likely one. */
  members: z.int().min(2).max(100_000),
  mobility: z.strictObject({
    file: fileName,
    blocks: z.array(units).min(1).max(3),
    hidden: units,
    scaling,
    units: z.array(positive).min(1).max(6),
  }),
  potential: z.strictObject({
    file: fileName,
    first: units,
    second: units,
    monotonous: z.boolean(),
    scaling,
    unit: z.number().refine((unit) => unit !== 0, { error: "must not be 0" }),
    ideal: z.literal("mixture").nullable(),
  }),
  calibration: z.strictObject({ mobility: calibration, potential: calibration }),
  gauge: z.strictObject({ text: z.string() }),
  training: commonFields.training,
  madeFrom: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
  ...seal,
});

export type FieldsManifest = z.infer<typeof fieldsManifestSchema>;

/** The format, for reading and writing. */
export const FIELDS_MODEL: ManifestFormat<FieldsManifest> = {
  format: FIELDS_FORMAT,
  version: FIELDS_VERSION,
  schema: fieldsManifestSchema,
  check: checkFields,
  otherVersion: (version) =>
    `The model has format version ${version}; this program reads version ${FIELDS_VERSION} of models ` +
    "of several fields.",
};

/** @throws {ModelError} of fault `"inconsistent"`. */
function checkFields(manifest: FieldsManifest): void {
  const refuse = (message: string): never => {
    throw new ModelError("inconsistent", `The model's manifest contradicts itself: ${message}`);
  };
  const { law, fields, system: { sites, elements }, mobility, potential, coverage } = manifest;
  const isGeneric = law === "generic";
  if (fields.length !== (isGeneric ? 3 : 2)) {
    refuse(`the law ${law} has not ${fields.length} fields.`);
  }
  if (sites % elements !== 0) {
    refuse(`system.elements = ${elements} does not divide system.sites = ${sites}.`);
  }
  const blocks = isGeneric ? "2,1" : "2";
  if (mobility.blocks.join() !== blocks) {
    refuse(`mobility.blocks = ${mobility.blocks}; the law ${law} has ${blocks}.`);
  }
  const entries = mobility.blocks.reduce((sum, size) => sum + size * (size + 1) / 2, 0);
  if (mobility.units.length !== entries) {
    refuse(`mobility.units has ${mobility.units.length} numbers, not ${entries}.`);
  }
  if (potential.monotonous !== isGeneric || potential.unit > 0 === isGeneric) {
    refuse(
      isGeneric
        ? "an entropy must be concave and rise with the energy."
        : "a free energy must be convex.",
    );
  }
  coverage.forEach(([low, high], k) => {
    if (!(low < high)) refuse(`coverage.${k} runs from ${low} to ${high}.`);
  });
  for (const { file } of [mobility, potential]) {
    if (!Object.hasOwn(manifest.files, file)) refuse(`the file ${file} is used but not listed.`);
  }
  if (mobility.file === potential.file) refuse("two networks share one file.");
}
