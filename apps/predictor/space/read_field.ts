import { unreadableFile, UserError } from "@spiediff/command-line";
import { NpyError, readNpy } from "@spiediff/npy";
import { parseField } from "../cli/expression.ts";
import type { SpaceField } from "./predict_space.ts";

/** A field that a command line names, and the elements to each axis that it fixes. */
export interface NamedField {
  readonly field: SpaceField;
  readonly elements?: number;
}

/**
 * An `.npy` file of averages `[M, M]` or `[M, M, M]`, the last axis x, or else an expression of x, y (and z).
 *
 * @throws {UserError} saying what is wrong; whether densities fit is the prediction's to check.
 */
export function readField(text: string, dimension: 2 | 3): NamedField {
  if (!/\.npy$/i.test(text)) return { field: parseField(text, dimension) };
  const { shape, values } = arrayOf(text);
  const [elements] = shape;
  if (shape.length !== dimension || shape.some((length) => length !== elements)) {
    const wanted = dimension === 2 ? "[M, M]" : "[M, M, M]";
    throw new UserError(
      `The field ${text} has the shape [${
        shape.join(", ")
      }]; ${wanted} is needed, one average for each node.`,
    );
  }
  return { field: values, elements };
}

function arrayOf(path: string): ReturnType<typeof readNpy> {
  try {
    return readNpy(path);
  } catch (error) {
    if (error instanceof NpyError) throw new UserError(error.message);
    throw unreadableFile(`The field file ${path}`, error);
  }
}
