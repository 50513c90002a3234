import {
  explicitRungeKutta,
  type Method,
  rk4,
  rosenbrock2,
  type StepControl,
} from "@spiediff/macro-solver";
import type { PredictOptions } from "./types.ts";

/** Above this many elements the explicit method's stability limit costs more than accuracy needs. */
const LARGEST_EXPLICIT = 60;

/** Default tolerance of both methods, and what it is divided by in runs that tell what steps leave. */
const TOLERANCE = { explicit: 1e-6, stiff: 1e-5 }, TIGHTER = 10;

/**
 * How a law on a mesh of `elements` is integrated.
 *
 * @param tighter Whether with shorter steps than by default.
 */
export function methodAndControl(
  { method = "auto", fixedStep, tolerance }: Pick<
    PredictOptions,
    "method" | "fixedStep" | "tolerance"
  >,
  elements: number,
  tighter = false,
): { method: Method; stiff?: Method; control: StepControl } {
  const explicit = method === "rk4" || (method === "auto" && elements <= LARGEST_EXPLICIT);
  const usual = (explicit ? TOLERANCE.explicit : TOLERANCE.stiff) / (tighter ? TIGHTER : 1);
  return {
    method: explicit ? explicitRungeKutta(rk4) : rosenbrock2,
    ...(method === "auto" && explicit ? { stiff: rosenbrock2 } : {}),
    control: fixedStep === undefined
      ? { kind: "adaptive", tolerance: tolerance ?? usual }
      : { kind: "fixed", step: fixedStep },
  };
}
