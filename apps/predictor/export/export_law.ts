import type { CommandContext } from "@stricli/core";
import { UserError } from "@spiediff/command-line";
import { readModel } from "@spiediff/model-artifact";
import { parseSeed } from "../cli/seed.ts";
import { checkFolder, writeFiles } from "../cli/write_outputs.ts";
import { checkEnsemble } from "../ensemble.ts";
import { loadModel } from "../load_model.ts";
import type { ExportedMembers } from "./onnx_files.ts";
import { tableFiles } from "./table_files.ts";

export interface ExportFlags {
  readonly format: "onnx" | "csv" | "json" | "hdf5";
  readonly densities?: Float64Array;
  readonly members: number;
  readonly seed: string;
  readonly out: string;
  readonly json: boolean;
}

/** Does what `export` asks for. */
export async function exportLaw(
  this: CommandContext,
  flags: ExportFlags,
  folder: string,
): Promise<void> {
  const ensemble = { members: flags.members, seed: parseSeed(flags.seed) };
  checkEnsemble(ensemble);
  if (flags.format === "onnx" && flags.densities) {
    throw new UserError("--densities are those of tables; a graph takes any density.");
  }
  await checkFolder(flags.out);
  const written = await writeFiles(flags.out, await contents(folder, flags, ensemble));
  const { format, out, json } = flags;
  this.process.stdout.write(
    json
      ? JSON.stringify({ model: folder, format, ...ensemble, folder: out, files: written }) +
        "\n"
      : written.map((path) => `wrote ${path}\n`).join(""),
  );
}

async function contents(
  folder: string,
  { format, densities }: ExportFlags,
  ensemble: ExportedMembers,
): Promise<Record<string, string | Uint8Array>> {
  if (format === "onnx") {
    const { manifest, files } = await readModel(folder);
    // The writer of graphs is loaded for an export only: it would slow every other start.
    const { onnxFiles } = await import("./onnx_files.ts");
    return onnxFiles(manifest, files, ensemble);
  }
  const model = await loadModel(folder, {});
  try {
    return await tableFiles(model, format, densities, ensemble);
  } finally {
    await model.close();
  }
}
