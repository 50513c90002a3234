/** Learns M as a function of two fields from its measured entries, positive definite by construction. */
import {
  choleskyEntries,
  type MatrixFunction,
  mobilityFunction,
  type MobilityNetwork,
  randomCholesky,
} from "@spiediff/field-networks";
import type { RandomStream } from "@spiediff/random";
import { type Fit, fitParameters, type Residuals } from "./gauss_newton.ts";
import { fieldsAt, scalingOf, type StateOf } from "./inputs.ts";
import type { FieldsData } from "./types.ts";
import { ringWhitener } from "./whitening.ts";

/** What is particular of a system. */
export interface DissipationForm {
  readonly stateOf: StateOf;
  /** Blocks of the learned matrix. */
  readonly blocks: readonly number[];
  /** Measured entries, the lower triangle of M row by row, of the learned ones and all fields. */
  entries(learned: Float64Array, fields: readonly number[]): readonly number[];
  /** Learned entries from measured ones: their size sets the units. */
  learned(entries: readonly number[], fields: readonly number[]): readonly number[];
}

/** Size and length of a fit. */
export interface DissipationOptions {
  readonly hidden: number;
  readonly steps: number;
  readonly priorWidth: number;
}

/** A learned M. */
export interface LearnedDissipation {
  readonly network: MobilityNetwork;
  readonly fit: Fit;
  /** Number of data. */
  readonly data: number;
  /** Cuts of the residuals, one a profile, for calibration. */
  readonly rows: readonly number[];
  readonly residuals: Residuals;
  /** The function of any parameters: the fit's, or a member's. */
  functionOf(parameters: Float64Array): MatrixFunction;
}

/** @param stream Source of the first parameters. */
export function fitDissipation(
  data: readonly FieldsData[],
  form: DissipationForm,
  { hidden, ...options }: DissipationOptions,
  stream: RandomStream,
): LearnedDissipation {
  const { blocks } = form, learnedEntries = choleskyEntries({ blocks, hidden });
  const network: MobilityNetwork = {
    blocks,
    hidden,
    scaling: scalingOf(data, form.stateOf),
    units: unitsOf(data, form, learnedEntries),
  };
  const functionOf = (parameters: Float64Array) => mobilityFunction(network, parameters);
  const profiles = data.map((profile) => ({
    places: Array.from({ length: profile.elements }, (_, e) => {
      const fields = fieldsAt(profile.middle, profile.elements, e);
      const measured = fieldsAt(profile.dissipation, profile.elements, e);
      return { fields, state: form.stateOf(fields), measured };
    }),
    whiten: ringWhitener(
      profile.dissipationCovariance,
      profile.dissipationNeighbours,
      (e) => `M, profile ${profile.profileName}, element ${e}`,
    ),
  }));
  const entries = profiles[0].places[0].measured.length;
  const size = entries * profiles.reduce((sum, { places }) => sum + places.length, 0);
  const residuals = (parameters: Float64Array) => {
    const matrix = functionOf(parameters), learned = new Float64Array(learnedEntries);
    const out = new Float64Array(size);
    let at = 0;
    for (const { places, whiten } of profiles) {
      const differences = new Float64Array(entries * places.length);
      places.forEach(({ fields, state, measured }, e) => {
        matrix(state[0], state[1], learned);
        form.entries(learned, fields).forEach((v, q) =>
          differences[entries * e + q] = v - measured[q]
        );
      });
      whiten.vector(differences, out, at);
      at += differences.length;
    }
    return out;
  };
  return {
    network,
    fit: fitParameters(residuals, randomCholesky(network, stream), options),
    data: size,
    rows: data.map(({ elements }) => entries * elements),
    residuals,
    functionOf,
  };
}

/**
 * Units of the entries, `sqrt(d_i d_j)` with the mean diagonal d: a change of units of the fields, which
 * leaves matrices positive definite.
 */
function unitsOf(data: readonly FieldsData[], form: DissipationForm, entries: number): number[] {
  const mean = new Float64Array(entries);
  for (const { dissipation, middle, elements } of data) {
    for (let e = 0; e < elements; e++) {
      form.learned(fieldsAt(dissipation, elements, e), fieldsAt(middle, elements, e))
        .forEach((v, k) => mean[k] += v / (elements * data.length));
    }
  }
  const units: number[] = [];
  let from = 0;
  for (const size of form.blocks) {
    const diagonal = Array.from({ length: size }, (_, i) => mean[from + i * (i + 1) / 2 + i]);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) units.push(Math.sqrt(diagonal[i] * diagonal[j]));
    }
    from += size * (size + 1) / 2;
  }
  return units;
}
