import type { Manifest } from "@spiediff/model-artifact/portable";
import type { Band, BandParts, CurveBand } from "@spiediff/law";
import type { Checks, StepCounts, StepProgress } from "@spiediff/macro-solver";
import type { Networks } from "./networks.ts";

/** A loaded model: its manifest and its networks, ready for inference. */
export interface Model {
  readonly manifest: Manifest;
  readonly networks: Networks;
  /** Frees the runtime's memory; the model cannot be used afterwards. */
  close(): Promise<void>;
}

/** Which reverse process turns a member's latent into K1 and f'. */
export type Sampler = { readonly kind: "ddim"; readonly steps: number } | { readonly kind: "ddpm" };

/**
 * An initial profile: point densities as a function of x in [0, 1), averaged over the hat functions;
 * or the lumped nodal densities `z_i / Delta` themselves, one for each element.
 */
export type ProfileInput = ((x: number) => number) | ArrayLike<number>;

/** Which members speak for the model, and how they are summarised. */
export interface EnsembleOptions {
  /** Member m depends on the seed and on m only. */
  readonly seed: number | string;
  /** Number of ensemble members. */
  readonly members: number;
  /** Number of the first member. @defaultValue 0 */
  readonly firstMember?: number;
  /** @defaultValue that of the model, DDIM with 2 steps */
  readonly sampler?: Sampler;
  /** Probability inside of the central quantile band. @defaultValue 0.95 */
  readonly level?: number;
  /** Also returns every member. @defaultValue false */
  readonly keepMembers?: boolean;
  /** Stops as soon as possible; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** How the macroscopic law is integrated. */
export interface PredictOptions extends EnsembleOptions {
  /**
   * Whether K1 and f' are read from tables made at the start. `"auto"` uses tables whose error,
   * measured against direct inference, is within `tableTolerance`. @defaultValue "auto"
   */
  readonly tabulate?: "auto" | "always" | "never";
  /** Relative to the largest |K1| and to the range of f'. @defaultValue 1e-3 */
  readonly tableTolerance?: number;
  /** Largest local error of a nodal density in one step. @defaultValue 1e-6, stiff method 1e-5 */
  readonly tolerance?: number;
  /** A fixed step instead of step control, for comparisons. */
  readonly fixedStep?: number;
  /**
   * `"auto"` is RK4 up to 60 elements, until the stiff method needs far fewer steps for what is left;
   * above 60 elements it is the stiff method. @defaultValue "auto"
   */
  readonly method?: "auto" | "rk4" | "rosenbrock2";
  /**
   * Also computes how far a single particle system deviates from the predicted mean.
   * @defaultValue true up to 128 elements
   */
  readonly fluctuation?: boolean;
  /** Called after every step. */
  readonly onProgress?: (progress: StepProgress) => void;
  /**
   * Relative error of all fluxes by what was declared of the particles.
   * @defaultValue as the manifest has it, for times in the law's own unit
   */
  readonly rateError?: number;
  /** Elements of the prediction's mesh; K1 is rescaled. @defaultValue those of the model */
  readonly elements?: number;
  /**
   * Uniform field E to the right, energy over the domain's length: fluxes gain `m E`. Weak beside `sites / beta`,
   * or currents are not `m E`. @defaultValue that of the training
   */
  readonly externalField?: number;
}

/** The prediction at one time, as soon as it is reached. */
export interface PredictionFrame {
  readonly time: number;
  /** Lumped nodal densities, `[elements]`. */
  readonly density: CurveBand;
  /** What its band is made of. */
  readonly parts: BandParts;
  readonly freeEnergy: { readonly mean: number; readonly lower: number; readonly upper: number };
  /** Largest relative deviation of a member's mass from the start so far. */
  readonly massDrift: number;
  /** `[members * elements]`, with `keepMembers`. */
  readonly members?: Float64Array;
}

/** How good the tables are that were made of a member's K1 and f'. */
export interface TableReport {
  /** Whether K1 and f' were read from tables; f and f'' always are. */
  readonly used: boolean;
  /** Largest measured error of K1 over the largest |K1|. */
  readonly k1Error: number;
  /** Largest measured error of f' over the range of f'. */
  readonly drivingForceError: number;
  /** Points in density; 0 where K1 is not tabulated. */
  readonly k1Points: number;
  readonly drivingForcePoints: number;
  /** Densities covered; others are inferred directly. */
  readonly range: readonly [number, number];
  /** Rows of the networks that were evaluated because they lay outside of the tables. */
  readonly fallbackRows: number;
}

/** What was checked of all members on the way; counts as the solver's. */
export interface Invariants extends Omit<Checks, "violation" | "least" | "greatest"> {
  /** Largest relative change of a member's mass. */
  readonly maxMassDrift: number;
  /** Largest rise of a member's free energy over one step, 0 when it never rose; null under a field, where nothing is claimed. */
  readonly maxFreeEnergyRise: number | null;
  readonly minDensity: number;
  readonly maxDensity: number;
}

/** A whole prediction. */
export interface Prediction {
  readonly times: readonly number[];
  /** Node positions, `[elements]`. */
  readonly x: Float64Array;
  readonly level: number;
  readonly memberCount: number;
  /** The uniform field E that it was made under; 0 without one. */
  readonly externalField: number;
  /** Hat averages `z_i / Delta` for each time. */
  readonly density: readonly CurveBand[];
  /** For each time what the band is made of: standard deviations whose squares add up. */
  readonly parts: readonly BandParts[];
  /**
   * For each time and node the standard deviation of `z_i / Delta` of a single system of the model's
   * sites around the predicted mean: thermal fluctuations, which no data remove, beside the band,
   * which is what is not known of the law. Null where it was not asked for or does not exist.
   */
  readonly fluctuation: readonly Float64Array[] | null;
  /**
   * Discrete free energy over the times, in the gauge f = f' = 0 at the reference density; its band is what the
   * data leave open.
   */
  readonly freeEnergy: Band;
  /**
   * For each time the largest difference of a member's densities from those on a mesh of half the spacing,
   * of the first members: what mesh and steps leave together. Null where that mesh cannot be followed, and
   * without tables.
   */
  readonly meshError: Float64Array | null;
  /** Largest relative deviation of a member's mass up to each time. */
  readonly massDrift: Float64Array;
  readonly initial: { readonly density: Float64Array; readonly mass: number };
  /** From when on nothing changes any more; null where that was not reached. */
  readonly stationaryFrom: number | null;
  readonly invariants: Readonly<Invariants>;
  readonly steps: Readonly<StepCounts>;
  readonly coverage: {
    readonly trained: readonly [number, number];
    readonly visited: readonly [number, number];
    /** First output time by which a member had left the trained densities; null if none did. */
    readonly firstTimeOutside: number | null;
  };
  readonly table: TableReport;
  /** Members whose f is not convex over the densities of the start: their law separates phases. */
  readonly nonConvexMembers: number;
  readonly seconds: { readonly tables: number; readonly integration: number };
  readonly warnings: readonly string[];
  /** For each time `[members * elements]`, with `keepMembers`. */
  readonly members?: readonly Float64Array[];
}
