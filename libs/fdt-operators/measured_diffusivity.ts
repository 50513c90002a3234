/** The collective diffusivity of a profile from its own data, to know how far fluctuations spread in a window. */
import type { EnsembleMoments, EnsembleRecord } from "@spiediff/ensemble";
import { nodalDensity } from "@spiediff/mesh";
import { bandIndex, leastSquaresMap, whiteningOf } from "@spiediff/numerics";
import { Matrix } from "ml-matrix";
import {
  errorCovariance,
  type Jackknife,
  jackknife,
  mapJackknife,
  standardError,
} from "./jackknife.ts";

/**
 * `D` by `J = -D d rho/dx`, one number for all of a profile: least squares of the mean fluxes over a window against
 * the gradients of the mean density.
 *
 * @param window Index of the horizon that the fluxes are of.
 * @returns A jackknife of one entry, without a finite error where there is no gradient.
 */
function diffusivityOfFluxes(record: EnsembleRecord, window: number): Jackknife {
  const { elements: M, horizons } = record;
  return jackknife(record.total, record.blocks, ({ start, windows }) => {
    const density = nodalDensity(start.mean, "fourth-order");
    const mean = windows[window].current.mean;
    // Snapshots leave one constant of the currents open, which no gradient around a ring goes with.
    let product = 0, square = 0;
    for (let e = 0; e < M; e++) {
      const gradient = M * (density[(e + 1) % M] - density[e]);
      product -= gradient * mean[e] / horizons[window];
      square += gradient * gradient;
    }
    return Float64Array.of(product / square);
  });
}

/** Modes whose fluctuations are long compared to particles. */
const MODES = 3;

/**
 * `f''` from the fluctuations of the fields themselves, of a homogeneous system in equilibrium: a mode of the hat
 * functions' integrals varies by `(2 + cos theta) / (3 beta N f'')`, `theta = 2 pi k / M`, summed over the `M` nodes
 * with the mode's phases. The first modes go to `k = 0` along a line in `k^2`, as structure factors do.
 *
 * @returns A jackknife of one entry, `f''`.
 */
export function curvatureOfFluctuations(record: EnsembleRecord, beta: number): Jackknife {
  const { elements: M, system: { sites } } = record;
  const modes = Array.from({ length: Math.min(MODES, Math.floor((M - 1) / 2)) }, (_, j) => j + 1);
  const structure = jackknife(
    record.total,
    record.blocks,
    (moments) =>
      Float64Array.from(modes, (k) => {
        const theta = 2 * Math.PI * k / M;
        return beta * sites * modeVariance(moments, M, theta) * 3 / (2 + Math.cos(theta));
      }),
  );
  const errors = new Matrix(
    modes.map((_, a) => modes.map((_, b) => errorCovariance(structure, a, b))),
  );
  const design = new Matrix(modes.map((k) => modes.length > 2 ? [1, k * k] : [1]));
  const [weights] = leastSquaresMap(design, whiteningOf(errors) ?? undefined)!.to2DArray();
  const limit = mapJackknife(
    structure,
    (values) => Float64Array.of(values.reduce((sum, value, k) => sum + weights[k] * value, 0)),
  );
  const curvature = 1 / limit.value[0];
  return {
    value: Float64Array.of(curvature),
    deviations: limit.deviations.map(([d]) => Float64Array.of(-d * curvature * curvature)),
  };
}

/** Variance of `sum_i z_i exp(i theta j)`. */
function modeVariance({ start, count }: EnsembleMoments, M: number, theta: number): number {
  let sum = 0;
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < M; j++) {
      const at = bandIndex(M, i, j);
      // Far nodes are not kept on long rings, and are independent but for the fixed total, which no mode sees.
      if (at >= 0) sum += Math.cos(theta * (i - j)) * start.comoment[at];
    }
  }
  return sum / (count - 1);
}

/** Relative error of the fluxes' diffusivity above which the fluctuations' is taken: a profile without a gradient. */
const NO_GRADIENT = 0.3;

/** `D` of a profile as a jackknife of one entry, and what it is of. */
export interface MeasuredDiffusivity {
  readonly jack: Jackknife;
  readonly from: "fluxes" | "fluctuations";
}

/**
 * `D` from the fluxes of a profile, or, where there is no gradient that could tell, `m f''` with `f''` from the
 * fluctuations of a homogeneous system in equilibrium.
 *
 * @param window Index of the horizon for the fluxes.
 * @param closedK1 Of a short horizon, over the same blocks.
 */
export function measuredDiffusivity(
  record: EnsembleRecord,
  window: number,
  closedK1: Jackknife,
  beta: number,
): MeasuredDiffusivity {
  const ofFluxes = diffusivityOfFluxes(record, window);
  if (standardError(ofFluxes, 0) < NO_GRADIENT * Math.abs(ofFluxes.value[0])) {
    return { jack: ofFluxes, from: "fluxes" };
  }
  return { jack: diffusivityOfFluctuations(record, closedK1, beta), from: "fluctuations" };
}

/** `m f''` with `f''` from the fluctuations of a homogeneous system in equilibrium; a jackknife of one entry. */
export function diffusivityOfFluctuations(
  record: EnsembleRecord,
  K1: Jackknife,
  beta: number,
): Jackknife {
  const curvature = curvatureOfFluctuations(record, beta);
  const meanMobility = (K1: Float64Array) => -K1.reduce((a, b) => a + b, 0) / K1.length ** 2;
  const m = meanMobility(K1.value), f2 = curvature.value[0];
  // What the mobility knows beside the blocks, such as the error of a correction, has no part in the fluctuations.
  const still = Float64Array.of(0);
  return {
    value: Float64Array.of(m * f2),
    deviations: K1.deviations.map((own, b) =>
      Float64Array.of(m * (curvature.deviations[b] ?? still)[0] + f2 * meanMobility(own))
    ),
  };
}
