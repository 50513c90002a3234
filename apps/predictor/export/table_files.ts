import { learnedLaw } from "../learned_law.ts";
import { evenGrid } from "../law/density_grid.ts";
import type { Model } from "../types.ts";
import type { ExportedMembers } from "./onnx_files.ts";
import { PYTHON_MODULE } from "./python_module.ts";
import { lawTables, tablesCsv, tablesJson } from "./tables.ts";

/** Densities of tables where none are asked for. */
const POINTS = 161;

/** Tables of members as CSV, or as JSON with the module that reads it in Python. */
export async function tableFiles(
  model: Model,
  format: "csv" | "json",
  densities: Float64Array | undefined,
  { members, seed }: ExportedMembers,
): Promise<Record<string, string>> {
  const { manifest } = model;
  const law = await learnedLaw(
    model,
    densities ?? evenGrid(...manifest.coverage.density, POINTS),
    { members, seed, keepMembers: true },
  );
  const tables = lawTables(law);
  if (format === "csv") return { "law-tables.csv": tablesCsv(tables) };
  return {
    "law-tables.json": JSON.stringify({
      format: "spiediff-law-tables",
      version: 1,
      model: { integrity: manifest.integrity, code: manifest.code, system: manifest.system },
      units: manifest.units,
      coverage: manifest.coverage,
      gauge: law.gauge,
      members,
      seed,
      ...tablesJson(tables),
    }) + "\n",
    "spiediff_law.py": PYTHON_MODULE,
  };
}
