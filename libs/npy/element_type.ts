/** Numbers as NumPy's type letters name them. */

/** How one number of a type is read. */
export interface ElementType {
  /** NumPy's letters without the byte order, `"f8"`. */
  readonly name: string;
  /** Bytes of one number. */
  readonly size: number;
  /** The number at a byte; NaN for an integer that no float64 holds. */
  readonly read: (view: DataView, at: number) => number;
}

/** Readers by type; the flag asks for little-endian. */
const READERS: Readonly<Record<string, (view: DataView, at: number, little: boolean) => number>> = {
  b1: (view, at) => view.getUint8(at),
  u1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  i2: (view, at, little) => view.getInt16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u8: (view, at, little) => exact(view.getBigUint64(at, little)),
  i8: (view, at, little) => exact(view.getBigInt64(at, little)),
  f2: (view, at, little) => view.getFloat16(at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

function exact(integer: bigint): number {
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : NaN;
}

/**
 * The type that a header's `descr` names: booleans, integers of 1 to 8 bytes and floats of 2 to 8, in either byte
 * order; undefined for anything else.
 */
export function elementType(descr: string): ElementType | undefined {
  const [, order, name] = /^([<>|])([a-z]\d)$/.exec(descr) ?? [];
  const read = READERS[name];
  const size = Number(name?.[1]);
  // "No order" is for single bytes only.
  if (read === undefined || (order === "|" && size > 1)) return undefined;
  return { name, size, read: (view, at) => read(view, at, order !== ">") };
}

/** What {@link elementType} knows, for messages. */
export const KNOWN_TYPES: string = Object.keys(READERS).join(", ");
