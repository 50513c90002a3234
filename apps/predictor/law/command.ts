import { buildCommand } from "@stricli/core";
import { numberParser, textParser, UserError } from "@spiediff/command-line";
import { type Manifest, modelField } from "@spiediff/model-artifact";
import { MODEL_FOLDER } from "../cli/model_folder.ts";
import { parseSeed, seedText } from "../cli/seed.ts";
import { checkFolder, writeFiles } from "../cli/write_outputs.ts";
import { type LearnedLaw, learnedLaw } from "../learned_law.ts";
import { loadModel } from "../load_model.ts";
import type { Model } from "../types.ts";
import { VERSION } from "../version.ts";
import { evenGrid, parseDensities } from "./density_grid.ts";
import { lawFormula } from "./formula.ts";
import { formulaText } from "./formula_text.ts";
import { lawCsv, lawJson, lawText } from "./output.ts";
import { lawHtml } from "./page.ts";

interface LawFlags {
  readonly densities?: Float64Array;
  readonly members: number;
  readonly seed: string;
  readonly level: number;
  readonly threads: number;
  readonly formula: boolean;
  readonly csv: boolean;
  readonly json: boolean;
  readonly out?: string;
}

const parsed = { kind: "parsed", parse: numberParser } as const;

const describe = (program: string) => ({
  brief: "Print the learned law over densities, with bands",
  fullDescription: [
    "Mobility m, diffusivity D = m f'', f'', driving force f', free energy f and the operator entry K1",
    "of an ensemble of members: mean, band of each point, band of whole curves. Without --densities",
    "over those of the training.",
    "",
    "EXAMPLES",
    `  ${program} law model`,
    `  ${program} law model --densities 0.2,0.5,0.8 --json`,
    `  ${program} law model --densities 0.1:0.9:161 --csv > law.csv`,
    `  ${program} law model --formula     # closed forms with errors, as text, LaTeX and code`,
    `  ${program} law model --out law        # law.csv, law.json and law.html with figures`,
  ].join("\n"),
});

/** The command `law`. @param program The program's name, for the examples. */
export const lawCommand = (program: string) =>
  buildCommand<LawFlags, [string]>({
    docs: describe(program),
    parameters: {
      positional: MODEL_FOLDER,
      flags: {
        densities: {
          kind: "parsed",
          parse: parseDensities,
          brief: "Densities with commas between, or LOW:HIGH:COUNT",
          optional: true,
        },
        members: { ...parsed, brief: "Ensemble members", default: "2000" },
        seed: { kind: "parsed", parse: seedText, brief: "Seed of the members", default: "1" },
        level: { ...parsed, brief: "Probability inside of the bands", default: "0.95" },
        threads: { ...parsed, brief: "Threads of one inference", default: "2" },
        formula: {
          kind: "boolean",
          brief: "Print the shortest closed forms inside of the bands",
          default: false,
        },
        csv: { kind: "boolean", brief: "Print the law as CSV", default: false },
        json: { kind: "boolean", brief: "Print the law as JSON", default: false },
        out: {
          kind: "parsed",
          parse: textParser,
          brief: "Folder for law.csv, law.json, law.html",
          optional: true,
        },
      },
    },
    async func(flags, folder) {
      if (flags.csv && (flags.json || flags.formula)) {
        throw new UserError(
          "--csv prints numbers only; it goes with neither --json nor --formula.",
        );
      }
      if (flags.out !== undefined) await checkFolder(flags.out);
      const model = await loadModel(folder, { threads: flags.threads });
      try {
        const { text, warnings } = await show(model, flags, folder, program);
        for (const warning of warnings) this.process.stderr.write(`warning: ${warning}\n`);
        this.process.stdout.write(text);
      } finally {
        await model.close();
      }
    },
  });

/** Evaluates the law, writes the files that are asked for, and gives what is to be printed. */
async function show(model: Model, flags: LawFlags, folder: string, program: string) {
  const { manifest } = model;
  const { members, level } = flags;
  const ensemble = { members, seed: parseSeed(flags.seed) };
  const densities = flags.densities ?? evenGrid(...manifest.coverage.density);
  const law = await learnedLaw(model, densities, {
    ...ensemble,
    level,
    keepMembers: flags.formula,
  });
  const formula = flags.formula
    ? lawFormula(law, manifest.system.beta, modelField(manifest))
    : null;
  const csv = lawCsv(law);
  const json = JSON.stringify({
    ...lawJson(law, manifest, ensemble),
    ...(formula ? { formula } : {}),
  }) + "\n";
  const page = () =>
    lawHtml(law, {
      folder,
      manifest,
      command: `${program} law ${folder} --members ${members} --seed ${ensemble.seed}`,
      seed: ensemble.seed,
      version: VERSION,
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
    : lawText(law, manifest, ensemble, written);
  return { text, warnings: warningsOf(law, manifest, members) };
}

/** What a reader must know before believing the law; each one sentence. */
function warningsOf(law: LearnedLaw, { coverage }: Manifest, members: number): string[] {
  const [low, high] = coverage.density;
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
