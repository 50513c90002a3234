/** Several files as one run of bytes: a line of JSON with names and lengths, then their contents. */

/** Files by path, in the order in which they are bundled. */
export type Bundle = ReadonlyMap<string, Uint8Array>;

export function bundleBytes(files: Bundle): Uint8Array {
  const names = [...files].map(([path, bytes]) => [path, bytes.length]);
  const head = new TextEncoder().encode(JSON.stringify(names) + "\n");
  const size = [...files.values()].reduce((sum, { length }) => sum + length, head.length);
  const out = new Uint8Array(size);
  out.set(head);
  let at = head.length;
  for (const bytes of files.values()) {
    out.set(bytes, at);
    at += bytes.length;
  }
  return out;
}

/** @throws {RangeError} if the bytes are no bundle. */
export function filesOf(bytes: Uint8Array): Bundle {
  const end = bytes.indexOf(10);
  const names = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as [string, number][];
  const files = new Map<string, Uint8Array>();
  let at = end + 1;
  for (const [path, length] of names) {
    // Contents decide where files go: nowhere but below the folder that they are unpacked in.
    if (!/^[\w-]+(\.\w+)?(\/[\w.-]+)*$/.test(path) || path.includes("..")) {
      throw new RangeError(`A bundle's path must be plain, not ${JSON.stringify(path)}.`);
    }
    files.set(path, bytes.subarray(at, at += length));
  }
  if (at !== bytes.length) throw new RangeError(`A bundle of ${at} bytes has ${bytes.length}.`);
  return files;
}
