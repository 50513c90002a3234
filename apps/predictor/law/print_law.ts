import type { CommandContext } from "@stricli/core";
import { UserError } from "@spiediff/command-line";
import { modelField } from "@spiediff/model-artifact";
import { parseSeed } from "../cli/seed.ts";
import { checkFolder, writeFiles } from "../cli/write_outputs.ts";
import type { LearnedLaw } from "../learned_law.ts";
import { loadModel } from "../load_model.ts";
import type { Model } from "../types.ts";
import { learnedLawInUnits } from "../units/law_in_units.ts";
import { fieldInUnits } from "../units/predict_in_units.ts";
import { unitsFor } from "../units/units_for.ts";
import { VERSION } from "../version.ts";
import { evenGrid } from "./density_grid.ts";
import { lawFormula } from "./formula.ts";
import { formulaText } from "./formula_text.ts";
import { lawCsv, lawJson, lawText } from "./output.ts";
import { lawHtml } from "./page.ts";

export interface LawFlags {
  readonly densities?: Float64Array;
  readonly members: number;
  readonly seed: string;
  readonly level: number;
  readonly threads: number;
  readonly formula: boolean;
  readonly csv: boolean;
  readonly json: boolean;
  readonly dimensionless: boolean;
  readonly out?: string;
}

/** Does what `law` asks for. */
export async function printLaw(
  program: string,
  flags: LawFlags,
  folder: string,
  { stdout, stderr }: CommandContext["process"],
): Promise<void> {
  if (flags.csv && (flags.json || flags.formula)) {
    throw new UserError(
      "--csv prints numbers only; it goes with neither --json nor --formula.",
    );
  }
  if (flags.out !== undefined) await checkFolder(flags.out);
  const model = await loadModel(folder, { threads: flags.threads });
  try {
    const { text, warnings } = await show(model, flags, folder, program);
    for (const warning of warnings) stderr.write(`warning: ${warning}\n`);
    stdout.write(text);
  } finally {
    await model.close();
  }
}

/** Evaluates the law, writes the files that are asked for, and gives what is to be printed. */
async function show(model: Model, flags: LawFlags, folder: string, program: string) {
  const { manifest } = model;
  const { members, level } = flags;
  const ensemble = { members, seed: parseSeed(flags.seed) };
  const units = unitsFor(manifest, flags.dimensionless);
  const covered = manifest.coverage.density.map((rho) => rho * units.density);
  const densities = flags.densities ?? evenGrid(covered[0], covered[1]);
  const options = { ...ensemble, level, keepMembers: flags.formula };
  const law = await learnedLawInUnits(model, densities, options, units);
  const formula = flags.formula
    ? lawFormula(law, manifest.system.beta, fieldInUnits(modelField(manifest), units))
    : null;
  const csv = lawCsv(law, units);
  const json = JSON.stringify({
    ...lawJson(law, manifest, ensemble, units),
    ...(formula ? { formula } : {}),
  }) + "\n";
  const page = () =>
    lawHtml(law, {
      folder,
      manifest,
      command: `${program} law ${folder} --members ${members} --seed ${ensemble.seed}`,
      seed: ensemble.seed,
      version: VERSION,
      units,
    });
  const written = flags.out === undefined ? [] : await writeFiles(flags.out, {
    "law.csv": csv,
    "law.json": json,
    "formula.txt": formula && formulaText(formula, level),
    // One density is no curve.
    "law.html": law.density.length > 1 ? await page() : null,
  }, "law.json");
  const text = flags.json
    ? json
    : flags.csv
    ? csv
    : formula
    ? formulaText(formula, level)
    : lawText(law, manifest, ensemble, written, units);
  return { text, warnings: warningsOf(law, covered, members) };
}

/** What a reader must know before believing the law; each one sentence. */
function warningsOf(law: LearnedLaw, [low, high]: readonly number[], members: number): string[] {
  const outside = law.density.filter((rho) => rho < low || rho > high).length;
  const needed = Math.ceil(2 / (1 - law.level));
  return [
    ...(outside > 0
      ? [
        `${outside} of ${law.density.length} densities lie outside of ${low.toPrecision(4)} to ` +
        `${high.toPrecision(4)}, where the model was trained; it extrapolates there.`,
      ]
      : []),
    ...(members < needed
      ? [`${members} members are too few for bands of level ${law.level}; use at least ${needed}.`]
      : []),
  ];
}
