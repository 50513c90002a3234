import type { TrajectoryStatistics } from "@spiediff/kmc";
import { toCsv } from "@spiediff/report";
import type { ComparedLaw } from "./learned_functions.ts";

const NAMES = ["exact", "mean", "lo95", "hi95"] as const;

/** A curve's columns; what is not known exactly is left empty. */
function columns(law: ComparedLaw, curve: "K1" | "freeEnergy" | "drivingForce", suffix = "") {
  const { wholeCurve } = law[curve];
  return [
    ...NAMES.map((name) => ({
      name: name + suffix,
      values: law[curve][name] ?? law.density.map(() => undefined),
    })),
    { name: `curve_lo95${suffix}`, values: wholeCurve.lo95 },
    { name: `curve_hi95${suffix}`, values: wholeCurve.hi95 },
  ];
}

/** `k1.csv`: K1(rho, rho), exact and learned. */
export function k1Csv(law: ComparedLaw): string {
  return toCsv([
    { name: "rho", values: law.density },
    ...columns(law, "K1"),
    { name: "exact_limit", values: law.K1Limit ?? law.density.map(() => undefined) },
  ]);
}

/** `free-energy.csv`: f with its gauge fitted, and the same for f'. */
export function freeEnergyCsv(law: ComparedLaw): string {
  return toCsv([
    { name: "rho", values: law.density },
    ...columns(law, "freeEnergy"),
    ...columns(law, "drivingForce", "_derivative"),
  ]);
}

/** `kmc.csv`: the direct simulation at the times and nodes of `prediction.csv`. */
export function kmcCsv(truth: TrajectoryStatistics): string {
  const M = truth.elements;
  const rows = truth.times.flatMap((t, k) =>
    Array.from({ length: M }, (_, i) => ({ t, x: i / M, at: k * M + i }))
  );
  return toCsv([
    { name: "t", values: rows.map(({ t }) => t) },
    { name: "x", values: rows.map(({ x }) => x) },
    { name: "mean", values: rows.map(({ at }) => truth.mean[at]) },
    { name: "standard_error", values: rows.map(({ at }) => truth.standardError[at]) },
  ]);
}
