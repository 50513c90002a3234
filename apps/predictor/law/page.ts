import type { LearnedLaw } from "../learned_law.ts";
import type { ReportContext } from "../cli/report.ts";
import { LAW_QUANTITIES } from "./quantities.ts";

/** The law's self-contained HTML page: a figure of each quantity, with its data to download. */
export async function lawHtml(law: LearnedLaw, context: ReportContext): Promise<string> {
  // Drawing needs a document model; loading it only here keeps the start fast.
  const { block, learnedFunctionFigure, pageHtml, unitsSentence } = await import(
    "@spiediff/report"
  );
  const { units: { isLaw, names, density: one } } = context;
  const covered = context.manifest.coverage.density.map((rho) => rho * one);
  const density = [...law.density];
  const figures = LAW_QUANTITIES.map(({ key, symbol, title, unit, fileUnit, caption }) => {
    const { level, mean, lower, upper, wholeCurve } = law[key];
    return learnedFunctionFigure({
      density,
      learned: {
        level,
        mean: [...mean],
        lower: [...lower],
        upper: [...upper],
        wholeCurve: { lower: [...wholeCurve.lower], upper: [...wholeCurve.upper] },
      },
      references: [],
      covered: [covered[0], covered[1]],
      ...(isLaw ? {} : { quantity: { name: "density", unit: names.density } }),
    }, {
      id: key.replace(/[A-Z](?=[a-z])/g, (letter) => `-${letter}`).toLowerCase(),
      title,
      caption,
      yLabel: `${symbol} (${isLaw ? unit : fileUnit})`,
    });
  });
  const { manifest, folder, command, seed, version } = context;
  return pageHtml({
    title: "The learned law",
    lede: `Model: ${folder}, integrity ${manifest.integrity.slice(0, 12)}. Seed ${seed}.` +
      unitsSentence(isLaw ? undefined : names),
    body: [block.figures(figures), block.heading("How it was made"), block.command(command)],
    footer: `Predictor ${version}; model made by ${manifest.code.name} ${manifest.code.version}.`,
  });
}
