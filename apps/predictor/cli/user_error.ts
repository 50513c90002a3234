/** The user's mistake: printed as one line, exit code 2. */
export class UserError extends Error {
  override readonly name = "UserError";
}
