import { buildCommand } from "@stricli/core";
import { numberParser, textParser } from "@spiediff/command-line";
import { MODEL_FOLDER } from "../cli/model_folder.ts";
import { seedText } from "../cli/seed.ts";
import { parseDensities } from "../law/density_grid.ts";
import type { ExportFlags } from "./export_law.ts";

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
    loader: async () => (await import("./export_law.ts")).exportLaw,
  });
