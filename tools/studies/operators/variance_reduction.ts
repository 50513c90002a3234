/** Variance ratios and what they are worth at equal cost. */
import type { Jackknife } from "@spiediff/fdt-operators";
import { standardError } from "@spiediff/fdt-operators";
import type { Claim } from "@spiediff/report";
import { toCsv } from "@spiediff/report";
import { mean, rootMeanSquare } from "../_study.ts";
import { type Case, exactFlux, exactK1, horizons, sample } from "./systems.ts";
import { type Estimates, k1Estimators } from "./unbiasedness.ts";

/** Mean variance over elements and seeds. */
function variance(jacks: readonly Jackknife[]): number {
  return mean(jacks.flatMap((j) => Array.from(j.value, (_, i) => standardError(j, i) ** 2)));
}

/** One row of the table: a case at a horizon. */
export interface ReductionRow {
  readonly name: string;
  readonly h: number;
  readonly K1: number;
  readonly closedK1: number;
  readonly closedOverClassicK1: number;
  readonly flux: number;
  readonly drift: number;
  readonly smoothDrift: number;
}

type Quantity = "K1" | "closedK1" | "flux" | "drift" | "smoothDrift";

export function reductionRows(c: Case, seeds: readonly Estimates[]): ReductionRow[] {
  return horizons.map((h, w) => {
    const of = (set: "classic" | "controlled", quantity: Quantity) =>
      variance(seeds.map((s) => s[set][w][quantity]));
    const ratio = (quantity: Quantity) => of("classic", quantity) / of("controlled", quantity);
    return {
      name: c.name,
      h,
      K1: ratio("K1"),
      closedK1: ratio("closedK1"),
      closedOverClassicK1: of("classic", "K1") / of("controlled", "closedK1"),
      flux: ratio("flux"),
      drift: ratio("drift"),
      smoothDrift: ratio("smoothDrift"),
    };
  });
}

export function reductionClaims(rows: readonly ReductionRow[]): Claim[] {
  return rows.filter(({ h }) => h <= 2.5e-6).flatMap(({ name, h, K1, drift, smoothDrift }) => [
    { name: `${name}, h=${h}: variance reduction of K1`, value: K1, min: 10 },
    { name: `${name}, h=${h}: variance reduction of the drift`, value: drift, min: 20 },
    {
      name: `${name}, h=${h}: variance reduction of the drift, smooth windows`,
      value: smoothDrift,
      min: 200,
    },
  ]);
}

/** Core-seconds to a target error. */
export interface CostRow {
  readonly name: string;
  readonly estimator: string;
  readonly quantity: "K1" | "drift";
  readonly h: number;
  /** Milliseconds per realization on one core, the horizon being the last. */
  readonly millisecondsPerRealization: number;
  readonly realizations: number;
  readonly coreSeconds: number;
}

/** Time to a 1 % error of K1 and a 3 % error of the drift (root mean square over elements). */
export async function costRows(
  c: Case,
  seeds: readonly Estimates[],
  realizations: number,
): Promise<CostRow[]> {
  const K1 = rootMeanSquare(exactK1(c));
  const flux = exactFlux(c);
  const drift = rootMeanSquare(flux.map((j, i) => flux[(i + flux.length - 1) % flux.length] - j));
  const rows: CostRow[] = [];
  const add = (
    estimator: string,
    quantity: "K1" | "drift",
    h: number,
    seconds: number,
    jacks: Jackknife[],
  ) => {
    const [scale, target] = quantity === "K1" ? [K1, 0.01] : [drift, 0.03];
    const needed = realizations * variance(jacks) / (scale * target) ** 2;
    rows.push({
      name: c.name,
      estimator,
      quantity,
      h,
      millisecondsPerRealization: 1000 * seconds,
      realizations: needed,
      coreSeconds: needed * seconds,
    });
  };
  for (const w of [1, 2, 3]) {
    const h = horizons[w];
    const plain = await secondsPerRealization(c, [h], false);
    const kept = await secondsPerRealization(c, [h], true);
    const all = (set: "classic" | "controlled", q: Quantity) => seeds.map((s) => s[set][w][q]);
    add("classic at this h (biased)", "K1", h, plain, all("classic", "K1"));
    add("control variate at this h (biased)", "K1", h, kept, all("controlled", "K1"));
    add("control variate, closed", "K1", h, kept, all("controlled", "closedK1"));
    add("classic", "drift", h, plain, all("classic", "drift"));
    add("control variate", "drift", h, kept, all("controlled", "drift"));
    add("control variate, smooth windows", "drift", h, kept, all("controlled", "smoothDrift"));
  }
  const several = horizons.slice(1, 4);
  const last = several[several.length - 1];
  for (const controlled of [false, true]) {
    const name = controlled ? "control variate, extrapolated" : "classic, extrapolated";
    const seconds = await secondsPerRealization(c, several, controlled);
    add(name, "K1", last, seconds, seeds.map(k1Estimators[name]));
  }
  return rows;
}

/** Median of three short runs on one core, start and burn-in included. */
async function secondsPerRealization(
  c: Case,
  horizons: number[],
  controlVariates: boolean,
): Promise<number> {
  const times: number[] = [];
  for (let k = 0; k < 4; k++) {
    const before = performance.now();
    await sample(c, k, 60, 1, { horizons, controlVariates });
    times.push((performance.now() - before) / 1000 / 60);
  }
  // The first run warms the code up.
  return times.slice(1).sort((a, b) => a - b)[1];
}

/** Rows as CSV. */
export function rowsToCsv<Row extends object>(rows: readonly Row[]): string {
  const names = Object.keys(rows[0]) as (keyof Row & string)[];
  return toCsv(names.map((name) => ({
    name,
    values: rows.map((row) => row[name] as number | string),
  })));
}
