/** Experiments of processes with several conserved fields: all that decides the numbers of a run. */
import { FIELDS_PROCESSES, fieldsProcessOf, type FieldsStart } from "@spiediff/kmc";
import { profileDensity, ProfileName, Wave } from "@spiediff/user-text";
import { z } from "zod";
import { checkMesh, checkNames, checkRising, ExperimentName, refusalIn } from "../schema.ts";

const count = (min: number, max: number) => z.int().min(min).max(max);
const positive = z.number().positive();

/** Waves of all fields that a process is given. */
const FieldsProfile = z.strictObject({
  name: ProfileName.describe("Name, used for files and random streams."),
  fields: z.record(z.string(), Wave).describe(
    "Mean and waves of each field: stretch, momentum and temperature, or first and second.",
  ),
});
export type FieldsProfile = z.infer<typeof FieldsProfile>;

const FieldsTraining = z.strictObject({
  hidden: count(1, 64).default(8).describe("Units of both layers of the network of M."),
  units: count(1, 64).default(8).describe("Units of both layers of the convex network."),
  steps: count(1, 1000).default(40).describe("Steps of Levenberg and Marquardt's method."),
  priorWidth: positive.max(100).default(1.5).describe("Of every parameter about its start."),
  members: count(2, 1000).default(64).describe("Members that a model holds."),
});

const FieldsPrediction = z.strictObject({
  profile: FieldsProfile,
  times: z.array(z.number().min(0)).min(2).describe("Output times, rising, macroscopic units."),
  nodes: count(8, 1000).default(40).describe("Nodes of the prediction's mesh."),
});

const Parts = z.strictObject({
  name: ExperimentName,
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  particles: z.discriminatedUnion("system", [
    FIELDS_PROCESSES["oscillator-ring"].schema,
    FIELDS_PROCESSES["two-species"].schema,
  ]),
  elements: count(5, 1000).describe("Elements M of the coarse mesh; M must divide N."),
  profiles: z.array(FieldsProfile).min(2).describe(
    "Starts of the short simulations; two at least, so that each can be left out.",
  ),
  sampling: z.strictObject({
    realizations: count(2, 10_000_000).describe("Realizations R of each profile."),
    window: positive.describe("Length of the window, macroscopic units."),
  }),
  training: FieldsTraining.prefault({}),
  prediction: FieldsPrediction,
  groundTruth: z.strictObject({
    realizations: count(2, 1_000_000).describe("Direct simulations of the predicted profile."),
  }),
});

export const FieldsExperiment = Parts.superRefine(checkTogether)
  .describe("Particles with several conserved fields.");

/** One experiment of several fields. */
export type FieldsExperiment = z.infer<typeof FieldsExperiment>;
/** What a user writes: fields with defaults may be left out. */
export type FieldsExperimentInput = z.input<typeof FieldsExperiment>;

/** Realizations that the covariance of all fluxes of one profile takes. */
export const leastRealizations = (fields: number, elements: number): number =>
  2 * fields * (elements + 2);

/** A profile as functions of position. */
export const startOf = ({ fields }: FieldsProfile): FieldsStart =>
  Object.fromEntries(
    Object.entries(fields).map(([name, wave]) => [name, (x: number) => profileDensity(wave, x)]),
  );

/** Refuses fields that contradict one another. */
function checkTogether(e: z.infer<typeof Parts>, context: z.RefinementCtx): void {
  const refuse = refusalIn(context), process = fieldsProcessOf(e.particles);
  checkMesh(e.particles.sites, e.elements, "particles.sites", refuse);
  checkRising(e.prediction.times, ["prediction", "times"], refuse);
  checkNames(e.profiles, refuse);
  const least = leastRealizations(process.fields.length, e.elements);
  if (e.sampling.realizations < least) {
    refuse(
      ["sampling", "realizations"],
      `must be at least ${least} to tell how the errors of ${process.fields.length} fluxes through ` +
        `${e.elements} elements go together`,
    );
  }
  const profiles: [FieldsProfile, (string | number)[]][] = [
    ...e.profiles.map((profile, p): [FieldsProfile, (string | number)[]] => [
      profile,
      ["profiles", p],
    ]),
    [e.prediction.profile, ["prediction", "profile"]],
  ];
  for (const [profile, path] of profiles) {
    const names = Object.keys(profile.fields).sort().join(", ");
    const given = [...process.given].sort().join(", ");
    if (names !== given) {
      refuse([...path, "fields"], `must be ${given}, not ${names === "" ? "empty" : names}`);
      continue;
    }
    try {
      process.check(startOf(profile));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refuse(path, `profile "${profile.name}" cannot be. ${error.message.replace(/\.$/, "")}`);
    }
  }
}
