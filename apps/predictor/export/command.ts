import { buildCommand } from "@stricli/core";
import { numberParser, textParser } from "@spiediff/command-line";
import { readModel } from "@spiediff/model-artifact";
import { parseSeed, seedText } from "../cli/seed.ts";
import { writeFiles } from "../cli/write_outputs.ts";
import { checkEnsemble } from "../ensemble.ts";

interface ExportFlags {
  readonly format: "onnx";
  readonly members: number;
  readonly seed: string;
  readonly out: string;
}

/** The command `export`. @param program The program's name, for the examples. */
export const exportCommand = (program: string) =>
  buildCommand<ExportFlags, [string]>({
    docs: {
      brief: "Write the law in a form that other programs read",
      fullDescription: [
        "onnx: law.onnx gives m and f' of any member at any density in one call of any onnxruntime;",
        "members.csv has the members' numbers, law-onnx.json says what is what.",
        "",
        "EXAMPLES",
        `  ${program} export model --format onnx --out exported`,
        `  ${program} export model --format onnx --members 200 --seed 7 --out exported`,
      ].join("\n"),
    },
    parameters: {
      positional: {
        kind: "tuple",
        parameters: [{ brief: "Model folder", placeholder: "MODEL", parse: textParser }],
      },
      flags: {
        format: { kind: "enum", values: ["onnx"], brief: "What to write" },
        members: {
          kind: "parsed",
          parse: numberParser,
          brief: "Ensemble members",
          default: "500",
        },
        seed: { kind: "parsed", parse: seedText, brief: "Seed of the members", default: "1" },
        out: { kind: "parsed", parse: textParser, brief: "Folder for the files" },
      },
    },
    async func(flags, folder) {
      const ensemble = { members: flags.members, seed: parseSeed(flags.seed) };
      checkEnsemble(ensemble);
      const { manifest, files } = await readModel(folder);
      // The writer of graphs is loaded for an export only: it would slow every other start.
      const { onnxFiles } = await import("./onnx_files.ts");
      const written = await writeFiles(flags.out, onnxFiles(manifest, files, ensemble));
      this.process.stdout.write(written.map((path) => `wrote ${path}\n`).join(""));
    },
  });
