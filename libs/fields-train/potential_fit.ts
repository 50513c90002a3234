/** Learns a convex or concave function of two fields from fluxes and from covariances of the fields. */
import { softplus } from "@spiediff/numerics";
import type { RandomStream } from "@spiediff/random";
import type { MatrixFunction } from "./cholesky_network.ts";
import {
  type ConvexFunction,
  convexFunction,
  type ConvexShape,
  JET,
  randomConvex,
} from "./convex_network.ts";
import { type Fit, fitParameters } from "./gauss_newton.ts";
import { fieldsAt, scalingOf, type StateOf } from "./inputs.ts";
import type { FieldsData } from "./types.ts";
import { whitener } from "./whitening.ts";

/** A potential with its derivatives at a point, `[v, v_x, v_y, v_xx, v_xy, v_yy]`. */
export type Jet = Float64Array;

/** What is particular of a system. */
export interface PotentialForm {
  readonly stateOf: StateOf;
  /** 1 for a convex function, -1 for a concave one. */
  readonly sign: 1 | -1;
  /** Whether a concave function rises, and a convex one falls, in its second variable. */
  readonly monotonous: boolean;
  /**
   * The potential of particles without interaction, in the fields' own units, a learned positive multiple of
   * which is added: near the ends of a domain every potential goes like it, which no network does.
   */
  readonly ideal?: ConvexFunction;
  /** Fluxes of all fields. */
  flux(
    jet: Jet,
    mobility: Float64Array,
    fields: readonly number[],
    slopes: readonly number[],
  ): readonly number[];
  /** Variances of the two fields that the potential is of, out of the covariances of all: they set its size. */
  variances(
    susceptibility: readonly number[],
    fields: readonly number[],
  ): readonly [number, number];
  /** Covariances of all fields, the lower triangle row by row. */
  susceptibility(jet: Jet, fields: readonly number[]): readonly number[];
}

/** Size and length of a fit. */
export interface PotentialOptions {
  readonly first: number;
  readonly second: number;
  readonly steps: number;
  readonly priorWidth: number;
  /** Random starts, of which the best end counts. @defaultValue 3 */
  readonly starts?: number;
  /** Whether covariances of the fields are data, too. @defaultValue true */
  readonly susceptibilities?: boolean;
}

/** A learned potential. */
export interface LearnedPotential {
  readonly fit: Fit;
  readonly data: number;
  readonly rows: readonly number[];
  /** The function of any parameters, in the fields' own units. */
  functionOf(parameters: Float64Array): ConvexFunction;
}

/**
 * @param mobility Learned before, and constant here.
 * @param stream Source of the first parameters.
 */
export function fitPotential(
  data: readonly FieldsData[],
  mobility: { readonly entries: number; readonly at: MatrixFunction },
  form: PotentialForm,
  options: PotentialOptions,
  stream: RandomStream,
): LearnedPotential {
  const { first, second, starts = 3, susceptibilities = true } = options;
  const shape: ConvexShape = { first, second, fallsInSecond: form.monotonous };
  const { mean, width } = scalingOf(data, form.stateOf);
  const unit = form.sign * sizeOf(data, form, width);
  const functionOf = potentials(shape, form, { mean, width, unit });
  const fluxes = data.map((profile) => fluxResiduals(profile, mobility, form));
  const covariances = susceptibilities
    ? data.map((profile) => susceptibilityResiduals(profile, form))
    : [];
  const profiles = fluxes.map((part, p) => susceptibilities ? [part, covariances[p]] : [part]);
  const over = (parts: readonly Part[]) => (parameters: Float64Array) => {
    const potential = functionOf(parameters);
    const out = new Float64Array(sizeOfAll(parts));
    let at = 0;
    for (const { size, fill } of parts) {
      fill(potential, out, at);
      at += size;
    }
    return out;
  };
  // From a random start the search may end far off: the best of several, by their whole cost.
  const fits = Array.from({ length: starts }, (_, k) => {
    const start = Float64Array.from([
      ...randomConvex(shape, stream.split("start").split(k)),
      ...(form.ideal ? [0] : []),
    ]);
    // Covariances lead near the answer from anywhere; fluxes, far more precise, have narrow valleys.
    const near = susceptibilities ? fitParameters(over(covariances), start, options) : undefined;
    return fitParameters(over(profiles.flat()), start, {
      ...options,
      ...(near && { from: near.parameters }),
    });
  });
  const fit = fits.reduce((best, one) => one.cost < best.cost ? one : best);
  return {
    fit,
    data: sizeOfAll(profiles.flat()),
    rows: profiles.map(sizeOfAll),
    functionOf,
  };
}

