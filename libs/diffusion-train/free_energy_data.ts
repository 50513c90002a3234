import type { Field } from "@spiediff/law";
import type { RingMatrix } from "@spiediff/numerics";
import type { Matrix } from "ml-matrix";
import { meanAndStd } from "./_statistics.ts";
import {
  fluxCovariance,
  meshCorrection,
  statedCovariance,
  windowCorrection,
} from "./flux_errors.ts";
import { fitForce, type FitRow, USUAL, withModelError } from "./force_fit.ts";
import { operatorEntries } from "./physics_layer.ts";
import { smoothMobility } from "./smooth_law.ts";
import type { OperatorData } from "./types.ts";
import { covarianceAfter, whitened, type Whitening, whiteningsOf } from "./whitening.ts";

/**
 * One profile, ready for the free-energy training; `[M]` each, entry e of `mobility` and `flux` for the
 * element between nodes e and e+1.
 */
export interface ForceRows {
  readonly profileName: string;
  /** What `density` is. */
  readonly field: Field;
  readonly density: Float64Array;
  /** f' at the nodes less what is known of it, as the data have it: fluxes over the trained K, summed around the ring. */
  readonly observedForce: Float64Array;
  /** Means over the elements by the trained model, constant in this training. */
  readonly mobility: Float64Array;
  /**
   * As `-(m_e/Delta) (f'_{e+1} - f'_e)` of the learned part of f' should have it: less what the product form
   * leaves out on the mesh, what the densities' change during the window adds, and {@link knownForce}'s part.
   */
  readonly flux: Float64Array;
  /** `[M]` over each element what drives besides: the known part of f', less the work of an external field. */
  readonly knownForce: Float64Array;
  /** Energy of the ideal part that f' has besides. */
  readonly idealEnergy: number;
  /**
   * Whitening matrix W: the errors of `W flux` are independent with unit variance, the trained elements' first.
   * Its norm |W r|^2 is the Onsager-Machlup action of the residual r, up to constants.
   */
  readonly whitening: Whitening;
  /**
   * `[M, M]` covariance of the errors of `W flux` that the data state, with a law's own error of 0.1 %: what a
   * test of the law needs, for W knows an error of the law as large as these data ask for. Zero where a
   * constant around the ring is open: no datum tells it.
   */
  readonly statedErrors: Matrix;
  /**
   * The same as W for the innovations of held-out elements: |V r|^2 is what their fluxes add to the
   * action of the trained elements'. Rows of the one matrix are zero where the other's are not.
   */
  readonly heldOutWhitening: Whitening;
  /** Number of elements held out. */
  readonly heldOutCount: number;
  /** Error of the law itself relative to fluxes, which the whitening allows for; of all profiles alike. */
  readonly lawError: number;
}

/**
 * Turns fluxes into noisy observations of f' (the diffusion's clean data).
 *
 * Fluxes over the trained entries of K are the steps of f' between neighbours; they close around the ring
 * after a least-squares adjustment; and the constant that each profile leaves open is set by one
 * smooth curve through the steps of all profiles. That curve also stands in for the fluxes of
 * held-out elements. Multiplying by K takes these observations back to
 * the drift: the diffusion runs over the drift, in the coordinates in which its samples are
 * functions of the density alone (docs/theory.md section 6.3).
 *
 * @param mobility `[profiles][M]` means over the elements by the trained model, all positive.
 * @throws {RangeError} if a mobility is not positive or a covariance is not positive definite.
 */
