import { EXCLUSION, type FieldData, type UnitSystem, unitSystem } from "@spiediff/law";
import { z } from "zod";

export const MODEL_FORMAT = "spiediff-model";
export const MODEL_VERSION = 3;
export const MANIFEST_NAME = "manifest.json";

/** A file of the folder: no separators, no leading dot, nothing that any system treats specially. */
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
export const isPlainFileName = (name: string): boolean =>
  PLAIN_NAME.test(name) && !name.includes("..") && name !== MANIFEST_NAME;

export const fileName = z.string().refine(isPlainFileName, {
  error: "must be a plain file name of letters, digits, dots, dashes and underscores",
});
export const positive = z.number().positive();
const dimension = z.int().min(1).max(65536);
export const normalisation = z.strictObject({ mean: z.number(), std: positive });
const sha256Text = z.string().regex(/^[0-9a-f]{64}$/);

export const calibration = z.strictObject({
  /** Standard deviation that the random part of members' epistemic indices is drawn with. */
  indexScale: positive,
  /** Size of the training data's errors over what they were stated to be. */
  noise: positive,
  /** Left-out data that both come from (docs/theory.md section 6.8); 0 if there were none. */
  components: z.int().min(0),
});

const schedule = z.discriminatedUnion("name", [
  z.strictObject({
    name: z.literal("cosine"),
    steps: z.int().min(2).max(10000),
    offset: z.number().min(0).lt(1),
  }),
  z.strictObject({
    name: z.literal("linear"),
    steps: z.int().min(2).max(10000),
    betaStart: z.number().gt(0).lt(1),
    betaEnd: z.number().gt(0).lt(1),
  }),
]);

const place = {
  /** Of space; sites and elements are those to each axis. */
  dimension: z.int().min(1).max(3),
  /** Of particles that are on no lattice, how many of them are density 1. */
  sites: positive.max(1e9),
  elements: z.int().min(3).max(65536),
};
const interaction = {
  halfWidth: z.int().min(0).max(1e9),
  kernel: z.enum(["constant", "linear", "gaussian", "morse", "table"]),
  betaJ0: z.number(),
};
const scales = { beta: positive, drive: z.number() };

const unitName = z.string().min(1).max(100);
const error = z.number().min(0).max(1);

/** What one unit of the law is in the units of the files that particles came from. */
const fileScales = z.strictObject({
  length: positive,
  time: positive,
  density: positive,
  timestep: positive,
  origin: z.number(),
  names: z.strictObject({
    length: unitName,
    time: unitName,
    energy: unitName,
    density: unitName,
  }),
  /** Relative standard errors by those of declared inputs. */
  errors: z.strictObject({ time: error, rates: error, energy: error, density: error }).optional(),
});

/** What is conserved. */
const field = z.strictObject({
  name: z.string().min(1).max(100),
  unit: z.string().max(100),
  low: z.number(),
  /** Null where nothing bounds it. */
  high: z.number().nullable(),
  /** f' without interaction, up to a constant. */
  ideal: z.enum(["logit", "logarithm", "reciprocal"]),
});

/** The particles that a model was trained on, and their mesh. */
const system = z.discriminatedUnion("particles", [
  z.strictObject({
    particles: z.literal("arrhenius-exclusion"),
    ...place,
    ...interaction,
    ...scales,
  }),
  // Of these nothing is known but snapshots; earlier versions filled in an interaction, which is void.
  z.strictObject({
    particles: z.literal("foreign"),
    ...place,
    ...z.object(interaction).partial().shape,
    /** Of particles that are on no lattice; the occupied fraction of sites when absent. */
    field: field.optional(),
    /** Of the same: what predictions are told in. */
    scales: fileScales.optional(),
    ...scales,
  }),
  // Any other process that is simulated here, with what it conserves.
  z.strictObject({
    particles: z.literal("process"),
    /** As experiments name it. */
    process: z.string().regex(/^[a-z][a-z0-9-]{0,99}$/),
    ...place,
    title: z.string().min(1).max(200),
    field,
    parameters: z.record(z.string(), z.json()),
    ...scales,
  }),
]);

/**
 * What a manifest says in every version, its format, networks and seal aside. Unknown fields are refused, so that a typo or a later version's
 * field is never ignored in silence; `config` and `training` are free JSON.
 */
