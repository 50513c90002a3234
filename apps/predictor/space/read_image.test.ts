import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, describe, expect, it } from "vitest";
import { readField } from "./read_field.ts";
import { readImage } from "./read_image.ts";

const root = mkdtempSync(join(tmpdir(), "spiediff-image-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const picture = (name: string, image: Parameters<typeof encode>[0]) => {
  const path = join(root, name);
  writeFileSync(path, encode(image));
  return path;
};
const square = (side: number, value: (x: number, row: number) => number) =>
  Uint8Array.from({ length: side * side }, (_, i) => value(i % side, Math.floor(i / side)));

describe("pictures as densities", () => {
  it("stand as they are seen: x to the right, y upwards, from black to white", async () => {
    const data = square(4, (x, row) => 16 * row + x);
    const path = picture("grey.png", { width: 4, height: 4, data, channels: 1 });
    const averages = await readImage(path, 4, [0, 255]);
    // One pixel a node: the lowest row of the picture is the first of the array.
    expect([...averages.slice(0, 4)]).toEqual([48, 49, 50, 51].map((v) => expect.closeTo(v, 12)));
    expect(averages[15]).toBeCloseTo(3, 12);
    expect((await readImage(path, 4, [0.2, 0.8]))[15]).toBeCloseTo(0.2 + 0.6 * 3 / 255, 12);
  });

  it("are averaged over hats of several pixels, the mean kept", async () => {
    const data = square(12, (x, row) => (37 * x + 91 * row) % 256);
    const path = picture("fine.png", { width: 12, height: 12, data, channels: 1 });
    const averages = await readImage(path, 4, [0, 255]);
    const mean = (values: ArrayLike<number>) =>
      Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
    expect(averages).toHaveLength(16);
    expect(mean(averages)).toBeCloseTo(mean(data), 10);
  });

  it("count by their grey: colours, 16 bits, palettes", async () => {
    const flat = (channels: number, pixel: number[]) => ({
      ...{ width: 3, height: 3, channels },
      data: Uint8Array.from({ length: 9 * channels }, (_, i) => pixel[i % channels]),
    });
    const red = picture("red.png", flat(3, [255, 0, 0]));
    expect((await readImage(red, 3, [0, 1]))[4]).toBeCloseTo(0.2126, 12);
    const white = picture("white.png", flat(4, [255, 255, 255, 10]));
    expect((await readImage(white, 3, [0, 1]))[4]).toBeCloseTo(1, 12);
    const deep = picture("deep.png", {
      ...{ width: 3, height: 3, channels: 1, depth: 16 },
      data: new Uint16Array(9).fill(13107),
    });
    expect((await readImage(deep, 3, [0, 1]))[0]).toBeCloseTo(0.2, 12);
  });

  it("are refused by name", async () => {
    const data = square(6, () => 0);
    const wide = picture("wide.png", { width: 9, height: 4, data, channels: 1 });
    await expect(readImage(wide, 3, [0, 1])).rejects.toThrow("9 x 4 pixels; a square is needed");
    const six = picture("six.png", { width: 6, height: 6, data, channels: 1 });
    await expect(readImage(six, 4, [0, 1])).rejects.toThrow("take --elements 3, 6.");
    const none = join(root, "none.png");
    await expect(readImage(none, 3, [0, 1])).rejects.toThrow("The picture");
    writeFileSync(none, "GIF89a");
    await expect(readImage(none, 3, [0, 1])).rejects.toThrow("is no PNG that can be read");
    await expect(readField(six, { dimension: 3, elements: 6, trained: [0, 1] })).rejects
      .toThrow("the model has three");
  });
});
