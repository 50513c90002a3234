import { numberParser, UserError } from "@spiediff/command-line";

const LARGEST_GRID = 10_000;
/** Densities where none are asked for. */
const POINTS = 81;

/** `count` densities, evenly spaced from `low` to `high`, which is the last one to the bit. */
export function evenGrid(low: number, high: number, count = POINTS): Float64Array {
  return Float64Array.from(
    { length: count },
    (_, i) => i === count - 1 ? high : low + (high - low) * i / (count - 1),
  );
}

/**
 * Densities as a flag names them: `0.2,0.3,0.5`, or `0.1:0.9:81` for 81 of them, evenly spaced.
 *
 * @param name What the text is called where the user wrote it.
 * @throws {UserError} if it is neither; whether the densities are allowed is the law's to check.
 */
export function readDensities(text: string, name: string): Float64Array {
  const numbers = (separator: string) =>
    text.split(separator).map((item) => {
      try {
        return numberParser(item);
      } catch {
        throw new UserError(
          `${name} must be rising numbers with commas between, or LOW:HIGH:COUNT, and has "${item}".`,
        );
      }
    });
  if (!text.includes(":")) return Float64Array.from(numbers(","));
  const [low, high, count, ...rest] = numbers(":");
  if (!(low < high) || !Number.isInteger(count) || count < 2 || count > LARGEST_GRID || rest[0]) {
    throw new UserError(
      `${name} LOW:HIGH:COUNT must have LOW < HIGH and COUNT from 2 to ${LARGEST_GRID}, ` +
        `and is "${text}".`,
    );
  }
  return evenGrid(low, high, count);
}

/** Densities as the flag `--densities` names them: see {@link readDensities}. */
export const parseDensities = (text: string): Float64Array => readDensities(text, "--densities");
