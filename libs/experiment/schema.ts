import { z } from "zod";
import { ForeignParticles } from "./processes/foreign.ts";
import { Particles } from "./processes/processes.ts";
import { type AnyParticles, processOf } from "@spiediff/kmc";
import { EXCLUSION, type FieldData, type UnitSystem, unitSystem } from "@spiediff/law";
import { Profile, profileRange } from "@spiediff/user-text";

const count = (min: number, max: number) => z.int().min(min).max(max);
const positive = z.number().positive();

/** A standard error from 8 is itself known to 27 %. */
const LEAST_REALIZATIONS = 8;
/** Hat functions of fewer sites are no coarse fields; the window of useful times is empty besides. */
const LEAST_SITES_PER_ELEMENT = 4;
/** Elements of a line of nodes, and blocks that its errors come from. */
const LEAST_IN_LINE = 4, LEAST_BLOCKS = 8;

const Sampling = z.strictObject({
  realizations: count(LEAST_REALIZATIONS, 100_000_000).describe(
    "Realizations R of each profile; with fewer than 8 their errors mean nothing.",
  ),
  burnIn: z.number().min(0).describe("Time t0 before the first record, macroscopic units."),
  h: z.array(positive).min(1).max(8).describe(
    "Windows h after t0 at which fields are recorded, increasing, macroscopic units.",
  ),
  blocks: count(2, 1_000_000).optional().describe(
    "Blocks that realizations are reduced in, 128 when absent: errors come from blocks, and a shard " +
      "holds whole ones.",
  ),
});

export const Training = z.strictObject({
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional().describe(
    "Seed of the training; the experiment's own when absent.",
  ),
  hidden: z.array(count(1, 1024)).min(1).max(8).default([64, 64, 64]),
  batch: count(1, 65536).default(256),
  steps: z.strictObject({
    k1: count(1, 10_000_000).default(4000).describe(
      "Steps of the mobility's network (K1 = -m/Delta).",
    ),
    freeEnergy: count(1, 10_000_000).default(5000),
  }).prefault({}),
  learningRate: positive.max(1).default(0.01),
  heldOut: z.number().min(0).max(0.5).default(0.1).describe(
    "Share of each profile's elements that is not trained on but watched.",
  ),
  diffusionSteps: count(2, 1000).default(50),
  schedule: z.enum(["cosine", "linear"]).default("cosine"),
  indexDim: count(1, 256).default(32).describe("Dimension of the epistemic index."),
  epinetVisits: count(1, 1000).default(8).describe(
    "Latents with which the epinets' distillation visits the data.",
  ),
});

export const Prediction = z.strictObject({
  profile: Profile,
  times: z.array(z.number().min(0)).min(1).describe("Output times, increasing, macroscopic units."),
  members: count(2, 100_000).default(200).describe("Ensemble members of the bands."),
  ddimSteps: count(1, 1000).default(2),
});

const GroundTruth = z.strictObject({
  realizations: count(2, 1_000_000).describe("Direct simulations of the predicted profile."),
});

/** Whether a profile has no gradient. */
const isFlat = ({ modes = [] }: { readonly modes?: readonly { readonly amplitude: number }[] }) =>
  modes.every(({ amplitude }) => amplitude === 0);

/** Shown in terminals and on pages; it need not be a name of files. */
export const ExperimentName = z.string().min(1).max(200)
  .regex(/^\P{Cc}*$/u, "must not have line breaks or control characters");

const named = { name: ExperimentName, seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER) };
const SampledProfile = Profile.extend({
  realizations: count(LEAST_REALIZATIONS, 100_000_000).optional().describe(
    "Realizations of this profile; those of the sampling when absent.",
  ),
});

const onMesh = {
  elements: count(3, 100_000).describe("Elements M of the coarse mesh; M must divide N."),
  profiles: z.array(Profile).min(1).describe("Initial profiles of the short simulations."),
};
const learned = { training: Training.prefault({}), prediction: Prediction };

