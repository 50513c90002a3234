/** Attempts per call of a hot loop: short enough for the runtime to enter its optimised code promptly. */
const CHUNK = 20_000;

/** Cuts `attempts` into calls of a hot loop. */
export function* chunks(attempts: number, chunk = CHUNK): Generator<number> {
  for (let done = 0; done < attempts; done += chunk) yield Math.min(chunk, attempts - done);
}
