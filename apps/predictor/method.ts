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

/** How a law on a mesh of `elements` is integrated. */
export function methodAndControl(
  { method = "auto", fixedStep, tolerance }: Pick<
    PredictOptions,
    "method" | "fixedStep" | "tolerance"
  >,
  elements: number,
): { method: Method; stiff?: Method; control: StepControl } {
  const explicit = method === "rk4" || (method === "auto" && elements <= LARGEST_EXPLICIT);
  return {
    method: explicit ? explicitRungeKutta(rk4) : rosenbrock2,
    ...(method === "auto" && explicit ? { stiff: rosenbrock2 } : {}),
    control: fixedStep === undefined
      ? { kind: "adaptive", tolerance: tolerance ?? (explicit ? 1e-6 : 1e-5) }
      : { kind: "fixed", step: fixedStep },
  };
}