/** Particles that are simulated here: everything that decides the numbers of a run. */
export const SimulatedExperiment = z.strictObject({
  ...named,
  particles: Particles,
  ...onMesh,
  profiles: z.array(SampledProfile).min(1).describe("Initial profiles of the short simulations."),
  sampling: Sampling,
  ...learned,
  groundTruth: GroundTruth,
}).superRefine((e, context) => {
  if (e.profiles.every(isFlat)) {
    context.addIssue({
      code: "custom",
      path: ["profiles"],
      message:
        "must not all be flat: without a gradient no flux tells of the free energy; give one a mode, " +
        'such as {"k": 1, "amplitude": 0.3}',
    });
  }
  const { field, dimension } = processOf(e.particles);
  checkTogether(e, field, context, dimension);
  if (dimension > 1) checkLines(e, refusalIn(context));
}).describe("Particles that are simulated here.");

/** Refuses what lines of nodes of a square or cube cannot be estimated from. */
function checkLines(
  { elements, profiles, sampling: { realizations, blocks } }: {
    readonly elements: number;
    readonly profiles: readonly z.infer<typeof SampledProfile>[];
    readonly sampling: z.infer<typeof Sampling>;
  },
  refuse: Refuse,
): void {
  profiles.forEach((profile, p) => {
    if (profile.realizations === undefined) return;
    refuse(
      ["profiles", p, "realizations"],
      "is for rings: a square's or cube's are the sampling's",
    );
  });
  if (elements < LEAST_IN_LINE) {
    refuse(
      ["elements"],
      `must be at least ${LEAST_IN_LINE} on a square or cube: an element's current is held against those of ` +
        `both neighbours; it is ${elements}`,
    );
  }
  if (realizations < 2 * LEAST_BLOCKS) {
    refuse(
      ["sampling", "realizations"],
      `must be at least ${
        2 * LEAST_BLOCKS
      } on a square or cube, whose errors come from ${LEAST_BLOCKS} blocks ` +
        `or more of at least 2, not ${realizations}`,
    );
  }
  if (blocks !== undefined && blocks < LEAST_BLOCKS) {
    refuse(
      ["sampling", "blocks"],
      `must be at least ${LEAST_BLOCKS} on a square or cube, not ${blocks}`,
    );
  }
}

const Windows = z.strictObject({
  mobility: z.array(positive).min(1),
  fluxes: z.array(positive),
}).describe("Which of the windows h serve which quantity, of particles that are on no lattice.");

/** What is known of the start of a profile besides its particles. */
const KnownStart = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("homogeneous") }),
  z.strictObject({
    kind: z.literal("potential"),
    k: count(1, 1000).describe("Waves along the box."),
    amplitude: z.number().describe("Of the energy amplitude cos(2 pi k x) of a particle."),
  }),
]);

/** Snapshots of another code's particles, which cannot be simulated here. */
export const SnapshotExperiment = z.strictObject({
  ...named,
  particles: ForeignParticles,
  ...onMesh,
  sampling: Sampling.omit({ blocks: true }).extend({
    windows: Windows.optional(),
    starts: z.array(KnownStart.nullable()).optional().describe(
      "For each profile what is known of its start in equilibrium; null where nothing is.",
    ),
  }),
  ...learned,
}).superRefine((e, context) => checkTogether(e, fieldOfSnapshots(e), context))
  .describe("Snapshots of another code's particles; `spiediff import` writes this.");

/** Of one process where it is known which. */
export type SimulatedExperiment<P extends AnyParticles = AnyParticles> =
  & Omit<z.infer<typeof SimulatedExperiment>, "particles">
  & { particles: P };
export type SnapshotExperiment = z.infer<typeof SnapshotExperiment>;
/** One experiment, of particles that are simulated here or of another code's; {@link isSimulated} tells. */
export type Experiment = SimulatedExperiment | SnapshotExperiment;
/** What a user writes: fields with defaults may be left out. */
export type ExperimentInput = z.input<typeof SimulatedExperiment>;

