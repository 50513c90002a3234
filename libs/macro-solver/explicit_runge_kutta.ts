import type { ButcherTableau } from "./butcher_tableau.ts";
import { outsideOf } from "./projection.ts";
import type { Method, Point, RateEvaluator, Stepper } from "./method.ts";

/** The explicit Runge-Kutta method of a tableau, first-same-as-last. */
export function explicitRungeKutta(tableau: ButcherTableau): Method {
  return {
    name: tableau.name,
    order: tableau.order,
    errorOrder: tableau.embedded.order,
    realStability: tableau.realStability,
    needsCurvature: false,
    bind: (evaluator) => bind(tableau, evaluator),
  };
}

function bind(tableau: ButcherTableau, evaluator: RateEvaluator): Stepper {
  const { a, b, c, embedded } = tableau;
  const { law } = evaluator;
  const stages = b.length;
  const stage: Point = evaluator.newPoint();
  const size = stage.state.length;
  // rates[0] and rates[stages] are those of the two end points; only the inner ones live here.
  const rates: Float64Array[] = Array.from({ length: stages + 1 }, () => new Float64Array(0));
  for (let i = 1; i < stages; i++) rates[i] = new Float64Array(size);

  return {
    async attempt(from, time, h, to, error) {
      rates[0] = from.rate;
      rates[stages] = to.rate;
      for (let i = 1; i < stages; i++) {
        combine(stage.state, from.state, h, a[i], rates);
        const stageOutside = outsideOf(law, stage.state);
        if (stageOutside) return stageOutside;
        await evaluator.evaluate(stage, time + c[i] * h);
        rates[i].set(stage.rate);
      }
      combine(to.state, from.state, h, b, rates);
      const toOutside = outsideOf(law, to.state);
      if (toOutside) return toOutside;
      await evaluator.evaluate(to, time + h);
      error.fill(0);
      for (let i = 0; i <= stages; i++) {
        const weight = h * ((b[i] ?? 0) - (embedded.b[i] ?? 0));
        if (weight === 0) continue;
        const k = rates[i];
        for (let n = 0; n < size; n++) error[n] += weight * k[n];
      }
      return "done";
    },
  };
}

/** `out = y + h * sum_j weights[j] rates[j]`. */
function combine(
  out: Float64Array,
  y: Float64Array,
  h: number,
  weights: readonly number[],
  rates: readonly Float64Array[],
): void {
  out.set(y);
  for (let j = 0; j < weights.length; j++) {
    const weight = h * weights[j];
    if (weight === 0) continue;
    const k = rates[j];
    for (let n = 0; n < out.length; n++) out[n] += weight * k[n];
  }
}
