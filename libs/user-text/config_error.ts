/** A mistake in a user's text; the message names every field, its value and what is allowed. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
