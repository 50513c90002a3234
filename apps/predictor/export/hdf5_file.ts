import { UserError } from "@spiediff/command-line";
import { type LawTables, TABLE_COLUMNS } from "./tables.ts";

/** Makes an HDF5 file of tables. @param about Attributes of the file. */
export type Hdf5Writer = (
  tables: LawTables,
  about: Readonly<Record<string, string | number>>,
) => Uint8Array;

/**
 * Loads what writes tables as HDF5: `density` `[n]`, each column `[members, n]` with an attribute `meaning`.
 *
 * @throws {UserError} where the library that writes HDF5 is not installed.
 */
export async function hdf5Writer(): Promise<Hdf5Writer> {
  const { default: h5wasm } = await import("h5wasm").catch((cause) => {
    throw new UserError(
      "HDF5 needs the package h5wasm, which is not here (the standalone folder leaves it out); " +
        "--format json and csv have the same tables.",
      { cause },
    );
  });
  const { FS } = await h5wasm.ready;
  return (tables, about) => {
    // A path inside of the library's own memory.
    const path = "law-tables.h5";
    const file = new h5wasm.File(path, "w");
    for (const [name, value] of Object.entries(about)) file.create_attribute(name, value);
    const n = tables.density.length;
    const write = (name: string, data: Float64Array, shape: number[], meaning: string) =>
      file.create_dataset({ name, data, shape, dtype: "<d" }).create_attribute("meaning", meaning);
    write("density", tables.density, [n], "evenly spaced");
    for (const [name, key, meaning] of TABLE_COLUMNS) {
      write(name, tables[key], [tables[key].length / n, n], meaning);
    }
    file.close();
    const bytes: Uint8Array = FS.readFile(path);
    FS.unlink(path);
    return bytes;
  };
}
