import { buildCommand } from "@stricli/core";
import { numberParser, textParser, UserError } from "@spiediff/command-line";
import { readModel } from "@spiediff/model-artifact";
import { MODEL_FOLDER } from "../cli/model_folder.ts";
import { parseSeed, seedText } from "../cli/seed.ts";
import { checkFolder, writeFiles } from "../cli/write_outputs.ts";
import { checkEnsemble } from "../ensemble.ts";
import { parseDensities } from "../law/density_grid.ts";
import { loadModel } from "../load_model.ts";
import type { ExportedMembers } from "./onnx_files.ts";
import { tableFiles } from "./table_files.ts";

interface ExportFlags {
  readonly format: "onnx" | "csv" | "json" | "hdf5";
  readonly densities?: Float64Array;
  readonly members: number;
  readonly seed: string;
  readonly out: string;
  readonly json: boolean;
}

/** The command `export`. @param program The program's name, for the examples. */
export const exportCommand = (program: string) =>
  buildCommand<ExportFlags, [string]>({
    docs: {
      brief: "Write the law in a form that other programs read",
      fullDescription: [
        "onnx: law.onnx gives m and f' of any member at any density in one call of any onnxruntime;",
        "members.csv has the members' numbers, law-onnx.json says what is what.",
        "csv, json, hdf5: m, f', their slopes and f of every member over evenly spaced densities, for any",
        "solver; with json comes spiediff_law.py, which evaluates and integrates the law in Python.",
        "",
        "EXAMPLES",
        `  ${program} export model --format onnx --out exported`,
        `  ${program} export model --format json --densities 0.05:0.95:181 --out exported`,
        `  ${program} export model --format onnx --members 200 --seed 7 --out exported`,
      ].join("\n"),
    },
    parameters: {
      positional: MODEL_FOLDER,
      flags: {
        format: { kind: "enum", values: ["onnx", "csv", "json", "hdf5"], brief: "What to write" },
        densities: {
          kind: "parsed",
          parse: parseDensities,
          brief: "LOW:HIGH:COUNT of tables, if not 161 over those of the training",
          optional: true,
        },
        members: {
          kind: "parsed",
          parse: numberParser,
          brief: "Ensemble members",
          default: "500",
        },
        seed: { kind: "parsed", parse: seedText, brief: "Seed of the members", default: "1" },
        out: { kind: "parsed", parse: textParser, brief: "Folder for the files" },
        json: { kind: "boolean", brief: "Print what was written as JSON", default: false },
      },
    },
    async func(flags, folder) {
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
    },
  });

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
