import type { TrajectoryStatistics } from "@spiediff/kmc";
import { toCsv } from "@spiediff/report";
import type { ComparedLaw } from "./learned_functions.ts";

/** `k1.csv`: K1(rho, rho), exact and learned. */
export function k1Csv(law: ComparedLaw): string {
  return toCsv([
    { name: "rho", values: law.density },
    ...(["exact", "mean", "lo95", "hi95"] as const).map((name) => ({
      name,
      values: law.K1[name],
    })),
    { name: "exact_limit", values: law.K1Limit },
  ]);
}

/** `free-energy.csv`: f with its gauge fitted, and the same for f'. */
export function freeEnergyCsv(law: ComparedLaw): string {
  const names = ["exact", "mean", "lo95", "hi95"] as const;
  return toCsv([
    { name: "rho", values: law.density },
    ...names.map((name) => ({ name, values: law.freeEnergy[name] })),
    ...names.map((name) => ({ name: `${name}_derivative`, values: law.drivingForce[name] })),
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
