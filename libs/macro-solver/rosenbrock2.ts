import { LARGEST_RECONSTRUCTION } from "@spiediff/mesh";
import { outsideOf } from "./projection.ts";
import { solvePeriodicTridiagonal } from "./periodic_tridiagonal.ts";
import type { Method, Point, RateEvaluator, Stepper } from "./method.ts";

const GAMMA = 1 - Math.SQRT1_2;
/** B in `(side, 1 - 2 side, side)`: its inverse amplifies the shortest wave as reconstruction does. */
const SIDE = (1 - 1 / LARGEST_RECONSTRUCTION) / 4;

/**
 * The stiff fallback: ROS2, an L-stable linearly implicit method of order 2 *whatever* its matrix A
 * (Verwer, Spee, Blom & Hundsdorfer, "A second-order Rosenbrock method applied to photochemical
 * dispersion problems", 1999):
 *
 * 1. `(1 - gamma h A) k1 = r(y)`
 * 2. `(1 - gamma h A) k2 = r(y + h k1) - 2 k1`
 * 3. `y + (3/2) h k1 + (1/2) h k2`
 *
 * A is `-(1/Delta) K diag(f'') B^-1` with K frozen, and B^-1 a tridiagonal stand-in for the
 * reconstruction of point values: `(B - gamma h A B) q = ..`, then `k = B q`. The columns of `A B` sum to
 * zero and those of B to one, so mass stays exact; `f'' >= 0` (clipped there: only efficiency depends on
 * it) keeps the columns diagonally dominant.
 */
export const rosenbrock2: Method = {
  name: "rosenbrock2",
  order: 2,
  errorOrder: 1,
  realStability: Infinity,
  needsCurvature: true,
  bind,
};

function bind(evaluator: RateEvaluator): Stepper {
  const { members, elements } = evaluator.law;
  const stage: Point = evaluator.newPoint();
  const size = stage.density.length;
  const k1 = new Float64Array(size);
  const k2 = new Float64Array(size);
  const lower = new Float64Array(elements);
  const diagonal = new Float64Array(elements);
  const upper = new Float64Array(elements);
  const work = new Float64Array(3 * elements);

  const solveAll = (from: Point, h: number, rhs: Float64Array) => {
    const { K1, curvature } = from.values;
    const factor = GAMMA * h * elements;
    for (let m = 0; m < members; m++) {
      const base = m * elements;
      const side = evaluator.lumped[m] === 1 ? 0 : SIDE;
      for (let i = 0; i < elements; i++) {
        const left = base + (i + elements - 1) % elements;
        const right = base + (i + 1) % elements;
        const own = base + i;
        lower[i] = side + factor * K1[left] * Math.max(curvature[left], 0);
        upper[i] = side + factor * K1[own] * Math.max(curvature[right], 0);
        diagonal[i] = 1 - 2 * side - factor * (K1[left] + K1[own]) * Math.max(curvature[own], 0);
      }
      solvePeriodicTridiagonal(lower, diagonal, upper, rhs, base, work);
      average(rhs, base, elements, side);
    }
  };

  return {
    async attempt(from, time, h, to, error) {
      k1.set(from.rate);
      solveAll(from, h, k1);
      for (let n = 0; n < size; n++) stage.density[n] = from.density[n] + h * k1[n];
      const stageOutside = outsideOf(stage.density);
      if (stageOutside) return stageOutside;
      await evaluator.evaluate(stage, time + h);
      for (let n = 0; n < size; n++) k2[n] = stage.rate[n] - 2 * k1[n];
      solveAll(from, h, k2);
      for (let n = 0; n < size; n++) {
        to.density[n] = from.density[n] + h * (1.5 * k1[n] + 0.5 * k2[n]);
        error[n] = 0.5 * h * (k1[n] + k2[n]);
      }
      const toOutside = outsideOf(to.density);
      if (toOutside) return toOutside;
      await evaluator.evaluate(to, time + h);
      return "done";
    },
  };
}

/** `B q` of one member in place. */
function average(q: Float64Array, base: number, elements: number, side: number): void {
  if (side === 0) return;
  const first = q[base];
  let left = q[base + elements - 1];
  for (let i = base; i < base + elements; i++) {
    const own = q[i];
    q[i] = own + side * (left - 2 * own + (i + 1 === base + elements ? first : q[i + 1]));
    left = own;
  }
}
