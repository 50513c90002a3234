import { numberParser, textParser, UserError } from "@spiediff/command-line";

/**
 * A number where the text is one, so that `--seed 7` and a library's `seed: 7` are the same; else a word.
 *
 * @param name What the text is called where the user wrote it.
 * @throws {UserError} if the number is not whole, or beyond 2^53.
 */
export function parseSeed(text: string, name = "--seed"): number | string {
  let seed: number;
  try {
    seed = numberParser(text);
  } catch {
    return textParser(text);
  }
  if (Number.isSafeInteger(seed)) return seed;
  throw new UserError(
    `${name} must be a whole number of at most ${Number.MAX_SAFE_INTEGER}, or a word, not "${text}".`,
  );
}

/** The seed's text, checked: for flags. */
export const seedText = (text: string): string => String(parseSeed(text));
