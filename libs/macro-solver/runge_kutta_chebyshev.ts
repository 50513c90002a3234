import type { Method, Point, RateEvaluator, Stepper } from "./method.ts";
import { outsideOf } from "./projection.ts";
import { largestDecayRate } from "./step_size.ts";

/** Damping of the stability polynomial. */
const EPSILON = 2 / 13;

/**
 * RKC: explicit, of order 2, with as many stages as a step's length asks for; s of them are stable up to
 * `h * lambda` = 0.65 s^2 on the negative real axis (Sommeijer, Shampine & Verwer, "RKC: an explicit solver for
 * parabolic PDEs", J. Comput. Appl. Math. 88 (1997) 315). What the implicit methods are on a ring it is on
 * squares and cubes, where linear systems cost more than evaluations of the law.
 */
export const rungeKuttaChebyshev: Method = {
  name: "runge-kutta-chebyshev",
  order: 2,
  errorOrder: 1,
  realStability: Infinity,
  needsCurvature: true,
  bind,
};

function bind(evaluator: RateEvaluator): Stepper {
  const { law } = evaluator;
  const stage: Point = evaluator.newPoint();
  const size = stage.state.length;
  const before = new Float64Array(size), beforeThat = new Float64Array(size);
  return {
    async attempt(from, time, h, to, error) {
      const stages = stagesFor(h * largestDecayRate(law, from.values));
      const { first, steps } = coefficients(stages);
      const { state: y0, rate: f0 } = from;
      beforeThat.set(y0);
      for (let n = 0; n < size; n++) before[n] = y0[n] + first * h * f0[n];
      for (const { mu, nu, rate, start, time: share } of steps) {
        const outside = outsideOf(law, before);
        if (outside) return outside;
        stage.state.set(before);
        await evaluator.evaluate(stage, time + share * h);
        const f = stage.rate, own = 1 - mu - nu;
        for (let n = 0; n < size; n++) {
          const next = own * y0[n] + mu * before[n] + nu * beforeThat[n] +
            h * (rate * f[n] + start * f0[n]);
          beforeThat[n] = before[n];
          before[n] = next;
        }
      }
      const outside = outsideOf(law, before);
      if (outside) return outside;
      to.state.set(before);
      await evaluator.evaluate(to, time + h);
      for (let n = 0; n < size; n++) {
        error[n] = 0.8 * (y0[n] - before[n]) + 0.4 * h * (f0[n] + to.rate[n]);
      }
      return "done";
    },
  };
}

/** Stages that are stable for `h * lambda`. */
const stagesFor = (stiffness: number) =>
  Math.max(2, 1 + Math.floor(Math.sqrt(1 + 1.54 * stiffness)));

/** One stage: weights of the stage before, of that before it, of the rates before and at the start. */
interface Stage {
  readonly mu: number;
  readonly nu: number;
  readonly rate: number;
  readonly start: number;
  /** Where the stage before lies in the step. */
  readonly time: number;
}

/** Chebyshev polynomials `T_j` and their first two derivatives beyond 1, `j = 0 .. stages`. */
function chebyshev(stages: number, x: number) {
  const T = [1, x], first = [0, 1], second = [0, 0];
  for (let j = 2; j <= stages; j++) {
    T.push(2 * x * T[j - 1] - T[j - 2]);
    first.push(2 * T[j - 1] + 2 * x * first[j - 1] - first[j - 2]);
    second.push(4 * first[j - 1] + 2 * x * second[j - 1] - second[j - 2]);
  }
  return { T, first, second };
}

function coefficients(stages: number): { readonly first: number; readonly steps: Stage[] } {
  const w0 = 1 + EPSILON / stages ** 2;
  const { T, first, second } = chebyshev(stages, w0);
  const w1 = first[stages] / second[stages];
  const b = T.map((_, j) => second[Math.max(j, 2)] / first[Math.max(j, 2)] ** 2);
  const share = (j: number) =>
    j === 1 ? w1 * second[2] / first[2] / (4 * w0) : w1 * second[j] / first[j];
  return {
    first: b[1] * w1,
    steps: Array.from({ length: stages - 1 }, (_, k) => {
      const j = k + 2, rate = 2 * b[j] * w1 / b[j - 1];
      return {
        mu: 2 * b[j] * w0 / b[j - 1],
        nu: -b[j] / b[j - 2],
        rate,
        start: -(1 - b[j - 1] * T[j - 1]) * rate,
        time: share(j - 1),
      };
    }),
  };
}
