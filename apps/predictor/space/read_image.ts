/** A picture as a density. */
import { readFileSync } from "node:fs";
import { unreadableFile, UserError } from "@spiediff/command-line";
import { projectContents } from "@spiediff/mesh";

/** Shares of red, green and blue in what is seen as grey (Rec. 709), of values as they are stored. */
const GREY = [0.2126, 0.7152, 0.0722] as const;

/**
 * Averages over hats of a square picture whose black is the least of two densities and whose white the greatest;
 * pixel `i` of a row of `S` lies at `x = i / S`, rows from the top downwards. Colours count by their grey,
 * transparency does not.
 *
 * @param elements `M` to each axis, must divide `S`.
 * @returns `[M^2]`, the first axis fastest.
 * @throws {UserError} saying what is wrong with the picture.
 */
export async function readImage(
  path: string,
  elements: number,
  [black, white]: readonly [number, number],
): Promise<Float64Array> {
  const { side, grey } = await greyOf(path);
  if (side % elements !== 0) {
    const all = Array.from({ length: side }, (_, k) => k + 1);
    const some = all.filter((k) => k >= 3 && side % k === 0 && k <= 512);
    throw new UserError(
      `The picture ${path} has ${side} x ${side} pixels, which ${elements} elements do not divide; take --elements ` +
        `${some.join(", ")}.`,
    );
  }
  const density = grey.map((share) => black + (white - black) * share);
  return projectContents(density, elements, 2).map((z) => z * elements ** 2);
}

/** Grey from 0 to 1, `[S^2]`, rows from the bottom upwards. */
async function greyOf(path: string): Promise<{ side: number; grey: Float64Array }> {
  const { width, height, data, channels, depth } = await pixelsOf(path);
  if (width !== height) {
    throw new UserError(`The picture ${path} has ${width} x ${height} pixels; a square is needed.`);
  }
  const largest = 2 ** depth - 1;
  const grey = new Float64Array(width * height).map((_, at) => {
    const i = at % width, row = height - 1 - Math.floor(at / width);
    const from = (row * width + i) * channels;
    const value = channels < 3
      ? data[from]
      : GREY.reduce((sum, share, c) => sum + share * data[from + c], 0);
    return value / largest;
  });
  return { side: width, grey };
}

/** The decoded picture; of a palette its colours. */
async function pixelsOf(path: string) {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw unreadableFile(`The picture ${path}`, cause);
  }
  const { convertIndexedToRgb, decode } = await import("fast-png");
  let png: ReturnType<typeof decode>;
  try {
    png = decode(bytes, { checkCrc: true });
  } catch (cause) {
    throw new UserError(
      `The picture ${path} is no PNG that can be read: ${(cause as Error).message}`,
    );
  }
  if (png.palette) return { ...png, data: convertIndexedToRgb(png), channels: 3, depth: 8 };
  if (png.depth >= 8) return png;
  throw new UserError(
    `The picture ${path} has ${png.depth} ${
      png.depth === 1 ? "bit" : "bits"
    } a pixel; 8 or 16 are needed, or a palette.`,
  );
}
