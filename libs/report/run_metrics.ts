import { boundText, verdictCell } from "./claims.ts";
import { formatCount, formatLevel, formatNumber, formatPercent } from "./format.ts";
import type { Baseline, ReferenceRecord, RunMetrics } from "./run_report_data.ts";
import type { Table, TableCell } from "./table.ts";
import type { Claim } from "./types.ts";

interface MetricRow {
  key: Exclude<keyof RunMetrics, "level" | "reference" | "positiveSemiDefinite">;
  name: string;
  meaning: string | ((metrics: RunMetrics) => string);
  min?: number;
  max?: number;
}

/** The main job's figures, in reading order, with the bounds that they are held to. */
const ROWS: MetricRow[] = [
  {
    key: "k1",
    name: "relative L2 error of K₁",
    meaning: "mean of the learned K₁(ρ, ρ) over the densities seen in training",
    max: 0.01,
  },
  {
    key: "k1AgainstLimit",
    name: "relative L2 error of K₁, L → ∞ formula",
    meaning: ({ reference }) =>
      reference?.limit == null
        ? "for comparison"
        : `for comparison: the formula is off by ${
          formatPercent(reference.limit, 2)
        } from the reference itself`,
  },
  {
    key: "freeEnergyAffineGauge",
    name: "relative L2 error of f, line a + bρ fitted",
    meaning: "relative to the norm of f as it stands",
    max: 0.01,
  },
  {
    key: "freeEnergyGaugeFree",
    name: "relative L2 error of f, gauge-free",
    meaning: "with the straight line taken off both sides: the stricter measure",
    max: 0.05,
  },
  {
    key: "diffusivity",
    name: "relative L2 error of the diffusivity m f″",
    meaning: "collective diffusivity, which sets the speed of relaxation; no gauge enters",
  },
  {
    key: "bandCoverage",
    name: "coverage of the simulated means by the band",
    meaning:
      "share of KMC means inside the band for single points, all times after the start, all nodes; low where " +
      "the means, of finitely many runs, scatter more than the band is wide",
  },
  {
    key: "bandCoverageWithKmcError",
    name: "coverage, KMC error included",
    meaning: "the same with each band widened by the KMC mean's own 95 % interval (Student's)",
  },
  {
    key: "simulationDeviation",
    name: "prediction − simulation, in the simulation's standard errors",
    meaning: "root mean square over nodes and times: consistency, no verdict; 1 is chance alone",
  },
  {
    key: "relativeMassDrift",
    name: "largest relative change of mass",
    meaning: "over all members and times",
    max: 1e-12,
  },
  {
    key: "relativeFreeEnergyRise",
    name: "largest relative rise of free energy",
    meaning: "between two steps, over all members; 0 means that it never rises",
    max: 1e-12,
  },
];

/** Of a band's half-width or a bound, what a reference's own error may be for a verdict by it. */
const THIRD = 1 / 3;

/** A row's claim: an error has a bound only where the reference is known much better than that. */
function claimOf({ key, name, min, max }: MetricRow, metrics: RunMetrics): Claim {
  const claim: Claim = { name, value: metrics[key] ?? NaN };
  if (min !== undefined) claim.min = min;
  if (max !== undefined) claim.max = max;
  if (!isError(key)) return claim;
  const error = metrics.reference?.error?.[key];
  return error !== undefined && error < THIRD * (max ?? 0) ? claim : { name, value: claim.value };
}

type ErrorKey = keyof NonNullable<ReferenceRecord["error"]>;
const ERRORS: Record<ErrorKey, true> = {
  ...{ k1: true, freeEnergyAffineGauge: true, freeEnergyGaugeFree: true, diffusivity: true },
};
const isError = (key: string): key is ErrorKey => key in ERRORS;

const CURVES = { mobility: "m", curvature: "f″", diffusivity: "D" } as const;

