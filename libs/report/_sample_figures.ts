/** One figure of each kind, for the tests: how many bands it draws, and words that it must show. */
import {
  coverageFigure,
  deviationFigure,
  type Figure,
  freeEnergyFigure,
  genericFigure,
  heatMapFigure,
  learnedFunctionFigure,
  massFigure,
  mobilityWindowsFigure,
  profileResidualsFigure,
  profilesFigure,
  stageTimesFigure,
  trainingFigure,
} from "./mod.ts";
import { sampleRunData } from "./sample_data.ts";

const data = sampleRunData();
export const texts = { id: "k1", title: "K₁", caption: "c", yLabel: "K₁ (1/(energy · time))" };
export const generic = {
  id: "g",
  title: "G",
  caption: "c",
  xLabel: "R (count)",
  yLabel: "error (1)",
};

export const figures: Record<string, { figure: Figure; bands: number; labels: string[] }> = {
  learnedFunction: {
    figure: learnedFunctionFigure(data.k1, texts),
    bands: 1,
    labels: ["K₁ (1/(energy · time))", "density ρ (particles per site)", "exact, L = 40", "L → ∞"],
  },
  deviation: {
    figure: deviationFigure(data.k1, { ...texts, id: "d" }),
    bands: 1,
    labels: ["density ρ (particles per site)", "exact, L = 40 (zero line)"],
  },
  profiles: {
    figure: profilesFigure(data.prediction),
    bands: 5,
    labels: ["position x (domain lengths)", "density ρ (particles per site)", "t = 0.04"],
  },
  residuals: {
    figure: profileResidualsFigure(data.prediction),
    bands: 5,
    labels: ["position x (domain lengths)", "density residual (particles per site)"],
  },
  freeEnergy: {
    figure: freeEnergyFigure(data.freeEnergy),
    bands: 1,
    labels: ["time t (diffusive units)", "free energy F (energy)"],
  },
  mass: {
    figure: massFigure(data.massDeviation),
    bands: 0,
    labels: ["time t (diffusive units)", "(mass − initial mass) / initial mass (dimensionless)"],
  },
  training: {
    figure: trainingFigure(data.training),
    bands: 0,
    labels: ["optimiser step (count)", "loss (normalised, log scale)", "held out"],
  },
  windows: {
    figure: mobilityWindowsFigure(data.windows!),
    bands: 0,
    labels: [
      "window h (hop times, log scale)",
      "m(h) / instantaneous m (1)",
      "instantaneous mobility",
      "density 0.50, ± 1.96 standard errors",
    ],
  },
  stageTimes: {
    figure: stageTimesFigure(data.stages),
    bands: 0,
    labels: ["wall-clock time (s)", "simulate", "1 min 11 s"],
  },
  generic: {
    figure: genericFigure([
      {
        kind: "line",
        label: "line",
        x: [1, 10, 100],
        y: [1, 2, 3],
        band: { level: 0.9, lower: [0, 1, 2], upper: [2, 3, 4] },
      },
      { kind: "points", label: "p", x: [1, 10], y: [2, 3], standardError: [0.1, 0.2] },
    ], { ...generic, xScale: "log" }),
    bands: 1,
    labels: ["R (count)", "error (1)", "p, ± 1.96 standard errors"],
  },
  coverage: {
    figure: coverageFigure(
      { nominal: [0.5, 0.9], observed: [{ label: "epinet", share: [0.4, 0.8] }] },
      { id: "c", title: "C", caption: "c" },
    ),
    bands: 0,
    labels: ["nominal coverage (share)", "observed coverage (share)", "ideal"],
  },
  heatMap: {
    figure: heatMapFigure(
      { x: [1, 10, 100], y: [1, 2], values: [[3, 2, 1], [4, 3, 2]], contours: [2.5, 99] },
      { ...generic, id: "h", xScale: "log" },
    ),
    bands: 0,
    labels: ["R (count)", "error (1)", "contour at 2.5"],
  },
};
