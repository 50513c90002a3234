import { outsideOf } from "./projection.ts";
import { solvePeriodicTridiagonal } from "./periodic_tridiagonal.ts";
import type { Method, Point, RateEvaluator, Stepper } from "./method.ts";

const GAMMA = 1 - Math.SQRT1_2;

/**
 * The stiff fallback: ROS2, an L-stable linearly implicit method of order 2 *whatever* its matrix A
 * (Verwer, Spee, Blom & Hundsdorfer, "A second-order Rosenbrock method applied to photochemical
 * dispersion problems", 1999):
 *
 * 1. `(1 - gamma h A) k1 = r(y)`
 * 2. `(1 - gamma h A) k2 = r(y + h k1) - 2 k1`
 * 3. `y + (3/2) h k1 + (1/2) h k2`
 *
 * A is `-(1/Delta) K diag(f'')` with K frozen: its columns sum to zero, so mass stays exact, and
 * `f'' >= 0` (clipped there: only efficiency depends on it) makes `1 - gamma h A` an M-matrix.
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
      for (let i = 0; i < elements; i++) {
        const left = base + (i + elements - 1) % elements;
        const right = base + (i + 1) % elements;
        const own = base + i;
        lower[i] = factor * K1[left] * Math.max(curvature[left], 0);
        upper[i] = factor * K1[own] * Math.max(curvature[right], 0);
        diagonal[i] = 1 - factor * (K1[left] + K1[own]) * Math.max(curvature[own], 0);
      }
      solvePeriodicTridiagonal(lower, diagonal, upper, rhs, base, work);
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
