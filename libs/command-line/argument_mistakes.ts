import {
  type ArgumentParseError,
  ArgumentScannerError,
  formatMessageForArgumentScannerError,
} from "@stricli/core";
import { EMPTY, isEmptyFlag } from "./text_flag.ts";
import { isUsersMistake } from "./user_error.ts";

const didYouMean = (corrections: readonly string[]) =>
  corrections.length === 0 ? "" : ` Did you mean ${corrections.join(" or ")}?`;

/** What is wrong with a command line, as a sentence that says how to go on. */
export function argumentMistakeText(program: string, error: unknown): string {
  const hint = " Add --help for flags and examples.";
  return `${program}: ${sentence(error)}${hint}`;
}

/** What to say of a command that there is none of. */
export function unknownCommandText(
  program: string,
  { input, corrections }: { readonly input: string; readonly corrections: readonly string[] },
): string {
  const hint = ` \`${program} --help\` lists all commands.`;
  return `${program}: There is no command "${input}".${didYouMean(plain(corrections))}${hint}`;
}

/** The library puts quotes around what it proposes. */
const plain = (corrections: readonly string[]) =>
  corrections.map((text) => text.replace(/^[`"]|[`"]$/g, ""));

/** As help writes a flag: the library proposes `maxCount` for `--max-cuont`. */
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function sentence(error: unknown): string {
  if (!(error instanceof ArgumentScannerError)) {
    return error instanceof Error ? error.message : String(error);
  }
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) =>
      `There is no flag --${input}.` +
      didYouMean(plain(corrections).map((name) => `--${kebab(name.replace(/^--/, ""))}`)),
    AliasNotFoundError: ({ input }) => `There is no flag -${input}.`,
    ArgumentParseError: parseSentence,
    EnumValidationError: ({ externalFlagName, input, values }) =>
      `--${externalFlagName} must be one of ${values.join(", ")}, not "${input}".`,
    UnsatisfiedFlagError: ({ externalFlagName, nextFlagName }) =>
      `--${externalFlagName} needs a value` +
      (nextFlagName === undefined ? "." : `, and --${nextFlagName} follows it.`),
    UnexpectedPositionalError: ({ expectedCount, input }) =>
      isEmptyFlag(input)
        ? `${input.slice(0, -1)} must not be empty.`
        : expectedCount === 0
        ? `No argument is expected, and "${input}" is one.`
        : `Only ${expectedCount} argument${expectedCount === 1 ? " is" : "s are"} expected, and ` +
          `"${input}" is one more.`,
    UnsatisfiedPositionalError: ({ placeholder }) => `The argument ${placeholder} is missing.`,
    UnexpectedFlagError: ({ externalFlagName, previousInput, input }) =>
      `--${externalFlagName} is given twice: "${previousInput}" and "${input}".`,
  });
}

function parseSentence(
  { externalFlagNameOrPlaceholder: name, input, exception }: ArgumentParseError,
): string {
  // Our own parsers name flag and value themselves.
  if (isUsersMistake(exception)) return exception.message;
  const reason = exception instanceof Error ? exception.message : String(exception);
  const what = /^[A-Z]+$/.test(name) ? name : `--${name}`;
  if (reason === EMPTY) {
    return `${isEmptyFlag(input) ? input.slice(0, -1) : what} must not be empty.`;
  }
  return /^Cannot convert .* to a number$/.test(reason)
    ? `${what} must be a number, not "${input}".`
    : `${what} cannot be "${input}": ${reason.replace(/^Cannot/, "cannot")}.`;
}
