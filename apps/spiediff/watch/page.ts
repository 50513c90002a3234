import {
  block,
  formatCount,
  formatMoment,
  formatNumber,
  learnedFunctionFigure,
  pageHtml,
  trainingFigure,
} from "@spiediff/report";
import type { Figure, LearnedFunction } from "@spiediff/report";
import type { RunProgress } from "./progress.ts";

/**
 * The page of a run: what was done, losses, and what is learned so far.
 *
 * @param renews Whether a server has the browser load it again.
 */
export function watchPage(folder: string, progress: RunProgress, renews: boolean): string {
  const { experiment, phase, finished, estimated, law } = progress;
  const { particles, elements, sampling, profiles, seed } = experiment;
  const last = law?.training.at(-1);
  return pageHtml({
    title: `${experiment.name} – ${phase}`,
    lede: `Run folder ${folder}: N = ${particles.sites} sites, M = ${elements} elements, ` +
      `${sampling.realizations} realizations of ${profiles.length} profiles, seed ${seed}.`,
    body: [
      block.tiles([
        { value: `${estimated} of ${profiles.length}`, label: "profiles estimated" },
        ...(last
          ? [
            { value: formatCount(last.steps.at(-1)!), label: `steps of ${last.name}` },
            { value: formatNumber(last.loss.at(-1)!), label: `loss of ${last.name}` },
          ]
          : []),
      ]),
      law
        ? block.figures(figures(law))
        : block.paragraph("Curves appear with the training's first checkpoint."),
    ],
    footer: `Drawn ${formatMoment(new Date().toISOString())}.` +
      (!renews
        ? ""
        : finished
        ? " The run is done; this page no longer renews itself."
        : " This page renews itself every few seconds."),
  });
}

type Law = NonNullable<RunProgress["law"]>;

function figures(law: Law): Figure[] {
  const band = law.source === "model"
    ? "Mean and 95 % band of the finished ensemble, epinets included."
    : "Mean and 95 % band of the diffusion model at its last checkpoint; what the finite data " +
      "leave open (the epinets' share) comes with the finished model.";
  const learned = (data: LearnedFunction | undefined, id: string, title: string, unit: string) =>
    data === undefined
      ? []
      : [learnedFunctionFigure(data, { id, title, caption: band, yLabel: unit })];
  return [
    trainingFigure(law.training),
    ...learned(law.k1, "k1", "Operator entry K₁(ρ, ρ)", "K₁ (1/(energy · time))"),
    ...learned(law.drivingForce, "driving-force", "Driving force f′(ρ)", "f′ (energy)"),
    ...learned(
      law.freeEnergyDensity,
      "free-energy-density",
      "Free-energy density f(ρ)",
      "f (energy per domain length)",
    ),
  ];
}