/** Potentials by their parameters: a network in units of the data, and a share of what is ideal. */
function potentials(
  shape: ConvexShape,
  { ideal }: PotentialForm,
  { mean, width: [a, b], unit }: {
    readonly mean: readonly number[];
    readonly width: readonly [number, number];
    readonly unit: number;
  },
): LearnedPotential["functionOf"] {
  return (parameters) => {
    const convex = convexFunction(shape, parameters);
    const jet = new Float64Array(JET);
    const share = ideal ? softplus(parameters.at(-1)!) : 0;
    return (x, y, out) => {
      convex((x - mean[0]) / a, (y - mean[1]) / b, out);
      out[0] *= unit;
      out[1] *= unit / a;
      out[2] *= unit / b;
      out[3] *= unit / (a * a);
      out[4] *= unit / (a * b);
      out[5] *= unit / (b * b);
      if (ideal === undefined) return;
      ideal(x, y, jet);
      for (let k = 0; k < JET; k++) out[k] += share * jet[k];
    };
  };
}

const sizeOfAll = (parts: readonly Part[]) => parts.reduce((sum, part) => sum + part.size, 0);

/** Of the potential, so that a network of order 1 has the second derivatives that the fields' variances ask for. */
function sizeOf(
  data: readonly FieldsData[],
  form: PotentialForm,
  width: readonly [number, number],
): number {
  let sum = 0, count = 0;
  for (const { elements, node, susceptibility } of data) {
    for (let i = 0; i < elements; i++) {
      const variances = form.variances(
        fieldsAt(susceptibility, elements, i),
        fieldsAt(node, elements, i),
      );
      variances.forEach((variance, k) => sum += width[k] ** 2 / variance);
      count++;
    }
  }
  return sum / count;
}

/** Part of the residuals. */
interface Part {
  readonly size: number;
  fill(potential: ConvexFunction, out: Float64Array, at: number): void;
}

function fluxResiduals(
  profile: FieldsData,
  mobility: { readonly entries: number; readonly at: MatrixFunction },
  form: PotentialForm,
): Part {
  const { elements, flux, middle, slope } = profile;
  const whiten = whitener(profile.fluxCovariance, `fluxes, profile ${profile.profileName}`);
  const places = Array.from({ length: elements }, (_, e) => {
    const fields = fieldsAt(middle, elements, e), state = form.stateOf(fields);
    const matrix = new Float64Array(mobility.entries);
    mobility.at(state[0], state[1], matrix);
    return { fields, state, matrix, slopes: fieldsAt(slope, elements, e) };
  });
  return {
    size: flux.length,
    fill(potential, out, at) {
      const jet = new Float64Array(JET), difference = new Float64Array(flux.length);
      places.forEach(({ fields, state, matrix, slopes }, e) => {
        potential(state[0], state[1], jet);
        form.flux(jet, matrix, fields, slopes).forEach((v, f) => {
          difference[f * elements + e] = v - flux[f * elements + e];
        });
      });
      whiten(difference, out, at);
    },
  };
}

function susceptibilityResiduals(profile: FieldsData, form: PotentialForm): Part {
  const { elements, node, susceptibility, susceptibilityCovariance } = profile;
  const entries = susceptibility.length / elements;
  const places = susceptibilityCovariance.map((covariance, i) => {
    const fields = fieldsAt(node, elements, i);
    return {
      fields,
      state: form.stateOf(fields),
      measured: fieldsAt(susceptibility, elements, i),
      whiten: whitener(covariance, `covariances, profile ${profile.profileName}, node ${i}`),
    };
  });
  return {
    size: entries * elements,
    fill(potential, out, at) {
      const jet = new Float64Array(JET);
      const model = places.map(({ fields, state }) => {
        potential(state[0], state[1], jet);
        return form.susceptibility(jet, fields);
      });
      places.forEach(({ measured, whiten }, i) => {
        const left = model[(i + elements - 1) % elements], right = model[(i + 1) % elements];
        // The data are averages over hats: Simpson's rule for them.
        const difference = measured.map((v, k) => (left[k] + 10 * model[i][k] + right[k]) / 12 - v);
        whiten(difference, out, at + entries * i);
      });
    },
  };
}
