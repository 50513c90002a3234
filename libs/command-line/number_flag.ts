/**
 * The number that a flag's value names; an empty text is none, though `Number("")` is 0.
 *
 * @throws {SyntaxError} if it is not a finite decimal number; the command line names the flag.
 */
export function numberParser(text: string): number {
  const value = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value)) throw new SyntaxError(`Cannot convert ${text} to a number`);
  return value;
}
