import { outsideOf } from "./projection.ts";
import { gradientStiffness } from "./step_size.ts";
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
 * A is the mesh's, `-(1/Delta^d) K diag(f'') R` with K frozen and R a stand-in for the reconstruction of
 * point values; it keeps sums over nodes, so mass stays exact. A gradient energy adds to f'' what it adds for
 * the shortest wave: enough for stability, and the order does not ask.
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
  const { law, lumped } = evaluator;
  const { members, mesh } = law;
  const stage: Point = evaluator.newPoint();
  const size = stage.state.length;
  const k1 = new Float64Array(size);
  const k2 = new Float64Array(size);
  const solver = mesh.implicitSolver();
  const gradient = gradientStiffness(law);
  const stiffness = new Float64Array(size);

  const solveAll = ({ values: { mobility, curvature } }: Point, h: number, rhs: Float64Array) => {
    for (let n = 0; n < size; n++) stiffness[n] = Math.max(curvature[n], 0) + gradient;
    for (let m = 0; m < members; m++) {
      const [pairs, nodes] = [m * mesh.pairs.count, m * mesh.nodes];
      solver.solve(mobility, pairs, stiffness, nodes, GAMMA * h, lumped[m] === 1, rhs);
    }
  };

  return {
    async attempt(from, time, h, to, error) {
      k1.set(from.rate);
      solveAll(from, h, k1);
      for (let n = 0; n < size; n++) stage.state[n] = from.state[n] + h * k1[n];
      const stageOutside = outsideOf(law, stage.state);
      if (stageOutside) return stageOutside;
      await evaluator.evaluate(stage, time + h);
      for (let n = 0; n < size; n++) k2[n] = stage.rate[n] - 2 * k1[n];
      solveAll(from, h, k2);
      for (let n = 0; n < size; n++) {
        to.state[n] = from.state[n] + h * (1.5 * k1[n] + 0.5 * k2[n]);
        error[n] = 0.5 * h * (k1[n] + k2[n]);
      }
      const toOutside = outsideOf(law, to.state);
      if (toOutside) return toOutside;
      await evaluator.evaluate(to, time + h);
      return "done";
    },
  };
}
