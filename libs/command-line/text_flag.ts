/** Of an argument's value; the command line names the argument. */
export const EMPTY = "Cannot be empty";

/**
 * The text that an argument's value is. A variable of a shell that is not set gives an empty one, which
 * would otherwise stand for the current folder, all addresses and the like.
 *
 * @throws {SyntaxError} if nothing is in it.
 */
export function textParser(text: string): string {
  if (text.trim() === "" || isEmptyFlag(text)) throw new SyntaxError(EMPTY);
  return text;
}

/** Whether a word is a flag without its value, `--out=`, which the scanner takes for an argument. */
export const isEmptyFlag = (text: string): boolean => /^--[\w-]+=$/.test(text);
