/**
 * The number that a flag's value names; an empty text is none, though `Number("")` is 0, and
 * neither is one that overflows or vanishes (`1e400`, `1e-400`).
 *
 * @throws {SyntaxError} if it is not a finite decimal number; the command line names the flag.
 */
export function numberParser(text: string): number {
  const value = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : NaN;
  const vanishes = value === 0 && /[1-9]/.test(text.split(/e/i)[0]);
  if (!Number.isFinite(value) || vanishes) {
    throw new SyntaxError(`Cannot convert ${text} to a number`);
  }
  return value;
}
