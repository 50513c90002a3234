/** What `predict` and `explain` do with a model of several fields. */
import { type FieldsManifest, modelFolder, verifyFieldsModel } from "@spiediff/model-artifact";
import { writeFiles } from "../cli/write_outputs.ts";
import { loadFieldsModel } from "./load_fields_model.ts";
import { fieldsCsv, fieldsJson, fieldsSummary, fieldsWarnings } from "./outputs.ts";
import { type FieldsOptions, predictFields } from "./predict_fields.ts";
import { readStart, startOnNodes } from "./read_start.ts";
import { fieldsReportHtml } from "./report.ts";

/** A prediction as a command line asks for it. */
export interface FieldsRequest {
  readonly folder: string;
  /** Expressions by field. */
  readonly profile: string;
  readonly times: readonly number[];
  /** Of the mesh; {@link NODES} when absent. */
  readonly nodes?: number;
  readonly options: FieldsOptions;
  /** Folder for prediction.csv, prediction.json and report.html. */
  readonly out?: string;
  readonly json: boolean;
  readonly command: string;
  readonly version: string;
}

const NODES = 40;

/**
 * Predicts, writes what is asked for and gives the text to print.
 *
 * @throws {UserError} if the start cannot be read; {ModelError} if the model cannot be used.
 */
export async function predictFieldsFor(
  { folder, profile, times, nodes = NODES, options, out, json: asJson, ...context }: FieldsRequest,
): Promise<{ readonly text: string; readonly warnings: readonly string[] }> {
  const model = await loadFieldsModel(folder), { manifest } = model;
  const start = startOnNodes(model, readStart(profile, manifest), nodes);
  const prediction = predictFields(model, start, times, options);
  const json = JSON.stringify(fieldsJson(prediction, manifest)) + "\n";
  const written = out === undefined ? [] : await writeFiles(out, {
    "prediction.csv": fieldsCsv(prediction),
    "prediction.json": json,
    "report.html": await fieldsReportHtml(prediction, { folder, manifest, ...context }),
  }, "prediction.json");
  return {
    text: asJson ? json : fieldsSummary(prediction, manifest, written),
    warnings: fieldsWarnings(prediction),
  };
}

/** The manifest of a verified model. */
export const readFieldsManifest = async (folder: string): Promise<FieldsManifest> =>
  (await verifyFieldsModel(await modelFolder(folder))).manifest;

/** What a model of several fields is, in words. */
export function explainFields(folder: string, manifest: FieldsManifest): string {
  const { format, version, code, seed, system, fields, state, coverage, calibration } = manifest;
  const law = manifest.law === "generic"
    ? "dz/dt = L dE/dz + M dS/dz, L canonical in (r, p, s)"
    : "dr/dt = d_x (M d_x f')";
  const range = (values: readonly number[]) => values.map((v) => v.toPrecision(3)).join(" to ");
  return [
    `${folder}: a ${format} of version ${version}, every file verified`,
    `  made by      ${code.name} ${code.version}${
      code.commit ? `, commit ${code.commit}` : ""
    }, seed ${seed}`,
    `  particles    ${system.title}, ${system.sites} sites, ${system.elements} elements`,
    `  law          ${law}`,
    ...fields.map(({ name, symbol, unit }) => `  field        ${name} ${symbol}, ${unit}`),
    ...state.map((name, k) =>
      `  states       ${name} ${range(coverage[k])}; outside the model extrapolates`
    ),
    `  members      ${manifest.members}, spread times ${
      calibration.mobility.indexScale.toPrecision(3)
    } (M), ${calibration.potential.indexScale.toPrecision(3)} (potential)`,
    `  gauge        ${manifest.gauge.text}`,
    ...Object.entries(manifest.units).map(([name, unit]) => `  unit         ${name}: ${unit}`),
    ...Object.entries(manifest.files).map(([name, { sha256, bytes }]) =>
      `  file         ${sha256}  ${name} (${bytes} bytes)`
    ),
    `  integrity    ${manifest.integrity}`,
  ].join("\n") + "\n";
}
