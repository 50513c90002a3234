import { asciiText } from "./decimal.ts";

/** Numbers words as they occur, so that a column of words is an array of numbers. */
export class Words {
  readonly names: string[] = [];
  readonly #short = new Map<number, number>();
  readonly #long = new Map<string, number>();

  /** Number of a word given as bytes. */
  codeOf(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > 6) return this.codeOfText(asciiText(bytes, start, end));
    // Six bytes make a number below 2^48, and no text makes two.
    let key = 0;
    for (let i = start; i < end; i++) key = key * 256 + bytes[i];
    const known = this.#short.get(key);
    if (known !== undefined) return known;
    const code = this.codeOfText(asciiText(bytes, start, end));
    this.#short.set(key, code);
    return code;
  }

  codeOfText(word: string): number {
    const known = this.#long.get(word);
    if (known !== undefined) return known;
    this.names.push(word);
    this.#long.set(word, this.names.length - 1);
    return this.names.length - 1;
  }
}
