import { learnedLaw } from "../learned_law.ts";
import { evenGrid } from "../law/density_grid.ts";
import type { Model } from "../types.ts";
import type { ExportedMembers } from "./onnx_files.ts";
import { PYTHON_MODULE } from "./python_module.ts";
import { lawTables, tablesCsv, tablesJson } from "./tables.ts";

/** Densities of tables where none are asked for. */
const POINTS = 161;

const FORMAT = { format: "spiediff-law-tables", version: 2 };

/** Tables of members as CSV, as HDF5, or as JSON with the module that reads it in Python. */
export async function tableFiles(
  model: Model,
  format: "csv" | "json" | "hdf5",
  densities: Float64Array | undefined,
  { members, seed }: ExportedMembers,
): Promise<Record<string, string | Uint8Array>> {
  const { integrity, code, system, units, coverage, gradientEnergy = null } = model.manifest;
  // Loaded for an export of this kind only, and before any work, since it may be absent.
  const hdf5 = format === "hdf5" ? await (await import("./hdf5_file.ts")).hdf5Writer() : null;
  const law = await learnedLaw(
    model,
    densities ?? evenGrid(...coverage.density, POINTS),
    { members, seed, keepMembers: true },
  );
  const tables = lawTables(law);
  if (format === "csv") return { "law-tables.csv": tablesCsv(tables) };
  if (hdf5) {
    const { elements } = system;
    const { referenceDensity } = law.gauge;
    const { kappa, mobilityExponent } = gradientEnergy ?? { kappa: 0, mobilityExponent: 0 };
    const about = {
      ...FORMAT,
      ...{ model: integrity, seed: `${seed}`, elements, referenceDensity, kappa, mobilityExponent },
    };
    return { "law-tables.h5": hdf5(tables, about) };
  }
  return {
    "law-tables.json": JSON.stringify({
      ...FORMAT,
      model: { integrity, code, system },
      units,
      coverage,
      gauge: law.gauge,
      gradientEnergy,
      members,
      seed,
      ...tablesJson(tables),
    }) + "\n",
    "spiediff_law.py": PYTHON_MODULE,
  };
}