export const commonFields = {
  code: z.strictObject({
    name: z.string().min(1),
    version: z.string().min(1),
    commit: z.string().nullable(),
  }),
  seed: z.union([z.number(), z.string()]),
  /** The experiment's configuration, echoed. */
  config: z.json(),
  system,
  /** What each quantity is measured in, for readers. */
  units: z.record(z.string(), z.string()),
  nodalDensityRule: z.enum(["lumped", "consistent", "fourth-order"]),
  /** Inside of the domain of what the particles conserve. */
  coverage: z.strictObject({ density: z.tuple([z.number(), z.number()]) }),
  diffusion: z.strictObject({
    schedule,
    predictionType: z.literal("sample"),
    timestepSpacing: z.literal("trailing"),
  }),
  drivingForce: z.strictObject({
    /** The denoiser's state is `(f' - mean) / std`, of the part that the networks give. */
    state: normalisation,
    /** f' is what the networks give and this energy times the field's ideal part; nothing besides when absent. */
    idealEnergy: positive.optional(),
    freeEnergy: fileName,
    denoiser: fileName,
    epinet: fileName,
    featureDim: dimension,
    indexDim: dimension,
  }),
  gauge: z.strictObject({ text: z.string(), referenceDensity: z.number() }),
  training: z.record(z.string(), z.json()),
};

/** What ends a manifest: its files, and the hash of all before. */
export const seal = {
  files: z.record(
    fileName,
    z.strictObject({ sha256: sha256Text, bytes: z.int().min(1) }),
  ),
  integrity: sha256Text,
};

/** The sampler that steering and calibration hold for. */
export const sampler = z.strictObject({
  kind: z.literal("ddim"),
  steps: z.int().min(1).max(10000),
});

/** What a denoiser with its epinet needs besides its `scale` and `state`. */
export const networkFields = {
  denoiser: fileName,
  epinet: fileName,
  featureDim: dimension,
  indexDim: dimension,
};

/** The manifest of a model folder, version 3. */
export const manifestSchema = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  version: z.literal(MODEL_VERSION),
  ...commonFields,
  sampler,
  mobility: z.strictObject({
    /** `m(rho) = scale * softplus(raw + correction)`. */
    scale: positive,
    /**
     * The denoiser's state is `(m - mean) / std`. A model that was trained for `K1 = -m/Delta` and converted
     * has a negative `std`.
     */
    state: z.strictObject({
      mean: z.number(),
      std: z.number().refine((std) => std !== 0, { error: "must not be 0" }),
    }),
    ...networkFields,
  }),
  /**
   * Without one every index is standard normal. With it the index of the mobility is `[random, steered]` and
   * that of f' `[random, random part of the mobility's, steered]`, steered by the member's own latent:
   * `latentPolynomials`.
   */
  calibration: z.strictObject({ mobility: calibration, drivingForce: calibration }).optional(),
  /**
   * What a pair kernel of known shape leaves beyond a local law: the driving force is `f' - kappa rho''`, and
   * the mobility has the factor `exp(-mobilityExponent rho'')`. None when absent.
   */
  gradientEnergy: z.strictObject({
    kappa: z.number(),
    mobilityExponent: z.number(),
    /** Of kappa, where it was learned; known from the kernel when absent. */
    standardError: positive.optional(),
  }).optional(),
  /**
   * Uniform field E along the ring in which the particles of the training moved, energy over the domain's length:
   * fluxes have `m E` on top of what the law says. None when absent.
   */
  externalField: z.number().optional(),
  /** Error of the law itself relative to fluxes, as the training data show it; not known when absent. */
  lawError: positive.optional(),
  /** SHA-256 of all that the model was made from, by name. */
  madeFrom: z.record(z.string(), sha256Text),
  ...seal,
});

export type Manifest = z.infer<typeof manifestSchema>;

/** What a model's particles conserve; of those of older manifests, the occupied fraction of sites. */
export const modelField = ({ system }: Pick<Manifest, "system">): FieldData =>
  ("field" in system ? system.field : undefined) ?? EXCLUSION;

/** The units of the files that a model's particles came from; the law's own of all other models. */
export const modelUnits = ({ system }: Pick<Manifest, "system">): UnitSystem =>
  unitSystem(system.sites, "scales" in system ? system.scales : undefined);

/** What a model's particles are, in a few words. */
export function systemTitle({ system }: Pick<Manifest, "system">): string {
  if (system.particles === "process") return system.title;
  return system.particles === "foreign"
    ? "another code\u2019s particles"
    : `${system.particles}, L = ${system.halfWidth}, \u03b2J\u2080 = ${system.betaJ0}`;
}

/** The file names that the manifest's networks refer to, in a fixed order. */
export function referredFiles(manifest: Pick<Manifest, "mobility" | "drivingForce">): string[] {
  const { mobility, drivingForce } = manifest;
  return [
    mobility.denoiser,
    mobility.epinet,
    drivingForce.freeEnergy,
    drivingForce.denoiser,
    drivingForce.epinet,
  ];
}
