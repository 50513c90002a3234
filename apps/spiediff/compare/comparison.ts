import type { RunMetrics } from "@spiediff/report";
import type { FinishedRun } from "./read_run.ts";

/** One line of a comparison: what, and its value in either run; null where a run lacks it. */
export interface Row<T> {
  readonly name: string;
  readonly a: T | null;
  readonly b: T | null;
}

/** Two runs side by side. */
export interface Comparison {
  readonly a: string;
  readonly b: string;
  readonly metrics: readonly Row<number>[];
  readonly seconds: readonly Row<number>[];
  /** Fields of the experiments that differ, by path. */
  readonly configuration: readonly Row<unknown>[];
  readonly warnings: Row<number>;
}

const METRICS: readonly [string, (m: RunMetrics) => number | null | undefined][] = [
  ["relative L2 error of K1, reference", (m) => m.k1],
  ["relative L2 error of K1, L → ∞ formula", (m) => m.k1AgainstLimit],
  ["relative L2 error of f, line a + bρ fitted", (m) => m.freeEnergyAffineGauge],
  ["relative L2 error of f, gauge-free", (m) => m.freeEnergyGaugeFree],
  ["relative L2 error of the diffusivity", (m) => m.diffusivity],
  ["band holds simulated means", (m) => m.bandCoverage],
  ["the same, simulation's own error added", (m) => m.bandCoverageWithKmcError],
  ["largest relative change of mass", (m) => m.relativeMassDrift],
  ["largest relative rise of free energy", (m) => m.relativeFreeEnergyRise],
  ["operators not positive semi-definite", (m) => m.positiveSemiDefinite?.violations],
];

/** Puts two finished runs side by side. */
export function compareRuns(a: FinishedRun, b: FinishedRun): Comparison {
  return {
    a: a.folder,
    b: b.folder,
    metrics: METRICS.map(([name, value]) => ({
      name,
      a: value(a.metrics) ?? null,
      b: value(b.metrics) ?? null,
    })),
    seconds: unionOfKeys(a.seconds, b.seconds).map((name) => ({
      name,
      a: a.seconds[name] ?? null,
      b: b.seconds[name] ?? null,
    })),
    configuration: differences(a.experiment, b.experiment),
    warnings: { name: "warnings", a: a.warnings.length, b: b.warnings.length },
  };
}

/**
 * Paths at which two JSON values differ, in the order of the first. Lists are looked into only if
 * they hold objects; a list of numbers is one value.
 */
export function differences(a: unknown, b: unknown, path = ""): Row<unknown>[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  if (!isStructure(a) || !isStructure(b)) return [{ name: path, a: a ?? null, b: b ?? null }];
  return unionOfKeys(a, b).flatMap((key) =>
    differences(a[key], b[key], path === "" ? key : `${path}.${key}`)
  );
}

function isStructure(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  return !Array.isArray(value) || value.some((item) => typeof item === "object");
}

function unionOfKeys(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}
