/** The part of a standard stream that is guarded. */
interface Printing {
  write(chunk: string | Uint8Array, ...more: unknown[]): boolean;
  on(event: "error", listener: (error: Error) => void): unknown;
  readonly isTTY?: boolean;
}

/** What has become of a stream's text. */
export interface GuardedOutput {
  /**
   * Why a part of what was printed is nowhere; null if all was printed, and also if the reader went
   * away, who has what was wanted of it (`| head -1`).
   */
  lost(): Error | null;
}

/** Codes of a reader who has gone. */
const READER_GONE = ["EPIPE", "ECONNRESET", "EBADF", "ERR_STREAM_DESTROYED"];

/**
 * Lets work go on when what it prints cannot be written: the first failure ends the stream quietly,
 * everything printed later is dropped. Replaces the stream's `write`, so that libraries which print by
 * themselves are guarded, too.
 */
export function guardOutput(stream: Printing): GuardedOutput {
  let ended = false;
  let lost: Error | null = null;
  const end = (error: Error) => {
    ended = true;
    const { code = "" } = error as NodeJS.ErrnoException;
    // A terminal that was closed answers EIO; on a disk the same code is a fault.
    if (!READER_GONE.includes(code) && !(code === "EIO" && stream.isTTY)) lost ??= error;
  };
  // A pipe reports by event, a file by exception.
  stream.on("error", end);
  const write = stream.write.bind(stream);
  stream.write = (chunk, ...more) => {
    if (!ended) {
      try {
        return write(chunk, ...more);
      } catch (error) {
        end(error as Error);
      }
    }
    const done = more.find((value) => typeof value === "function") as (() => void) | undefined;
    if (done !== undefined) queueMicrotask(() => done());
    return true;
  };
  return { lost: () => lost };
}

/** The same for what is printed past the streams: a full disk makes `console` throw. */
export function guardConsole(): void {
  for (const name of ["debug", "error", "info", "log", "warn"] as const) {
    const print = console[name].bind(console);
    console[name] = (...values: unknown[]) => {
      try {
        print(...values);
      } catch { /* Nobody can be told. */ }
    };
  }
}
