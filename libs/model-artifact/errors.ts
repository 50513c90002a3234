/** Why a model was refused. */
export type ModelFault =
  /** A folder or file is not there. */
  | "missing"
  /** The manifest is not JSON text, cut short or damaged, or names a field twice. */
  | "malformed"
  /** Some other program's file. */
  | "foreign"
  /** A version of the format that this code does not read. */
  | "version"
  /** A field of the manifest is absent, of the wrong type or out of range. */
  | "invalid"
  /** Fields contradict each other. */
  | "inconsistent"
  /** The manifest does not agree with its own integrity hash. */
  | "integrity"
  /** A file name that is not a plain name, or a file that is not a plain file of the folder. */
  | "path"
  /** A file is shorter or longer than the manifest says. */
  | "truncated"
  /** A file has the right length and another content. */
  | "tampered"
  /** A network that the runtime refuses, or whose inputs and outputs are not those promised. */
  | "network"
  /** A file or manifest larger than any model. */
  | "too-large";

/** A model cannot be read or written; the message is one sentence for the user. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  constructor(readonly fault: ModelFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
