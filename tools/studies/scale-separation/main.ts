/**
 * `deno task study scale-separation`: the error of K1 over horizon h and number of realizations R,
 * with the bias and the noise that theory expects drawn over it.
 */
import { exactK1OfField, longRangeFinite } from "@spiediff/exact-reference";
import {
  copyMoments,
  type EnsembleMoments,
  type EnsembleRecord,
  mergeMoments,
} from "@spiediff/ensemble";
import {
  classicEstimator,
  closedCurrents,
  controlVariateEstimator,
  horizonWindow,
  nodalBand,
} from "@spiediff/fdt-operators";
import { latticeProfile, sampleEnsemble } from "@spiediff/kmc";
import { formatNumber, genericFigure, type GenericSeries, heatMapFigure } from "@spiediff/report";
import { mean, progress, rootMeanSquare, workersOption, writeStudy } from "../_study.ts";

const SEED = 20;
const sites = 2000;
const elements = 25;
const system = { sites, halfWidth: 40, betaJ0: 1 };
const field = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);
const horizons = [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6].map((k) => 1e-6 * 2 ** k);
const BLOCK = 32;
const sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((k) => BLOCK * 2 ** k);

progress(`simulating ${sizes.at(-1)} realizations with ${horizons.length} horizons`);
const record = await sampleEnsemble({
  system,
  elements,
  profile: latticeProfile("cosine", sites, field),
  initialState: "bernoulli",
  realizations: sizes.at(-1)!,
  blockSize: BLOCK,
  seed: SEED,
  workers: workersOption(),
  burnIn: 1e-5,
  horizons,
});

const reference = longRangeFinite(system);
const exact = exactK1OfField(reference, field, elements);
const scale = rootMeanSquare(exact);

/** Merges neighbouring blocks into ensembles of `size` realizations. */
function ensembles({ blocks }: EnsembleRecord, size: number): EnsembleMoments[] {
  const per = size / BLOCK;
  return Array.from({ length: blocks.length / per }, (_, k) => {
    const merged = copyMoments(blocks[k * per]);
    for (const block of blocks.slice(k * per + 1, (k + 1) * per)) mergeMoments(merged, block);
    return merged;
  });
}

type Entry = (moments: EnsembleMoments, w: number) => Float64Array;
const factor = (w: number) => sites / (2 * horizons[w]);
const classicK1: Entry = (m, w) =>
  nodalBand(classicEstimator.covariance(m.windows[w], m.count), elements, 1, factor(w));
const closedK1: Entry = (m, w) =>
  closedCurrents(controlVariateEstimator.covariance(m.windows[w], m.count), elements, factor(w));

/** Root mean square error over elements and disjoint ensembles, relative to K1: `[R][h]`. */
function errorMap(entry: Entry): number[][] {
  return sizes.map((size) => {
    const parts = ensembles(record, size);
    return horizons.map((_, w) =>
      rootMeanSquare(
        parts.flatMap((m) => Array.from(entry(m, w), (k1, e) => (k1 - exact[e]) / scale)),
      )
    );
  });
}

// Theory: bias -(16/3)/sqrt(4 pi) sqrt(D h)/Delta of each entry, noise of a sample covariance.
const kink = 16 / 3 / Math.sqrt(4 * Math.PI);
// Over sqrt(D h), much less than the kernel's range L eps = 0.02, fluctuations do not feel the kernel's
// gradient: they diffuse with D = m / (rho (1 - rho)), not with m f''.
const diffusivity = (rho: number) => reference.mobility(rho) / (rho * (1 - rho));
const bias = (h: number) =>
  rootMeanSquare(
    exact.map((k1, e) =>
      k1 / scale * kink * Math.sqrt(diffusivity(field((e + 0.5) / elements)) * h) * elements
    ),
  );
const noise = (size: number) => {
  const diagonal = (i: number) => -(exact[(i + elements - 1) % elements] + exact[i % elements]);
  return rootMeanSquare(
    exact.map((k1, e) => Math.sqrt((diagonal(e) * diagonal(e + 1) + k1 * k1) / size) / scale),
  );
};

