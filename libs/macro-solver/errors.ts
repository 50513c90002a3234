/** The integration cannot go on: a non-finite law, a density at its bounds, or a vanishing step. */
export class SolverError extends Error {
  override readonly name = "SolverError";
  constructor(
    readonly reason: "not-finite" | "out-of-bounds" | "step-underflow" | "step-limit",
    message: string,
  ) {
    super(message);
  }
}
