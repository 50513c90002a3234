import { z } from "zod";

export const MODEL_FORMAT = "spiediff-model";
export const MODEL_VERSION = 2;
export const MANIFEST_NAME = "manifest.json";

/** A file of the folder: no separators, no leading dot, nothing that any system treats specially. */
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
export const isPlainFileName = (name: string): boolean =>
  PLAIN_NAME.test(name) && !name.includes("..") && name !== MANIFEST_NAME;

const fileName = z.string().refine(isPlainFileName, {
  error: "must be a plain file name of letters, digits, dots, dashes and underscores",
});
const positive = z.number().positive();
const dimension = z.int().min(1).max(65536);
const density = z.number().gt(0).lt(1);
const normalisation = z.strictObject({ mean: z.number(), std: positive });

const calibration = z.strictObject({
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

/**
 * The manifest of a model folder, version 2. Unknown fields are refused, so that a typo or a
 * later version's field is never ignored in silence; `config` and `training` are free JSON.
 */
export const manifestSchema = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  version: z.literal(MODEL_VERSION),
  code: z.strictObject({
    name: z.string().min(1),
    version: z.string().min(1),
    commit: z.string().nullable(),
  }),
  seed: z.union([z.number(), z.string()]),
  /** The experiment's configuration, echoed. */
  config: z.json(),
  system: z.strictObject({
    /** Of "foreign" particles nothing is known but snapshots: kernel, reach and energy are void. */
    particles: z.enum(["arrhenius-exclusion", "foreign"]),
    dimension: z.literal(1),
    sites: z.int().min(3).max(1e9),
    elements: z.int().min(3).max(65536),
    halfWidth: z.int().min(0).max(1e9),
    kernel: z.enum(["constant", "linear", "gaussian", "morse", "table"]),
    betaJ0: z.number(),
    beta: positive,
    drive: z.number(),
  }),
  /** What each quantity is measured in, for readers. */
  units: z.record(z.string(), z.string()),
  nodalDensityRule: z.enum(["lumped", "consistent", "fourth-order"]),
  coverage: z.strictObject({ density: z.tuple([density, density]) }),
  diffusion: z.strictObject({
    schedule,
    predictionType: z.literal("sample"),
    timestepSpacing: z.literal("trailing"),
  }),
  /**
   * The sampler that steering and calibration hold for; a model from before the field was there has
   * DDIM with two steps.
   */
  sampler: z.strictObject({ kind: z.literal("ddim"), steps: z.int().min(1).max(10000) }).optional(),
  k1: z.strictObject({
    /** `K1(rho, rho) = -scale * softplus(raw + correction)`. */
    scale: positive,
    /** The denoiser's state is `(K1 - mean) / std`. */
    state: normalisation,
    denoiser: fileName,
    epinet: fileName,
    featureDim: dimension,
    indexDim: dimension,
  }),
  drivingForce: z.strictObject({
    /** The denoiser's state is `(f' - mean) / std`. */
    state: normalisation,
    freeEnergy: fileName,
    denoiser: fileName,
    epinet: fileName,
    featureDim: dimension,
    indexDim: dimension,
  }),
  /**
   * Without one every index is standard normal. With it the index of K1 is `[random, steered]` and that of
   * f' `[random, random part of K1's, steered]`, steered by the member's own latent: `latentPolynomials`.
   */
  calibration: z.strictObject({ k1: calibration, drivingForce: calibration }).optional(),
  gauge: z.strictObject({ text: z.string(), referenceDensity: density }),
  training: z.record(z.string(), z.json()),
  files: z.record(
    fileName,
    z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().min(1) }),
  ),
  integrity: z.string().regex(/^[0-9a-f]{64}$/),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** The file names that the manifest's networks refer to, in a fixed order. */
export function referredFiles(manifest: Pick<Manifest, "k1" | "drivingForce">): string[] {
  const { k1, drivingForce } = manifest;
  return [
    k1.denoiser,
    k1.epinet,
    drivingForce.freeEnergy,
    drivingForce.denoiser,
    drivingForce.epinet,
  ];
}
