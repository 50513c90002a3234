import { formatHeader } from "./header.ts";

/**
 * A whole NPY file of float64 in C order, in memory.
 *
 * @param rows The numbers in order, in one or several pieces.
 * @throws {RangeError} if there are not as many numbers as the shape says.
 */
export function npyBytes(shape: readonly number[], rows: readonly Float64Array[]): Uint8Array {
  const header = formatHeader(shape);
  const count = rows.reduce((sum, { length }) => sum + length, 0);
  if (count !== shape.reduce((a, b) => a * b, 1)) {
    throw new RangeError(`An array of shape (${shape.join(", ")}) cannot hold ${count} numbers.`);
  }
  const bytes = new Uint8Array(header.length + 8 * count);
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  let at = header.length;
  for (const row of rows) {
    for (const value of row) {
      view.setFloat64(at, value, true);
      at += 8;
    }
  }
  return bytes;
}
