/** JSON that users write, read strictly: what `JSON.parse` keeps silent about is named with its place. */
import { ConfigError } from "./config_error.ts";

/** Deeper nesting than any file of ours, far from the end of the stack. */
const DEEPEST = 100;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** What cannot follow a number or word at once. */
const WORD_GOES_ON = /[\p{L}\p{N}_.+-]/u;
const BLANK = /[ \t\r\n]*/y;
// deno-lint-ignore no-control-regex
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const WORDS: readonly (readonly [string, boolean | null])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/**
 * The value of a JSON text; a byte-order mark before it is allowed.
 *
 * @param what Names the text in messages, `"The experiment file"`.
 * @throws {ConfigError} with line and column: text that is no JSON, a key given twice, a number that
 * overflows or vanishes, half of a surrogate pair, nesting deeper than 100.
 */
export function parseJson(text: string, what: string): unknown {
  return new JsonReader(text.replace(/^\uFEFF/, ""), what).document();
}

class JsonReader {
  #at = 0;

  constructor(readonly text: string, readonly what: string) {}

  document(): unknown {
    if (this.text.slice(0, 2).includes("\0") || this.text.startsWith("\uFFFD")) {
      this.#fail("it is not UTF-8 text (UTF-16?); save it as UTF-8", 0);
    }
    const value = this.#value(0);
    this.#blank();
    if (this.#at < this.text.length) this.#unexpected("nothing may follow the value");
    return value;
  }

  #fail(why: string, at = this.#at): never {
    const { line, column } = this.#place(at);
    throw new ConfigError(
      `${this.what} is not valid JSON: line ${line}, column ${column}: ${why}.`,
    );
  }

  #place(at: number) {
    const lines = this.text.slice(0, at).split(/\r\n|\n|\r/);
    return { line: lines.length, column: lines[lines.length - 1].length + 1 };
  }

  #unexpected(wanted: string): never {
    const rest = this.text.slice(this.#at);
    if (rest === "") this.#fail(`it ends, but ${wanted}`);
    if (/^(\/\/|\/\*|#)/.test(rest)) this.#fail("JSON has no comments");
    if (/^'/.test(rest)) this.#fail("texts stand in double quotes, not in '");
    if (/^[+-]?(nan|inf)/i.test(rest)) this.#fail("JSON has no NaN and no Infinity");
    const word = /^[\p{L}\p{N}_.+-]+|^./su.exec(rest)?.[0] ?? "";
    this.#fail(`${JSON.stringify(word.slice(0, 40))} is unexpected; ${wanted}`);
  }

  #blank() {
    this.#match(BLANK);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #take(character: string): boolean {
    this.#blank();
    if (this.text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #value(depth: number): unknown {
    if (depth > DEEPEST) this.#fail(`it nests deeper than ${DEEPEST} levels`);
    if (this.#take("{")) return this.#object(depth);
    if (this.#take("[")) return this.#list(depth);
    if (this.text[this.#at] === '"') return this.#string();
    const start = this.#at;
    const digits = this.#match(NUMBER);
    if (digits !== undefined) return this.#number(digits, start);
    for (const [word, value] of WORDS) {
      if (
        this.text.startsWith(word, this.#at) &&
        !WORD_GOES_ON.test(this.text[this.#at + word.length] ?? "")
      ) {
        this.#at += word.length;
        return value;
      }
    }
    this.#unexpected("a value must stand here");
  }

  #number(digits: string, start: number): number {
    if (WORD_GOES_ON.test(this.text[this.#at] ?? "")) {
      this.#at = start;
      this.#unexpected("a number must stand here");
    }
    const value = Number(digits);
    if (!Number.isFinite(value)) this.#fail(`${digits} is beyond the largest number`, start);
    if (value === 0 && /[1-9]/.test(digits.split(/e/i)[0])) {
      this.#fail(`${digits} is below the smallest number`, start);
    }
    return value;
  }

  #list(depth: number): unknown[] {
    const list: unknown[] = [];
    if (this.#take("]")) return list;
    do {
      this.#noEnd("]");
      list.push(this.#value(depth + 1));
    } while (this.#take(","));
    if (!this.#take("]")) this.#unexpected('"," or "]" must follow');
    return list;
  }

  #object(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    const places = new Map<string, number>();
    if (this.#take("}")) return object;
    do {
      this.#noEnd("}");
      const start = this.#at;
      if (this.text[start] !== '"') this.#unexpected("a field's name in quotes must stand here");
      const key = this.#string();
      const first = places.get(key);
      if (first !== undefined) {
        const { line } = this.#place(first);
        this.#fail(`the field ${JSON.stringify(key)} stands twice, first on line ${line}`, start);
      }
      places.set(key, start);
      if (!this.#take(":")) this.#unexpected('":" must follow the name of a field');
      const value = this.#value(depth + 1);
      // A plain assignment to __proto__ would change the object's prototype.
      Object.defineProperty(object, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    } while (this.#take(","));
    if (!this.#take("}")) this.#unexpected('"," or "}" must follow');
    return object;
  }

  /** After a comma something must follow. */
  #noEnd(end: string) {
    this.#blank();
    if (this.text[this.#at] === end) this.#fail(`"," stands before "${end}"`);
  }

  #string(): string {
    const start = this.#at++;
    let value = "";
    for (;;) {
      value += this.#match(PLAIN) ?? "";
      const character = this.text[this.#at];
      if (character === '"') break;
      if (character !== "\\") {
        this.#fail(
          character === undefined
            ? "the text that begins here does not end"
            : "the text holds a line break or control character; write it as \\n or \\u0009",
          character === undefined ? start : this.#at,
        );
      }
      value += this.#escape();
    }
    this.#at++;
    if (!value.isWellFormed()) this.#fail("the text holds half of a surrogate pair", start);
    return value;
  }

  #escape(): string {
    const letter = this.text[this.#at + 1] ?? "";
    const code = /^[0-9a-fA-F]{4}$/.exec(this.text.slice(this.#at + 2, this.#at + 6))?.[0];
    if (letter === "u" && code !== undefined) {
      this.#at += 6;
      return String.fromCharCode(parseInt(code, 16));
    }
    const known = ESCAPES[letter];
    if (known === undefined) this.#fail(`"\\${letter}" is no escape of JSON`);
    this.#at += 2;
    return known;
  }
}