progress("estimating over disjoint ensembles");
const classic = errorMap(classicK1);
const closed = errorMap(closedK1);
const percent = (value: number) => `${formatNumber(100 * value, 2)} %`;
const texts = {
  xLabel: "horizon h (macroscopic time)",
  yLabel: "realizations R",
  xScale: "log",
  yScale: "log",
} as const;
// Where bias equals noise: below the line noise rules, above it bias does.
const fineR = Array.from({ length: 81 }, (_, k) => BLOCK * 2 ** (k / 10));
const balance = fineR.map((size) => (noise(size) / bias(1)) ** 2);
const isoError = (target: number) => {
  const curve = Array.from({ length: 200 }, (_, k) => horizons[0] * 1.03 ** k)
    .filter((h) => bias(h) < 0.98 * target);
  return {
    label: `theory: bias² + noise² = (${percent(target)})²`,
    x: curve,
    y: curve.map((h) => noise(1) ** 2 / (target ** 2 - bias(h) ** 2)),
  };
};
const mapFigure = heatMapFigure(
  {
    x: horizons,
    y: sizes,
    values: classic,
    contours: [0.05, 0.1],
    logColor: true,
    format: percent,
    lines: [
      { label: "theory: bias = noise", x: balance, y: fineR },
      isoError(0.05),
      isoError(0.1),
    ],
  },
  {
    ...texts,
    id: "k1-error-classic",
    title: "Error of K1 by the classic covariation",
    caption:
      "Root mean square error of the entries K1 of Eq. (6) against the product-measure approximation, relative to K1, over disjoint " +
      "ensembles of R realizations (L = 40, βJ0 = 1, profile 0.5 + 0.3 cos 2πx). Dashed: what theory expects, bias " +
      "1.50 √(Dh)/Δ and noise of a sample covariance. To the right of bias = noise more realizations do not help.",
    height: 420,
  },
);
const closedFigure = heatMapFigure(
  {
    x: horizons,
    y: sizes,
    values: closed,
    contours: [0.005, 0.01],
    logColor: true,
    format: percent,
  },
  {
    ...texts,
    id: "k1-error-closed",
    title: "Error of K1 by the closed covariation with control variates",
    caption:
      "The same realizations, with the kinks closed (no bias in √h) and martingale control variates. There is no floor of " +
      "bias: at every h the error falls as 1/√R, and short horizons are the better ones.",
    height: 420,
  },
);
// As many as the figure has colours, so that each theory line has the colour of its points.
const shown = [0, 2, 4, 6, 8];
const fineH = Array.from(
  { length: 60 },
  (_, k) => horizons[0] * (horizons.at(-1)! / horizons[0]) ** (k / 59),
);
const lineFigure = genericFigure(
  [
    ...shown.map((k): GenericSeries => ({
      kind: "points",
      label: `classic, R = ${sizes[k]}`,
      x: horizons,
      y: classic[k],
    })),
    ...shown.map((k): GenericSeries => ({
      kind: "line",
      label: `theory, R = ${sizes[k]}`,
      x: fineH,
      y: fineH.map((h) => Math.hypot(bias(h), noise(sizes[k]))),
      dashed: true,
    })),
  ],
  {
    id: "k1-error-lines",
    title: "Error of K1 against h: measured and expected",
    caption:
      "Points: measured errors of the classic covariation. Dashed: √(bias² + noise²) without a fitted parameter.",
    xLabel: "horizon h (macroscopic time)",
    yLabel: "relative error of K1",
    xScale: "log",
    yScale: "log",
    height: 360,
  },
);

// --- The window of horizons ------------------------------------------------------------------------
const window = horizonWindow(system, elements);
const meanK1 = mean(exact);
const relativeK1 = (entry: Entry) => horizons.map((_, w) => mean(entry(record.total, w)) / meanK1);
const controlledK1: Entry = (m, w) =>
  nodalBand(controlVariateEstimator.covariance(m.windows[w], m.count), elements, 1, factor(w));
