/** A prediction over a square or cube beside the solution of the exact law's equation. */
import { curvatureOf, type ExactReference, pressureOf } from "@spiediff/exact-reference";
import type { Field } from "@spiediff/law";
import { integrate, localLaw, rungeKuttaChebyshev } from "@spiediff/macro-solver";
import { cube, mapLines, nodalDensity, projectTorusField, square } from "@spiediff/mesh";
import type { PredictedField } from "./predicted_field.ts";

/** How a prediction agrees with the exact law's equation, all times after the start. */
export interface ExactAgreement {
  /** Share of nodes and times inside of the band. */
  readonly inside: number;
  /** Root mean square of (predicted mean - exact) over that of the exact field about its mean. */
  readonly deviation: number;
}

/** The equation is solved on a mesh of half the spacing, so that its own error is a sixteenth of the prediction's. */
const FINER = 2;
/** Largest local error of an average in one step. */
const TOLERANCE = 1e-6;

/**
 * Averages over the prediction's hats at its times, of the exact law from the same start.
 *
 * @param field Of positions, each in `[0, 1)`.
 */
export async function solveExactField(
  reference: ExactReference,
  conserved: Field,
  field: (position: readonly number[]) => number,
  { dimension, elements, times }: Pick<PredictedField, "dimension" | "elements" | "times">,
): Promise<Float64Array[]> {
  const fine = FINER * elements;
  const initialState = nodalDensity(projectTorusField(field, fine, dimension), "lumped", dimension);
  const [low, high] = [Math.min(...initialState), Math.max(...initialState)];
  const form = {
    field: conserved,
    mobility: (rho: number) => reference.mobility(rho),
    freeEnergy: (rho: number) => reference.freeEnergy(rho),
    drivingForce: (rho: number) => reference.drivingForce(rho),
    curvature: (rho: number) => curvatureOf(reference, rho),
    pressure: pressureOf(reference, low, high, conserved).pressure,
  };
  const found: Float64Array[] = [];
  for await (
    const { state } of integrate({
      law: localLaw(form, dimension === 2 ? square(fine) : cube(fine)),
      ...{ initialState, times, method: rungeKuttaChebyshev },
      control: { kind: "adaptive", tolerance: TOLERANCE },
    })
  ) found.push(coarsened(state, elements, dimension));
  return found;
}

/** A hat is half of its middle and a quarter of each neighbour on the mesh of half the spacing, along every axis. */
function coarsened(state: Float64Array, elements: number, dimension: 2 | 3): Float64Array {
  const half = (line: Float64Array) =>
    new Float64Array(elements).map((_, i) => {
      const at = 2 * i, n = line.length;
      return (line[(at + n - 1) % n] + 2 * line[at] + line[at + 1]) / 4;
    });
  const lengths = new Array<number>(dimension).fill(FINER * elements);
  let values = state;
  for (let axis = 0; axis < dimension; axis++) {
    values = mapLines(values, lengths, axis, elements, half);
    lengths[axis] = elements;
  }
  return values;
}

/** Holds a prediction against {@link solveExactField}. */
export function exactAgreement(
  { times, density }: Pick<PredictedField, "times" | "density">,
  exact: readonly Float64Array[],
): ExactAgreement {
  let inside = 0, count = 0, off = 0, scale = 0;
  times.forEach((t, k) => {
    if (t === 0) return;
    const { mean, lower, upper } = density[k];
    const middle = exact[k].reduce((sum, rho) => sum + rho, 0) / exact[k].length;
    exact[k].forEach((rho, i) => {
      count++;
      if (rho >= lower[i] && rho <= upper[i]) inside++;
      off += (mean[i] - rho) ** 2;
      scale += (rho - middle) ** 2;
    });
  });
  return { inside: inside / count, deviation: Math.sqrt(off / scale) };
}
