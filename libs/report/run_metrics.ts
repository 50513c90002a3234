import { boundText, verdictCell } from "./claims.ts";
import { formatCount, formatNumber } from "./format.ts";
import type { Baseline, RunMetrics } from "./run_report_data.ts";
import type { Table, TableCell } from "./table.ts";
import type { Claim } from "./types.ts";

interface MetricRow {
  key: Exclude<keyof RunMetrics, "level" | "positiveSemiDefinite">;
  name: string;
  meaning: string;
  min?: number;
  max?: number;
}

/** The main job's figures, in reading order, with the bounds that they are held to. */
const ROWS: MetricRow[] = [
  {
    key: "k1",
    name: "relative L2 error of K₁, finite-L reference",
    meaning: "mean of the learned K₁(ρ, ρ) over the densities seen in training",
    max: 0.01,
  },
  {
    key: "k1AgainstLimit",
    name: "relative L2 error of K₁, L → ∞ formula",
    meaning: "for comparison: the formula itself is off by about a per cent at finite L",
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
    meaning: "the same with each band widened by 1.96 standard errors of the KMC mean",
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

/** The measured figures that carry a bound, in the form of `result.json`. */
export function metricClaims(metrics: RunMetrics): Claim[] {
  const claims: Claim[] = ROWS.flatMap(({ key, name, min, max }) => {
    const value = metrics[key];
    return value === null || (min === undefined && max === undefined) ? [] : [{
      name,
      value,
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
    }];
  });
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
  const rows: TableCell[][] = ROWS.map(({ key, name, meaning, min, max }) => {
    const value = metrics[key];
    const claim: Claim = { name, value: value ?? NaN, min, max };
    return [
      name,
      value === null ? "–" : formatNumber(value),
      boundText(claim),
      value === null ? "–" : verdictCell(claim),
      meaning,
    ];
  });
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
