import type { TrajectoryStatistics } from "@spiediff/ensemble";
import { LAW_UNITS, type UnitSystem } from "@spiediff/law";
import { toCsv } from "@spiediff/report/text";
import type { ComparedLaw } from "./compare_law.ts";
import type { ComparedCurve } from "./compared_curve.ts";
import { lawInUnits } from "./run_units.ts";

/** The files of learned functions, by what they hold. */
const FILES = {
  "k1.csv": "K1",
  "mobility.csv": "mobility",
  "diffusivity.csv": "diffusivity",
  "driving-force.csv": "drivingForce",
  "free-energy.csv": "freeEnergy",
} as const;

/**
 * Text by file name: each learned function over the densities, with reference and bands.
 *
 * @param units That they are told in; a line names those of files.
 */
export function lawTables(law: ComparedLaw, units: UnitSystem = LAW_UNITS): [string, string][] {
  const { isLaw, names } = units, told = isLaw ? law : lawInUnits(law, units);
  const about = isLaw
    ? ""
    : `# units: length in ${names.length}, time in ${names.time}, energy in ${names.energy}, ` +
      `densities in ${names.density}\n`;
  return Object.entries(FILES).map((
    [file, curve],
  ) => [file, about + curveCsv(told.density, told[curve])]);
}

/** One function of the density; what is not known is left empty. */
function curveCsv(
  density: readonly number[],
  { reference, level, mean, lower, upper, wholeCurve }: ComparedCurve,
): string {
  return toCsv([
    { name: "rho", values: density },
    { name: "reference", values: reference ?? density.map(() => undefined) },
    { name: "mean", values: mean },
    { name: "lower", values: lower },
    { name: "upper", values: upper },
    { name: "curve_lower", values: wholeCurve.lower },
    { name: "curve_upper", values: wholeCurve.upper },
  ], level);
}

const AXES = ["x", "y", "z"];

/** `kmc.csv`: the direct simulation at the times and nodes of `prediction.csv`. */
export function kmcCsv(truth: TrajectoryStatistics, dimension: 1 | 2 | 3 = 1): string {
  const nodes = truth.elements, M = Math.round(nodes ** (1 / dimension));
  const rows = truth.times.flatMap((t, k) =>
    Array.from({ length: nodes }, (_, i) => ({ t, i, at: k * nodes + i }))
  );
  return toCsv([
    { name: "t", values: rows.map(({ t }) => t) },
    ...AXES.slice(0, dimension).map((name, axis) => ({
      name,
      values: rows.map(({ i }) => Math.floor(i / M ** axis) % M / M),
    })),
    { name: "mean", values: rows.map(({ at }) => truth.mean[at]) },
    { name: "standard_error", values: rows.map(({ at }) => truth.standardError[at]) },
  ]);
}
