/** Learns a convex or concave function of two fields from fluxes and from covariances of the fields. */
import {
  type ConvexFunction,
  type ConvexGradient,
  JET,
  type MatrixFunction,
  potentialFunction,
  potentialGradient,
  type PotentialNetwork,
  randomConvex,
} from "@spiediff/field-networks";
import type { RandomStream } from "@spiediff/random";
import { type Fit, fitParameters, type Residuals, type ResidualSlopes } from "./gauss_newton.ts";
import { fieldsAt, scalingOf, type StateOf } from "./inputs.ts";
import type { FieldsData } from "./types.ts";
import { ringWhitener, whitener } from "./whitening.ts";

/** A potential with its derivatives at a point, `[v, v_x, v_y, v_xx, v_xy, v_yy]`. */
export type Jet = Float64Array;

/** What is particular of a system. */
export interface PotentialForm {
  readonly stateOf: StateOf;
  /** 1 for a convex function, -1 for a concave one. */
  readonly sign: 1 | -1;
  /** Whether a concave function rises, and a convex one falls, in its second variable. */
  readonly monotonous: boolean;
  /** What is added to the network: see {@link PotentialNetwork}. */
  readonly ideal: PotentialNetwork["ideal"];
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

/** Least squares with derivatives. */
export interface Problem {
  readonly residuals: Residuals;
  readonly slopes?: ResidualSlopes;
}

/** A learned potential. */
export interface LearnedPotential {
  readonly network: PotentialNetwork;
  readonly fit: Fit;
  readonly data: number;
  readonly rows: readonly number[];
  /** The residuals and their derivatives as they would be with another M. */
  problemWith(mobility: MatrixFunction): Problem;
  /** The function of any parameters, in the fields' own units. */
  functionOf(parameters: Float64Array): ConvexFunction;
}

/** Least squares over parts, one after another. */
function problemOf(network: PotentialNetwork, parts: readonly Part[]): Required<Problem> {
  const size = sizeOfAll(parts);
  return {
    residuals(parameters) {
      const potential = potentialFunction(network, parameters), out = new Float64Array(size);
      let at = 0;
      for (const part of parts) {
        part.fill(potential, out, at);
        at += part.size;
      }
      return out;
    },
    slopes(parameters) {
      const gradient = potentialGradient(network, parameters), width = parameters.length;
      const out = new Float64Array(size * width);
      let at = 0;
      for (const part of parts) {
        part.fillSlopes(gradient, width, out, at);
        at += part.size;
      }
      return out;
    },
  };
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
  const { monotonous, ideal } = form, scaling = scalingOf(data, form.stateOf);
  const unit = form.sign * sizeOf(data, form, scaling.width);
  const network: PotentialNetwork = { first, second, monotonous, scaling, unit, ideal };
  const functionOf = (parameters: Float64Array) => potentialFunction(network, parameters);
  const fluxes = data.map((profile) => fluxResiduals(profile, mobility.entries, form));
  const covariances = susceptibilities
    ? data.map((profile) => susceptibilityResiduals(profile, form))
    : [];
  const partsWith = (at: MatrixFunction) =>
    fluxes.map((part, p) => susceptibilities ? [part(at), covariances[p]] : [part(at)]);
  const over = (parts: readonly Part[]) => problemOf(network, parts);
  const fitOver = (parts: readonly Part[], start: Float64Array, from?: Float64Array) => {
    const { residuals, slopes } = over(parts);
    return fitParameters(residuals, start, { ...options, slopes, ...(from && { from }) });
  };
  const profiles = partsWith(mobility.at);
  // From a random start the search may end far off: the best of several, by their whole cost.
  const fits = Array.from({ length: starts }, (_, k) => {
    const start = Float64Array.from([
      ...randomConvex({ ...network, fallsInSecond: monotonous }, stream.split("start").split(k)),
      ...(ideal === null ? [] : [0]),
    ]);
    // Covariances lead near the answer from anywhere; fluxes, far more precise, have narrow valleys.
    const near = susceptibilities ? fitOver(covariances, start) : undefined;
    return fitOver(profiles.flat(), start, near?.parameters);
  });
  return {
    network,
    fit: fits.reduce((best, one) => one.cost < best.cost ? one : best),
    data: sizeOfAll(profiles.flat()),
    rows: profiles.map(sizeOfAll),
    problemWith: (at) => over(partsWith(at).flat()),
    functionOf,
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
  /** Derivatives in the parameters, `width` of them, into the rows from row `at` on. */
  fillSlopes(gradient: ConvexGradient, width: number, out: Float64Array, at: number): void;
}

/**
 * Adds to rows of `out`, `[.., width]`, how numbers that are made of a jet change with the parameters; their own
 * change with the jet is taken by central differences.
 *
 * @param rowOf Row of each number.
 */
function addChanges(
  model: (jet: Jet) => readonly number[],
  jet: Jet,
  gradient: Float64Array,
  out: Float64Array,
  rowOf: (number: number) => number,
): void {
  const width = gradient.length / JET, moved = jet.slice();
  for (let q = 0; q < JET; q++) {
    const h = 1e-6 * (1 + Math.abs(jet[q]));
    moved[q] = jet[q] + h;
    const up = model(moved);
    moved[q] = jet[q] - h;
    const down = model(moved);
    moved[q] = jet[q];
    up.forEach((v, f) => {
      const slope = (v - down[f]) / (2 * h);
      if (slope !== 0) addRow(slope, gradient, q * width, out, rowOf(f) * width, width);
    });
  }
}

function addRow(
  factor: number,
  from: Float64Array,
  at: number,
  out: Float64Array,
  to: number,
  width: number,
): void {
  for (let k = 0; k < width; k++) out[to + k] += factor * from[at + k];
}

/** Of one profile, with any M. */
function fluxResiduals(
  profile: FieldsData,
  entries: number,
  form: PotentialForm,
): (mobility: MatrixFunction) => Part {
  const { elements, flux, middle, slope } = profile;
  const whiten = whitener(profile.fluxCovariance, `fluxes, profile ${profile.profileName}`);
  const places = Array.from({ length: elements }, (_, e) => {
    const fields = fieldsAt(middle, elements, e), state = form.stateOf(fields);
    return { fields, state, slopes: fieldsAt(slope, elements, e) };
  });
  return (mobility) => {
    const matrices = places.map(({ state: [a, b] }) => {
      const matrix = new Float64Array(entries);
      mobility(a, b, matrix);
      return matrix;
    });
    return {
      size: flux.length,
      fill(potential, out, at) {
        const jet = new Float64Array(JET), difference = new Float64Array(flux.length);
        places.forEach(({ fields, state, slopes }, e) => {
          potential(state[0], state[1], jet);
          form.flux(jet, matrices[e], fields, slopes).forEach((v, f) => {
            difference[f * elements + e] = v - flux[f * elements + e];
          });
        });
        whiten.vector(difference, out, at);
      },
      fillSlopes(gradient, width, out, at) {
        const jet = new Float64Array(JET), changes = new Float64Array(JET * width);
        const rows = new Float64Array(flux.length * width);
        places.forEach(({ fields, state: [a, b], slopes }, e) => {
          gradient(a, b, jet, changes);
          const model = (own: Jet) => form.flux(own, matrices[e], fields, slopes);
          addChanges(model, jet, changes, rows, (f) => f * elements + e);
        });
        whiten.columns(rows, width, out, at);
      },
    };
  };
}

function susceptibilityResiduals(profile: FieldsData, form: PotentialForm): Part {
  const { elements, node, susceptibility, profileName } = profile;
  const entries = susceptibility.length / elements, size = entries * elements;
  const places = Array.from({ length: elements }, (_, i) => {
    const fields = fieldsAt(node, elements, i), state = form.stateOf(fields);
    return { fields, state, measured: fieldsAt(susceptibility, elements, i) };
  });
  const whiten = ringWhitener(
    profile.susceptibilityCovariance,
    profile.susceptibilityNeighbours,
    (i) => `covariances, profile ${profileName}, node ${i}`,
  );
  // The data are averages over hats: Simpson's rule for them.
  const over = (of: (place: number) => number, i: number) =>
    (of((i + elements - 1) % elements) + 10 * of(i) + of((i + 1) % elements)) / 12;
  return {
    size,
    fill(potential, out, at) {
      const jet = new Float64Array(JET), difference = new Float64Array(size);
      const model = places.map(({ fields, state }) => {
        potential(state[0], state[1], jet);
        return form.susceptibility(jet, fields);
      });
      places.forEach(({ measured }, i) =>
        measured.forEach((v, k) => difference[i * entries + k] = over((j) => model[j][k], i) - v)
      );
      whiten.vector(difference, out, at);
    },
    fillSlopes(gradient, width, out, at) {
      const jet = new Float64Array(JET), changes = new Float64Array(JET * width);
      const points = new Float64Array(size * width), rows = points.slice();
      places.forEach(({ fields, state: [a, b] }, i) => {
        gradient(a, b, jet, changes);
        const model = (own: Jet) => form.susceptibility(own, fields);
        addChanges(model, jet, changes, points, (k) => i * entries + k);
      });
      const block = entries * width;
      for (let i = 0; i < elements; i++) {
        for (const [j, weight] of [[i + elements - 1, 1 / 12], [i, 10 / 12], [i + 1, 1 / 12]]) {
          addRow(weight, points, (j % elements) * block, rows, i * block, block);
        }
      }
      whiten.columns(rows, width, out, at);
    },
  };
}