/** Whether an experiment's particles are simulated here. */
export function isSimulated(experiment: Experiment): experiment is SimulatedExperiment;
export function isSimulated<E extends OfParticles>(
  experiment: E,
): experiment is E & Pick<SimulatedExperiment, "particles">;
export function isSimulated({ particles }: OfParticles): boolean {
  return particles.system !== "foreign";
}

/** Realizations of a profile of an experiment. */
export const realizationsOf = (
  { sampling }: Pick<SimulatedExperiment, "sampling">,
  profile: Profile & { readonly realizations?: number | undefined },
): number => profile.realizations ?? sampling.realizations;

type OfParticles = Pick<Experiment, "particles">;

/** Of the space that an experiment's particles are in; snapshots are those of rings. */
export const dimensionOf = (experiment: OfParticles): 1 | 2 | 3 =>
  isSimulated(experiment) ? processOf(experiment.particles).dimension : 1;

/** What an experiment's particles conserve. */
export const conservedField = (experiment: OfParticles): FieldData =>
  isSimulated(experiment)
    ? processOf(experiment.particles).field
    : fieldOfSnapshots(experiment as OfSnapshots);

/** The field E that drives an experiment's particles: 0 without one. */
export const externalFieldOf = ({ particles }: OfParticles): number =>
  ("externalField" in particles ? particles.externalField : undefined) ?? 0;

/** The units of the files that an experiment's particles come from; the law's own of all others. */
export function experimentUnits(experiment: OfParticles): UnitSystem {
  const { particles } = experiment as OfSnapshots;
  return unitSystem(particles.sites, isSimulated(experiment) ? undefined : particles.scales);
}

interface OfSnapshots {
  readonly particles: z.infer<typeof ForeignParticles>;
}

/** The occupied fraction of sites; of particles that are on no lattice their number, which nothing bounds. */
function fieldOfSnapshots({ particles: { scales } }: OfSnapshots): FieldData {
  if (!scales) return EXCLUSION;
  const { density, names } = scales;
  const unit = density === 1 ? names.density : `${density} ${names.density}`;
  return { name: "density", unit, low: 0, high: null, ideal: "logarithm" };
}

/** What an experiment's particles are, for pages: their name, and of an interaction its reach and strength. */
export function describeParticles(
  experiment: OfParticles,
): { readonly particles: string; readonly halfWidth?: number; readonly betaJ0?: number } {
  if (!isSimulated(experiment)) return { particles: "Particles of another code" };
  const { particles } = experiment, { title } = processOf(particles);
  if (!("halfWidth" in particles)) return { particles: title };
  const { halfWidth, betaJ0 } = particles;
  return { particles: title, halfWidth, betaJ0 };
}

interface Common extends z.infer<z.ZodObject<typeof onMesh & typeof learned>> {
  readonly particles: Scaled;
  readonly sampling: { h: number[] };
}

interface Scaled {
  readonly sites: number;
  readonly beta: number;
  readonly scales?: unknown;
  readonly externalField?: number | undefined;
}

/** Work of a field over one bond, over the thermal energy, up to which currents go with it to 0.2 %. */
const WEAK = 0.2;

/** Refuses fields in which currents would not be `m E`: `sinh(w/2)` exceeds `w/2` by `w^2/24`. */
function checkWeak({ externalField = 0, beta, sites }: Scaled, refuse: Refuse): void {
  const most = WEAK * sites / beta;
  if (Math.abs(externalField) <= most) return;
  refuse(
    ["particles", "externalField"],
    `must be weak: at most ${
      Number(most.toPrecision(4))
    }, a work of ${WEAK} k_B T over one of ${sites} ` +
      `bonds, not ${externalField}`,
  );
}