export function forceRows(
  data: readonly OperatorData[],
  mobility: readonly Float64Array[],
): ForceRows[] {
  data.forEach((d, p) =>
    mobility[p].forEach((mean, e) => {
      if (mean > 0) return;
      throw new RangeError(
        `The mobility of element ${e}, profile ${d.profileName}, is ${mean}, not above 0.`,
      );
    })
  );
  const { field } = data[0];
  const { fitted, force, modelError } = fitProfiles(data, mobility);
  return fitted.map((row, p) => {
    const { density, flux, heldOut, profileName } = row;
    const entries = operatorEntries(row.mobility);
    const covariance = withModelError(row, modelError);
    const M = density.length;
    const observed = flux.map((J, e) =>
      heldOut[e] ? entries[e] * (force.value(density[(e + 1) % M]) - force.value(density[e])) : J
    );
    const steps = closedSteps(observed, entries, covariance);
    const observedForce = new Float64Array(M);
    for (let i = 1; i < M; i++) observedForce[i] = observedForce[i - 1] + steps[i - 1];
    let shift = 0;
    observedForce.forEach((v, i) => shift += (force.value(density[i]) - v) / M);
    const { idealEnergy = 0, externalField = 0 } = data[p];
    const ideal = density.map((rho) =>
      idealEnergy === 0 ? 0 : idealEnergy * field.ideal.value(rho)
    );
    const idealSteps = ideal.map((own, e) => ideal[(e + 1) % M] - own);
    const whitenings = whiteningsOf(covariance, heldOut, profileName);
    const stated = withModelError(row, USUAL).plus(-(data[p].circulationVariance ?? 0));
    return {
      profileName,
      field,
      density,
      mobility: row.mobility,
      flux: flux.map((J, e) => J - entries[e] * idealSteps[e]),
      knownForce: idealSteps.map((step) => step - externalField / M),
      idealEnergy,
      ...whitenings,
      heldOutCount: heldOut.filter(Boolean).length,
      lawError: modelError,
      statedErrors: covarianceAfter(whitenings.whitening, stated),
      observedForce: observedForce.map((v, i) => v + shift - ideal[i]),
    };
  });
}

/** Two fits: the first one tells the law that errors and mesh corrections need to first order. */
function fitProfiles(data: readonly OperatorData[], mobility: readonly Float64Array[]) {
  const fitted = fitRows(data, mobility);
  return { fitted, ...fitForce(fitted, data[0].field, data[0].expectedLawError) };
}

/** What a fit sees of each profile, with errors at measured densities. @param mobility `[profiles][M]` means. */
export function fitRows(
  data: readonly OperatorData[],
  mobility: readonly Float64Array[],
): FitRow[] {
  const rowOf = (d: OperatorData, p: number): FitRow => ({
    profileName: d.profileName,
    density: Float64Array.from(d.density),
    mobility: mobility[p],
    flux: Float64Array.from(d.flux, (J, e) => J - mobility[p][e] * (d.externalField ?? 0)),
    covariance: statedCovariance(d),
    heldOut: d.heldOut ?? d.flux.map(() => false),
  });
  const rows = data.map(rowOf);
  const law = {
    force: fitForce(rows, data[0].field, data[0].expectedLawError).force,
    mobility: smoothMobility(data.map((d) => d.elementDensity ?? d.density), mobility),
  };
  return rows.map((row, p) => {
    const mesh = meshCorrection(data[p], law), window = windowCorrection(data[p], mobility[p], law);
    return {
      ...row,
      flux: row.flux.map((J, e) => J - mesh[e] - window[e]),
      covariance: fluxCovariance(data[p], mobility[p], law),
    };
  });
}

/** Steps f'_{e+1} - f'_e, adjusted by generalised least squares to sum to zero around the ring. */
function closedSteps(
  flux: Float64Array,
  entries: Float64Array,
  covariance: RingMatrix,
): Float64Array {
  const steps = entries.map((k, e) => flux[e] / k);
  const excess = steps.reduce((a, b) => a + b, 0);
  // Covariance of each step with their sum.
  const sums = covariance.timesColumn(entries.map((k) => 1 / k));
  const towards = entries.map((k, e) => sums[e] / k);
  const total = towards.reduce((a, b) => a + b, 0);
  return steps.map((step, e) => step - excess * towards[e] / total);
}

/** Of the spread of f' the least that its learned part is thought to have: it may be nothing but noise. */
const LEAST_PART = 0.01;

/** Normalisation of the learned part of f' over all nodes of all profiles. */
export function forceScaling(rows: readonly ForceRows[]): { mean: number; std: number } {
  const { mean, std } = meanAndStd(rows.flatMap((row) => [...row.observedForce]));
  const whole = meanAndStd(
    rows.flatMap(({ observedForce, density, field, idealEnergy }) =>
      Array.from(
        observedForce,
        (v, i) => idealEnergy === 0 ? v : v + idealEnergy * field.ideal.value(density[i]),
      )
    ),
  );
  return { mean, std: Math.max(std, LEAST_PART * whole.std) };
}

/** Mean of |W flux|^2 over the data: in units of it the loss starts near one. */
export function meanAction(rows: readonly ForceRows[]): number {
  const squares = rows.flatMap(({ whitening, flux }) =>
    Array.from(whitened(whitening, flux), (v) => v * v)
  );
  return squares.reduce((a, b) => a + b, 0) / squares.length;
}