const edge = (label: string, h: number): GenericSeries => ({
  kind: "line",
  label,
  x: [h, h],
  y: [0.72, 1.02],
  dashed: true,
});
const windowFigure = genericFigure(
  [
    { kind: "points", label: "K1 of Eq. (6)", x: horizons, y: relativeK1(controlledK1) },
    { kind: "points", label: "closed K1", x: horizons, y: relativeK1(closedK1) },
    {
      kind: "line",
      label: "theory of the kinks",
      x: fineH,
      y: fineH.map((h) =>
        1 -
        mean(exact.map((k1, e) =>
          k1 / meanK1 * kink * Math.sqrt(diffusivity(field((e + 0.5) / elements)) * h) * elements
        ))
      ),
    },
    edge("window: 4 hop times", window.shortest),
    edge("window: a quarter of an element", window.longest),
  ],
  {
    id: "horizon-window",
    title: "K1 against h and the window of horizons",
    caption:
      `Mean of K1 over the elements relative to the exact one, control variates, R = ${
        sizes.at(-1)
      }. Between the dashed ` +
      "lines h is long for particles and short for the fields; the extrapolation in √h uses horizons inside only.",
    xLabel: "horizon h (macroscopic time)",
    yLabel: "mean K1, relative to the exact one",
    xScale: "log",
    height: 340,
  },
);

const ratios = classic.flatMap((row, k) =>
  row.map((error, w) => error / Math.hypot(bias(horizons[w]), noise(sizes[k])))
);
const biasRatio = (w: number) => {
  const whole = meanOffset(classicK1, w);
  return -whole /
    mean(
      exact.map((k1, e) =>
        k1 / mean(exact) * kink *
        Math.sqrt(diffusivity(field((e + 0.5) / elements)) * horizons[w]) *
        elements
      ),
    );
};
/** Relative deviation of the mean over elements, all realizations. */
function meanOffset(entry: Entry, w: number): number {
  return mean(entry(record.total, w)) / mean(exact) - 1;
}
const last = sizes.length - 1;
const at = (h: number) => horizons.findIndex((value) => Math.abs(value / h - 1) < 1e-6);
writeStudy({
  name: "scale-separation",
  seed: SEED,
  claims: [
    {
      name: "classic: largest ratio of measured error to sqrt(bias^2 + noise^2) over the map",
      value: Math.max(...ratios),
      max: 1.3,
    },
    { name: "classic: smallest such ratio", value: Math.min(...ratios), min: 0.75 },
    { name: "classic: mean such ratio", value: mean(ratios), min: 0.95, max: 1.05 },
    ...[4e-6, 1.6e-5, 6.4e-5].map((h) => ({
      name: `classic: measured bias over theoretical bias at h = ${h}, R = ${sizes[last]}`,
      value: biasRatio(at(h)),
      min: 0.8,
      max: 1.2,
    })),
    {
      name: `closed: relative deviation of the mean K1 at h = 4e-6, R = ${sizes[last]}`,
      value: meanOffset(closedK1, at(4e-6)),
      min: -0.003,
      max: 0.003,
    },
    {
      name: `closed: relative deviation of the mean K1 at h = 6.4e-5, R = ${sizes[last]}`,
      value: meanOffset(closedK1, at(6.4e-5)),
      min: -0.01,
      max: 0.01,
    },
    {
      name: `closed: relative error of K1 at h = 1e-6, R = ${sizes[last]}`,
      value: closed[last][at(1e-6)],
      max: 0.005,
    },
    {
      name: `error at the best h, classic over closed, R = ${sizes[last]}`,
      value: Math.min(...classic[last]) / Math.min(...closed[last]),
      min: 5,
    },
  ],
  figures: [mapFigure, lineFigure, closedFigure, windowFigure],
  text: `# Scale separation: the error of K1 over h and R

Long-range model, N = ${sites}, M = ${elements}, L = ${system.halfWidth}, beta J0 = ${system.betaJ0}, profile
0.5 + 0.3 cos(2 pi x), Bernoulli start, burn-in 1e-5. All horizons were recorded in the same ${
    sizes[last]
  }
realizations; smaller R are disjoint parts of them. Errors are relative to the root mean square of the
exact K1 (product-measure approximation of the mobility, integrated over the true profile).

Theory without a fitted parameter: hat functions have kinks, across which fluctuations diffuse during h, so
that K1(h) = K1 (1 - (16/3)/sqrt(4 pi) sqrt(D h)/Delta). D is m / (rho (1 - rho)): within sqrt(D h), which is
shorter than the kernel's range L eps, fluctuations do not feel the kernel's gradient (with D = m f'' the
bias would come out 15 % too small). The sample covariance of R realizations has
the variance (K_ee K_{e+1,e+1} + K1^2)/R. The closed combination K_{e,e+1} + 2 (K_{e-1,e+1} + K_{e,e+2}) cancels the
kinks.`,
});
