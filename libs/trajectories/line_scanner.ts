import { asciiText } from "./decimal.ts";
import { bytesOf } from "./byte_source.ts";
import { TrajectoryError } from "./trajectory_error.ts";

const NEWLINE = 10, RETURN = 13;
/** No trajectory has a longer line; a file without line ends is something else. */
const LONGEST_LINE = 1 << 24;

/** Lines of a text file as ranges of bytes, without a copy of each. */
export class LineScanner {
  readonly path: string;
  /** The current line is `bytes[start .. end)`, without its line end. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Number of the current line, from 1. */
  line = 0;
  #next = 0;
  #length = 0;
  #isOver = false;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #end: "line end" | "open end";

  /** @param end Whether the last line must have a line end: without one its writer may have been cut off. */
  constructor(path: string, end: "line end" | "open end" = "line end") {
    this.path = path;
    this.#end = end;
    this.#source = bytesOf(path);
  }

  /** Goes to the next line if it is here already; otherwise {@link next} must fetch it. */
  nextBuffered(): boolean {
    const from = this.#next;
    const at = this.bytes.indexOf(NEWLINE, from);
    if (at < 0 || at >= this.#length) return false;
    this.start = from;
    this.end = at > from && this.bytes[at - 1] === RETURN ? at - 1 : at;
    this.#next = at + 1;
    this.line++;
    return true;
  }

  /**
   * Goes to the next line.
   *
   * @returns false at the end of the file.
   * @throws {TrajectoryError} if the file ends within a line: whatever wrote it was cut off there.
   */
  async next(): Promise<boolean> {
    while (!this.nextBuffered()) {
      if (await this.#fetch()) continue;
      if (this.#next === this.#length) return false;
      this.line++;
      if (this.#end === "open end") {
        this.start = this.#next;
        this.end = this.#next = this.#length;
        return true;
      }
      this.refuseAsCutOff("within this line");
    }
    return true;
  }

  /** Brings more bytes behind what is left of the last ones. @returns false at the end of the file. */
  async #fetch(): Promise<boolean> {
    if (this.#isOver) return false;
    const left = this.#length - this.#next;
    if (left > LONGEST_LINE) {
      throw new TrajectoryError(
        this.place(this.line + 1),
        "this line is too long for a trajectory",
      );
    }
    // One buffer for all of a file: a new one for each part of it would wait for the garbage collector.
    this.bytes.copyWithin(0, this.#next, this.#length);
    this.#next = 0;
    this.#length = left;
    const { done, value } = await this.#source.next();
    if (done) {
      this.#isOver = true;
      return false;
    }
    if (left + value.length > this.bytes.length) {
      const larger = new Uint8Array(2 * (left + value.length));
      larger.set(this.bytes.subarray(0, left));
      this.bytes = larger;
    }
    this.bytes.set(value, left);
    this.#length = left + value.length;
    return true;
  }

  /** The current line as text. */
  text(): string {
    return asciiText(this.bytes, this.start, this.end);
  }

  /** The file and a line of it, for messages. */
  place(line = this.line): string {
    return `${this.path}, line ${line}`;
  }

  /** @throws {TrajectoryError} at the current line. */
  refuse(why: string): never {
    throw new TrajectoryError(this.place(), why);
  }

  /** @throws {TrajectoryError} at the current line: the file ends where it must not. */
  refuseAsCutOff(where: string): never {
    throw new TrajectoryError(this.place(), `the file is cut off ${where}`, true);
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
