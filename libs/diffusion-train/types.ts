import type { DenoiserWeights, FieldCondition } from "@spiediff/onnx-graph";
import type { Field, GradientEnergy } from "@spiediff/law";
import type { NodalDensityRule } from "@spiediff/mesh";
import type { NoiseSchedule } from "@spiediff/diffusion";
import type { GraphRunner } from "@spiediff/tensor-backend";

/**
 * What the short simulations of one profile say: the part of an operator estimate that training
 * needs. All arrays `[M]`; entry e of mobility and flux belongs to the element between nodes e and e+1, of length
 * `1/M`.
 */
export interface OperatorData {
  readonly profileName: string;
  /** What `density` is. */
  readonly field: Field;
  /** Nodal densities at which f' is meant: point values, to fourth order in the mesh. */
  readonly density: readonly number[];
  /**
   * Nodal densities whose linear interpolant has the right mean on every element: the arguments of
   * the mobility. `density` when absent.
   */
  readonly elementDensity?: readonly number[];
  /** Means m_e of the mobility over the elements, with their standard errors. */
  readonly mobility: readonly number[];
  readonly mobilityStandardError: readonly number[];
  /** Element fluxes J_e = -(m_e/Delta) (f'_{e+1} - f'_e), with their standard errors. */
  readonly flux: readonly number[];
  readonly fluxStandardError: readonly number[];
  /** How long, from when the densities are of, the fluxes are means over; 0 when absent. */
  readonly fluxWindow?: number;
  /** Band `[M * bandWidth(M)]`, covariance of the flux errors; independent errors when absent. */
  readonly fluxCovariance?: readonly number[];
  /** Variance of one constant common to all fluxes, on top of their covariances; 0 when absent. */
  readonly circulationVariance?: number;
  /** Bands `[M * bandWidth(M)]` each: how these errors go with those of the fields `z`; unknown when absent. */
  readonly samplingCovariance?: {
    readonly flux: readonly number[];
    /** Fields in rows, fluxes in columns. */
    readonly cross: readonly number[];
    readonly field: readonly number[];
  };
  /** Number of realizations behind these covariances. */
  readonly realizations?: number;
  /** How `density` was read off the fields; fourth-order when absent. */
  readonly nodalDensityRule?: NodalDensityRule;
  /** Error of the law relative to fluxes that is likely before the data are seen; 0.1 % when absent. */
  readonly expectedLawError?: number;
  /** What has been taken out of mobility and flux, since the law that is learned is local; nothing when absent. */
  readonly gradientEnergy?: LearnedGradientEnergy;
  /**
   * Energy times the field's ideal part that f' has and that is not learned but known; none when absent. Without it
   * a network would have to bend as that part does, which near the ends of a domain it does not.
   */
  readonly idealEnergy?: number;
  /** Uniform field E along the ring, whose part `m_e E` the fluxes have on top; none when absent. */
  readonly externalField?: number;
  /** Elements kept from training, to see when it starts to fit noise; none when absent. */
  readonly heldOut?: readonly boolean[];
}

/** A gradient energy, with the standard error of kappa where it was learned. */
export interface LearnedGradientEnergy extends GradientEnergy {
  readonly standardError?: number;
}

/** Affine map to the diffusion's state: `y = (value - mean) / std`. */
export interface StateScaling {
  readonly mean: number;
  readonly std: number;
}

/** A trained conditional DDPM for the mobility: clean m = scale softplus(network) >= 0. */
export interface MobilityModel {
  readonly weights: DenoiserWeights;
  readonly condition: FieldCondition;
  readonly scale: number;
  readonly state: StateScaling;
  readonly schedule: NoiseSchedule;
}

/** A trained conditional DDPM for f' = df/drho, f the scalar network times `energyScale`. */
export interface DrivingForceModel {
  readonly weights: DenoiserWeights;
  readonly condition: FieldCondition;
  readonly energyScale: number;
  readonly state: StateScaling;
  readonly schedule: NoiseSchedule;
  /** What f' has besides: this energy times the ideal part of the field. */
  readonly ideal: { readonly energy: number; readonly field: Field };
}

/** One point of a training curve. */
export interface CurvePoint {
  readonly step: number;
  /** Mean training loss since the point before. */
  readonly loss: number;
  /** Loss on held-out elements at this step; absent where nothing is held out. */
  readonly heldOut?: number;
}

/** All that a training needs to go on: kept now and then, so that a kill loses little. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  readonly parameters: readonly Float32Array[];
  /** Adam's moments. */
  readonly mean: readonly Float32Array[];
  readonly square: readonly Float32Array[];
  /** Running average of the parameters. */
  readonly average: readonly Float32Array[];
  readonly curve: readonly CurvePoint[];
  /** Where the held-out loss was least so far. */
  readonly best?: {
    readonly step: number;
    readonly loss: number;
    readonly parameters: Float32Array[];
  };
}

/** Keeps the state of one training. */
export interface CheckpointStore {
  /** The state that an earlier run kept; undefined to start afresh. */
  load(): Promise<TrainingState | undefined>;
  /** Called between steps; the arrays change after the promise has settled. */
  save(state: TrainingState): Promise<void>;
}

/** Called now and then with the steps done, the steps in all and the recent loss. */
export type TrainingProgress = (done: number, total: number, loss: number) => void;

/** Length of a training and its hooks. */
export interface LoopOptions {
  readonly steps: number;
  readonly learningRate: number;
  readonly onProgress?: TrainingProgress;
  readonly signal?: AbortSignal;
  readonly checkpoint?: CheckpointStore;
}

/** Size and length of a training; one set serves every case (docs/theory.md section 6). */
export interface TrainingOptions extends LoopOptions {
  readonly hidden: readonly number[];
  readonly batch: number;
  readonly schedule: NoiseSchedule;
  /** Runs the steps natively; tfjs does without one. */
  readonly runner?: GraphRunner;
}