/** Refuses fields that contradict one another. */
function checkTogether(
  e: Common,
  field: FieldData,
  context: z.RefinementCtx,
  dimension: 1 | 2 | 3 = 1,
): void {
  const refuse = refusalIn(context);
  checkWeak(e.particles, refuse);
  const check = (profile: Profile, path: (string | number)[]) => {
    if (checkAxes(profile, dimension, path, refuse)) checkDomain(profile, field, path, refuse);
  };
  e.profiles.forEach((profile, p) => check(profile, ["profiles", p]));
  check(e.prediction.profile, ["prediction", "profile"]);
  // What is on no lattice has no sites that a mesh could cut.
  if (!e.particles.scales) checkMesh(e.particles.sites, e.elements, "particles.sites", refuse);
  checkRising(e.sampling.h, ["sampling", "h"], refuse);
  checkRising(e.prediction.times, ["prediction", "times"], refuse);
  checkNames(e.profiles, refuse);
  if (e.prediction.ddimSteps > e.training.diffusionSteps) {
    refuse(["prediction", "ddimSteps"], `must be at most training.diffusionSteps`);
  }
}

/** Refuses wave vectors of another space. */
function checkAxes(
  profile: Profile,
  dimension: number,
  path: (string | number)[],
  refuse: Refuse,
): boolean {
  const wrong = profile.modes.findIndex(({ k }) => typeof k !== "number" && k.length !== dimension);
  if (wrong < 0) return true;
  refuse(
    [...path, "modes", wrong, "k"],
    dimension === 1
      ? "must be one wave number on a ring, not a list"
      : `must have ${dimension} wave numbers, one for each axis, not ${
        JSON.stringify(profile.modes[wrong].k)
      }`,
  );
  return false;
}

/** Refuses profiles that leave the domain of what is conserved. */
function checkDomain(
  profile: Profile,
  { name, low, high }: FieldData,
  path: (string | number)[],
  refuse: Refuse,
): void {
  const [least, most] = profileRange(profile);
  if (least > low && most < (high ?? Infinity)) return;
  const domain = high === null ? `above ${low}` : `inside (${low}, ${high})`;
  refuse(
    path,
    `the ${name} must stay ${domain}, but profile "${profile.name}" runs from ` +
      `${least.toFixed(4)} to ${most.toFixed(4)}`,
  );
}

/** Notes what is wrong with a field. */
export type Refuse = (path: (string | number)[], message: string) => void;

export const refusalIn = (context: z.RefinementCtx): Refuse => (path, message) =>
  context.addIssue({ code: "custom", path, message });

/** @param field What the number of sites is called. */
export function checkMesh(sites: number, elements: number, field: string, refuse: Refuse): void {
  if (sites % elements !== 0) {
    refuse(["elements"], `must divide ${field} = ${sites}, and ${elements} does not`);
  }
  if (sites < LEAST_SITES_PER_ELEMENT * elements) {
    refuse(
      ["elements"],
      `must leave at least ${LEAST_SITES_PER_ELEMENT} sites to an element, better 12 and more; ` +
        `${elements} elements on ${sites} sites leave ${sites / elements}`,
    );
  }
}

export function checkRising(values: readonly number[], path: string[], refuse: Refuse): void {
  values.forEach((v, i) => {
    if (i > 0 && v <= values[i - 1]) refuse([...path, String(i)], "must be above the one before");
  });
}

/** Profiles are files: some file systems do not tell capitals from others. */
export function checkNames(profiles: readonly { readonly name: string }[], refuse: Refuse): void {
  const names = profiles.map((profile) => profile.name.toLowerCase());
  profiles.forEach(({ name }, i) => {
    const first = names.indexOf(names[i]);
    if (first === i) return;
    refuse(
      ["profiles", i, "name"],
      profiles[first].name === name
        ? `"${name}" is used twice`
        : `differs from "${profiles[first].name}" in capitals only`,
    );
  });
}
