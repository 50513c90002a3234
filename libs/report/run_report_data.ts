import type { Table } from "./table.ts";
import type {
  Claim,
  FieldSeries,
  LearnedFunction,
  MassDeviation,
  MobilityWindows,
  ProfileSeries,
  SpaceTime,
  StageTime,
  TimeSeries,
  TrainedProfile,
  TrainingCurve,
} from "./types.ts";

/** What was simulated, in the terms of docs/theory.md section 1. */
export interface SystemDescription {
  particles: string;
  dimension: number;
  /** To each axis, as the elements. */
  sites: number;
  elements: number;
  /** Absent where the interaction is not known, or the name of the particles says it. */
  halfWidth?: number;
  betaJ0?: number;
  beta: number;
  /** Uniform field that drives the particles to the right; none when absent. */
  externalField?: number;
}

/** How a band meets a reference over the covered densities. */
export interface BandAgreement {
  /** Share of densities at which the reference lies in the band for single points. */
  readonly inside: number;
  /** Densities at which it leaves the band of whole curves. */
  readonly outside: number;
  /** Largest error of the reference over the band's half-width; above a third it can tell no verdict. */
  readonly errorOverBand: number;
  /** Root mean square of (mean - reference) over both standard errors together. */
  readonly deviation: number;
}

/** What the errors of a run's law are measured against, and what that is worth. */
export interface ReferenceRecord {
  readonly kind: "exact" | "expansion" | "sampled" | "approximation" | "none";
  /** Which state it is of, and its kind: "equilibrium (expansion)"; null where there is none, as all below. */
  readonly label: string | null;
  readonly name: string | null;
  readonly source: string | null;
  /** Its own error in each of the measures of the same name, relative L2; null where it is not known. */
  readonly error:
    | Readonly<
      Record<"k1" | "freeEnergyAffineGauge" | "freeEnergyGaugeFree" | "diffusivity", number>
    >
    | null;
  /** How far K1 of the L -> infinity formula is from it, relative L2. */
  readonly limit: number | null;
  /** Of the bands of m, f'' and D; null where its error is not known. */
  readonly agreement:
    | Readonly<Record<"mobility" | "curvature" | "diffusivity", BandAgreement>>
    | null;
}

/** Headline figures. `null` means "not measured in this run" and is shown as a dash. */
export interface RunMetrics {
  /** Probability inside of the bands, 0 to 1. */
  level: number;
  /** What the four errors below are measured against. */
  reference: ReferenceRecord | null;
  /** R_L2 of mean K1(rho, rho) against the reference. */
  k1: number | null;
  /** The same against the L -> infinity formula. */
  k1AgainstLimit: number | null;
  /** R_L2 of f after fitting a + b rho. */
  freeEnergyAffineGauge: number | null;
  /** R_L2 of f with the affine part removed from both sides. */
  freeEnergyGaugeFree: number | null;
  /** R_L2 of the collective diffusivity m f''. */
  diffusivity: number | null;
  /** Share of KMC means (all times after the start, all nodes) inside the band. */
  bandCoverage: number | null;
  /** The same with each band widened by the simulation's own 95 % interval. */
  bandCoverageWithKmcError: number | null;
  /** Root mean square of (prediction - KMC mean) over the mean's standard error, same times and nodes. */
  simulationDeviation: number | null;
  /** Largest relative deviation of the mass from its initial value, over members and times. */
  relativeMassDrift: number | null;
  /** Largest rise of F between two steps over all members, relative to |F|; 0 when it never rises. */
  relativeFreeEnergyRise: number | null;
  /** Positive semi-definiteness of K, tested at each Runge-Kutta stage. */
  positiveSemiDefinite:
    | { evaluations: number; violations: number; smallestEigenvalueRatio?: number }
    | null;
}

/** A model of another kind on the same data; figures as in `RunMetrics`. */
export interface Baseline extends Partial<Omit<RunMetrics, "reference">> {
  label: string;
}

/** Seconds for the same span of macroscopic time, by prediction and by direct particle simulation. */
export interface WallClock {
  predictionSeconds: number;
  kmcSeconds: number;
  /** How both were measured: members, realizations, threads. */
  note: string;
}

/** All that `runReport` needs, of a prediction over a ring, or over a square or cube. */
export interface RunReportData<Predicted = ProfileSeries | FieldSeries> {
  title: string;
  /** ISO 8601. */
  createdAt: string;
  /** The command that reproduces the run. */
  command: string;
  seed: number | string;
  versions: Record<string, string>;
  system: SystemDescription;
  /** How realizations began, as a sentence; absent where it is not known. */
  start?: string;
  /** Echoed as formatted JSON. */
  config: unknown;
  warnings: string[];
  metrics: RunMetrics;
  /** m(rho), length^2/(energy time), at least 0. */
  mobility: LearnedFunction;
  /** D = m f'', length^2/time. */
  diffusivity: LearnedFunction;
  /** f''(rho), energy. */
  curvature: LearnedFunction;
  /** K1(rho, rho) = -m/Delta, 1/(energy time), at most 0. */
  k1: LearnedFunction;
  /** f'(rho), energy, gauge fitted. */
  drivingForce: LearnedFunction;
  /** f(rho), energy, gauge fitted. */
  freeEnergyDensity: LearnedFunction;
  /** The mobility against the window; absent where currents were not recorded. */
  windows?: MobilityWindows;
  prediction: Predicted;
  /** The predicted mean at more times than are reported; absent where it was not kept. */
  course?: SpaceTime;
  /** The profiles behind the training; may be empty. */
  trainedProfiles: TrainedProfile[];
  /** F over time. */
  freeEnergy: TimeSeries;
  /** (mass - initial mass)/initial mass, the member that is furthest off at each time. */
  massDeviation: MassDeviation;
  /** Longest span of macroscopic time that training saw. */
  sampledWindow: number;
  training: TrainingCurve[];
  /** The same errors of a baseline that was trained on the same data. */
  baseline?: Baseline;
  stages: StageTime[];
  wallClock?: WallClock;
  /** Further figures with their bounds. */
  claims?: Claim[];
  /** Which data were made and why, of runs towards a named precision. */
  design?: DesignRecord;
}

/** Decisions about data. */
export interface DesignRecord {
  /** What was aimed at, and what came of it: a paragraph each. */
  text: string[];
  /** Every batch with its reason, in order. */
  batches: Table;
}

/** All that `predictionReport` needs: the predictor's own page, without any ground truth. */
export interface PredictionReportData {
  title: string;
  createdAt: string;
  command: string;
  seed: number | string;
  versions: Record<string, string>;
  /** One line that names the model: folder, integrity hash, what it was trained on. */
  model: string;
  warnings: string[];
  prediction: ProfileSeries;
  freeEnergy: TimeSeries;
  massDeviation: MassDeviation;
  /** Densities that training covered and that this prediction visited. */
  coverage: { trained: [number, number]; visited: [number, number] };
  /** Wall-clock seconds of the prediction. */
  seconds?: number;
}
