import { unreadableFile, UserError } from "@spiediff/command-line";
import { NpyError, readNpy } from "@spiediff/npy";
import { parseField } from "../cli/expression.ts";
import type { SpaceField } from "./predict_space.ts";
import { readImage } from "./read_image.ts";

/** A field that a command line names, and the elements to each axis that it fixes. */
export interface NamedField {
  readonly field: SpaceField;
  readonly elements?: number;
}

/** What a field is read for. */
interface FieldPlace {
  readonly dimension: 2 | 3;
  /** To each axis, unless a file has another number. */
  readonly elements: number;
  /** Densities of the training, which a picture's black and white stand for. */
  readonly trained: readonly [number, number];
}

/**
 * An `.npy` file of averages `[M, M]` or `[M, M, M]`, the last axis x, a `.png` picture of a square, or else an
 * expression of x, y (and z).
 *
 * @throws {UserError} saying what is wrong; whether densities fit is the prediction's to check.
 */
export async function readField(
  text: string,
  { dimension, elements: wanted, trained }: FieldPlace,
): Promise<NamedField> {
  if (/\.png$/i.test(text)) {
    if (dimension === 2) return { field: await readImage(text, wanted, trained), elements: wanted };
    throw new UserError(`The picture ${text} is one of two dimensions; the model has three.`);
  }
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