/** Whether the bands meet the reference, where it is known well enough to say so, or how far they are off. */
function agreementClaims({ reference, level }: RunMetrics): { claim: Claim; meaning: string }[] {
  if (!reference?.agreement) return [];
  const curves = Object.keys(CURVES) as (keyof typeof CURVES)[];
  return curves.map((curve) => {
    const { inside, outside, errorOverBand, deviation } = reference.agreement![curve];
    const share = `reference's error over the band's half-width: at most ${
      formatNumber(errorOverBand, 2)
    }`;
    return errorOverBand < THIRD
      ? {
        claim: {
          name: `densities at which the reference leaves the band of ${CURVES[curve]}`,
          value: outside,
          max: 0,
        },
        meaning:
          `the ${formatLevel(level)} band of whole curves; that for single points holds it ` +
          `at ${formatPercent(inside, 2)}; ${share}`,
      }
      : {
        claim: {
          name: `band of ${CURVES[curve]} and reference, in standard errors`,
          value: deviation,
        },
        meaning: `root mean square, both errors in: consistency, no verdict; ${share}`,
      };
  });
}

/** The measured figures that carry a bound, in the form of `result.json`. */
export function metricClaims(metrics: RunMetrics): Claim[] {
  const claims = [
    ...ROWS.map((row) => claimOf(row, metrics)).filter((_, i) => metrics[ROWS[i].key] !== null),
    ...agreementClaims(metrics).map(({ claim }) => claim),
  ].filter((claim) => claim.min !== undefined || claim.max !== undefined);
  const psd = metrics.positiveSemiDefinite;
  if (psd) {
    claims.push({
      name: "operators that are not positive semi-definite",
      value: psd.violations,
      max: 0,
    });
  }
  return claims;
}

/** The headline table: measure, value, bound, verdict, meaning. */
export function metricsTable(metrics: RunMetrics): Table {
  const rows: TableCell[][] = ROWS.map((row) => {
    const value = metrics[row.key], claim = claimOf(row, metrics);
    const meaning = typeof row.meaning === "string" ? row.meaning : row.meaning(metrics);
    const own = isError(row.key) ? metrics.reference?.error?.[row.key] : undefined;
    return [
      row.name,
      value === null ? "–" : formatNumber(value),
      boundText(claim),
      value === null ? "–" : verdictCell(claim),
      value === null || own === undefined
        ? meaning
        : `${meaning}; the reference's own error: ${formatNumber(own, 2)}`,
    ];
  });
  for (const { claim, meaning } of agreementClaims(metrics)) {
    rows.push([
      claim.name,
      formatNumber(claim.value),
      boundText(claim),
      verdictCell(claim),
      meaning,
    ]);
  }
  const psd = metrics.positiveSemiDefinite;
  if (psd) {
    const claim: Claim = { name: "", value: psd.violations, max: 0 };
    const smallest = psd.smallestEigenvalueRatio;
    rows.push([
      "operators that are not positive semi-definite",
      formatCount(psd.violations),
      "0",
      verdictCell(claim),
      `of ${formatCount(psd.evaluations)} tested, one at each Runge-Kutta stage` +
      (smallest === undefined
        ? ""
        : `; smallest eigenvalue over largest: ${formatNumber(smallest, 2)}`),
    ]);
  }
  return { header: ["measure", "value", "bound", "verdict", "meaning"], rows, numeric: [1, 2] };
}

/** The errors of the learned law beside those of a baseline. */
export function baselineTable(metrics: RunMetrics, baseline: Baseline): Table {
  const compared = ROWS.filter(({ key }) => metrics[key] !== null && baseline[key] != null);
  return {
    header: ["relative L2 error of", "diffusion models", baseline.label, "ratio"],
    rows: compared.map(({ key, name }) => [
      name.replace("relative L2 error of ", ""),
      formatNumber(metrics[key]!),
      formatNumber(baseline[key]!),
      formatNumber(metrics[key]! / baseline[key]!, 2),
    ]),
    numeric: [1, 2, 3],
  };
}

/** Further claims as a table of the same kind. */
export function claimsTable(claims: Claim[]): Table {
  return {
    header: ["claim", "value", "bound", "verdict"],
    rows: claims.map((claim) => [
      claim.name,
      formatNumber(claim.value),
      boundText(claim),
      verdictCell(claim),
    ]),
    numeric: [1, 2],
  };
}
