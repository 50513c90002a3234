/** A file that is no NPY file, or one of a kind that is not read here. */
export class NpyError extends Error {
  override readonly name = "NpyError";

  constructor(path: string, why: string) {
    super(`${path} is not a usable NPY file: ${why}.`);
  }
}
