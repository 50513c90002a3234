import type { Band, CurveBand } from "@spiediff/law";

/** A prediction with bands; arrays over times, nodes or both. */
export interface PredictedRun {
  readonly times: readonly number[];
  /** Node positions, `[M]`. */
  readonly x: Float64Array;
  readonly level: number;
  readonly memberCount: number;
  /** Densities at each time. */
  readonly density: readonly CurveBand[];
  /** Standard deviation of one system's densities at each time; null where it was not computed. */
  readonly fluctuation: readonly Float64Array[] | null;
  readonly freeEnergy: Band;
  /** Largest relative deviation of a member's mass up to each time. */
  readonly massDrift: Float64Array;
  readonly invariants: {
    readonly maxMassDrift: number;
    readonly maxFreeEnergyRise: number;
    readonly operatorsChecked: number;
    readonly operatorsNotPSD: number;
  };
  readonly warnings: readonly string[];
}

/** Densities of direct simulations at the times and nodes of a prediction. */
export interface SimulatedProfiles {
  readonly times: readonly number[];
  readonly elements: number;
  readonly realizations: number;
  /** `[times * elements]`, over the realizations. */
  readonly mean: Float64Array;
  readonly standardError: Float64Array;
}
