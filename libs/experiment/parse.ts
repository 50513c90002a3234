import { type AnyParticles, FIELDS_PROCESSES } from "@spiediff/kmc";
import { z } from "zod";
import { ConfigError, fieldsOf, parseJson, parseWith } from "@spiediff/user-text";
import { parseFieldsExperiment } from "./fields/presets.ts";
import { FieldsExperiment } from "./fields/schema.ts";
import { OLDER_FIELDS } from "./processes/foreign.ts";
import { DEFAULT_PROCESS } from "./processes/processes.ts";
import {
  type Experiment,
  type ExperimentInput,
  isSimulated,
  SimulatedExperiment,
  SnapshotExperiment,
} from "./schema.ts";

/**
 * Validates an experiment and fills in its defaults.
 *
 * @throws {ConfigError} listing every field that is wrong.
 */
export function parseExperiment(input: unknown): Experiment {
  const named = withProcess(withoutSchemaName(input));
  const { particles } = fieldsOf(named);
  if (isOfFields(named)) {
    throw new ConfigError(
      `The experiment's particles, ${
        fieldsOf(particles).system
      }, have several fields: it goes through ` +
        "`demo`, `simulate`, `estimate`, `train` and `report`, and its model through `predict`.",
    );
  }
  // By the kind of particles before anything is read: each kind's mistakes are told in its own fields.
  if (fieldsOf(particles).system !== "foreign") {
    return parseWith(SimulatedExperiment, named, "experiment");
  }
  const older = OLDER_FIELDS.find((field) => Object.hasOwn(particles as object, field));
  if (older !== undefined) {
    throw new ConfigError(
      `The experiment is not valid:\n  particles.${older}: means nothing for particles of another ` +
        "code; an earlier version wrote it. Import the snapshots again by `spiediff import`.",
    );
  }
  return parseWith(SnapshotExperiment, named, "experiment");
}

/** Whether an experiment's particles have several conserved fields. */
export function isOfFields(experiment: unknown): experiment is FieldsExperiment {
  const { system } = fieldsOf(fieldsOf(experiment).particles);
  return typeof system === "string" && Object.hasOwn(FIELDS_PROCESSES, system);
}

/** One experiment, of one field or of several. @throws {ConfigError} as {@link parseExperiment}. */
export function parseAnyExperiment(input: unknown): Experiment | FieldsExperiment {
  return isOfFields(input)
    ? parseFieldsExperiment(withoutSchemaName(input))
    : parseExperiment(input);
}

/** The particles of the process that an input names, or of that of older files. */
type ParsedParticles<P> = Extract<
  AnyParticles,
  { system: P extends { readonly system: infer System } ? System : typeof DEFAULT_PROCESS }
>;

/**
 * An experiment whose particles are simulated here.
 *
 * @throws {ConfigError} as `parseExperiment`; if its particles are another code's.
 */
export function parseSimulation<P extends ExperimentInput["particles"]>(
  input: Omit<ExperimentInput, "particles"> & { readonly particles: P },
): SimulatedExperiment<ParsedParticles<P>> {
  const experiment = parseExperiment(input);
  if (isSimulated(experiment)) return experiment as SimulatedExperiment<ParsedParticles<P>>;
  throw new ConfigError(`The particles of "${experiment.name}" are another code's.`);
}

/**
 * Reads an experiment from JSON text.
 *
 * @throws {ConfigError} if the text is not JSON, or as `parseExperiment`.
 */
export function experimentFromJson(text: string): Experiment | FieldsExperiment {
  return parseAnyExperiment(fromJson(text, "experiment"));
}

/** @throws {ConfigError} if the text is not JSON, with line and column. */
export function fromJson(text: string, what: string): unknown {
  return parseJson(text, `The ${what} file`);
}

/** The JSON schema of experiment files, for editors: of what is simulated here, of snapshots, or of several fields. */
export function experimentJsonSchema(): object {
  const { $schema, oneOf: kinds } = z.toJSONSchema(
    z.xor([SimulatedExperiment, SnapshotExperiment, FieldsExperiment]),
    {
      io: "input",
    },
  );
  const name = { type: "string", description: "Path of this schema, for editors; ignored." };
  return {
    $schema,
    oneOf: kinds?.map((kind) => ({ ...kind, properties: { $schema: name, ...kind.properties } })),
  };
}

/** A file may name its schema for its editor's sake; that is no part of the experiment. */
function withoutSchemaName(input: unknown): unknown {
  if (!Object.hasOwn(fieldsOf(input), "$schema")) return input;
  const { $schema: _, ...rest } = fieldsOf(input);
  return rest;
}

/** Files of the first versions name no process. */
function withProcess(input: unknown): unknown {
  const { particles } = fieldsOf(input);
  if (typeof particles !== "object" || particles === null || Array.isArray(particles)) return input;
  const { system = DEFAULT_PROCESS } = fieldsOf(particles);
  return { ...fieldsOf(input), particles: { ...particles, system } };
}

export type { ExperimentInput };
