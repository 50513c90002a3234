/** What `predict` does with a model of two or three dimensions. */
import { UserError } from "@spiediff/command-line";
import type { ReportContext } from "../cli/report.ts";
import { percentOf } from "../band_output.ts";
import { writeFiles } from "../cli/write_outputs.ts";
import type { Model } from "../types.ts";
import { extremes, spaceCsv, spaceJson, spaceNpy } from "./outputs.ts";
import { predictSpace, type SpaceOptions, type SpacePrediction } from "./predict_space.ts";
import { readField } from "./read_field.ts";
import { spaceReportHtml } from "./report.ts";
import { spaceWarnings } from "./warnings.ts";

/** A prediction as a command line asks for it. */
export interface SpaceRequest {
  readonly model: Model;
  /** An expression of x, y (and z), an `.npy` file, or in two dimensions a `.png` picture. */
  readonly profile: string;
  readonly times: readonly number[];
  readonly options: SpaceOptions;
  /** Folder for prediction.npy, prediction.csv, prediction.json and report.html. */
  readonly out?: string;
  readonly json: boolean;
  readonly context: ReportContext;
}

/**
 * Predicts a field, writes what is asked for and gives the text to print.
 *
 * @throws {UserError} if the field cannot be read, or fits no mesh that was asked for.
 */
export async function predictField(
  request: SpaceRequest,
): Promise<{ readonly text: string; readonly warnings: readonly string[] }> {
  const { model, profile, times, options, out, context } = request;
  const { system, coverage } = model.manifest;
  const dimension = system.dimension as 2 | 3;
  const { field, elements } = await readField(profile, {
    dimension,
    elements: options.elements ?? system.elements,
    trained: coverage.density,
  });
  if (elements !== undefined && options.elements !== undefined && elements !== options.elements) {
    throw new UserError(
      `--elements is ${options.elements}, but the field ${profile} has ${elements} nodes to each axis.`,
    );
  }
  const prediction = await predictSpace(model, field, times, {
    ...options,
    ...(elements === undefined ? {} : { elements }),
  });
  const json = JSON.stringify(spaceJson(prediction, model.manifest)) + "\n";
  const written = out === undefined ? [] : await writeFiles(out, {
    "prediction.npy": spaceNpy(prediction),
    "prediction.csv": spaceCsv(prediction),
    "prediction.json": json,
    "report.html": await spaceReportHtml(prediction, context),
  }, "prediction.json");
  return {
    text: request.json ? json : summaryOf(prediction, written),
    warnings: spaceWarnings(prediction),
  };
}

function summaryOf(prediction: SpacePrediction, written: readonly string[]): string {
  const { times, density, members, steps, seconds, invariants, elements, dimension, level } =
    prediction;
  const rows = times.map((t, k) => {
    const [low, high, widest] = extremes(density[k]);
    return `${String(t).padStart(8)}  ${low.toFixed(5)} to ${high.toFixed(5)}  ` +
      `widest ${percentOf(level)} % band ${widest.toExponential(1)}`;
  });
  return [
    "    time  mean densities",
    ...rows,
    "",
    `${elements}^${dimension} nodes, ${members} members, ${steps.accepted} steps, ${
      seconds.toFixed(2)
    } s`,
    `largest relative change of mass ${
      invariants.maxMassDrift.toExponential(1)
    }, largest rise of ` +
    `the free energy ${
      invariants.maxFreeEnergyRise.toExponential(1)
    }, ${invariants.operatorsNotPSD} ` +
    "operators not positive semi-definite",
    ...written.map((path) => `wrote ${path}`),
  ].join("\n") + "\n";
}
