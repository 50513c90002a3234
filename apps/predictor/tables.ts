import { randomStream } from "@spiediff/random";
import { type DrivingForceTable, tabulateDrivingForce } from "./driving_force_table.ts";
import type { Ensemble } from "./ensemble.ts";
import { offered } from "./field.ts";
import { inferMobility, type MobilityTable, tabulateMobility } from "./mobility_table.ts";
import { type PressureTable, tabulatePressure } from "./pressure_table.ts";
import type { PredictOptions } from "./types.ts";

/** Tables of one ensemble with their errors, measured against direct inference. */
export interface Tables {
  readonly drivingForce: DrivingForceTable;
  /** Absent when the mobility is always inferred directly. */
  readonly mobility?: MobilityTable;
  /** Of both; absent with the mobility. */
  readonly pressure?: PressureTable;
  /** Largest error found, over the range of f'. */
  readonly drivingForceError: number;
  /** The same in energy units. */
  readonly absoluteDrivingForceError: number;
  /** Largest error found, over the largest mobility of an element. */
  readonly mobilityError: number;
}

/** Rows at which tables are compared with direct inference. */
const PROBES = 1024;
const DRIVING_FORCE_POINTS = [33, 65, 129, 257];
const MOBILITY_POINTS = [17, 33, 65];

/**
 * Makes tables that cover the densities of a profile with some room, refining them until the
 * measured error is within the tolerance or the finest grid is reached.
 *
 * @param largestDifference Largest difference of neighbouring nodal densities.
 */
export async function makeTables(
  ensemble: Ensemble,
  low: number,
  high: number,
  largestDifference: number,
  reference: number,
  tolerance: number,
  withMobility: boolean,
  signal?: AbortSignal,
): Promise<Tables> {
  const room = 0.01 + 0.02 * (high - low);
  const inside = offered(ensemble.field);
  const from = Math.max(inside.low, low - room);
  const to = Math.min(inside.high, high + room);
  const probes = drawProbes(ensemble.count, from, to, 1.6 * largestDifference + 0.01);

  let drivingForce!: DrivingForceTable;
  let absolute = Infinity;
  let range = 0;
  const exactForce = new Float64Array(PROBES);
  await ensemble.drivingForce([probes.left], probes.member, PROBES, exactForce);
  for (const points of DRIVING_FORCE_POINTS) {
    signal?.throwIfAborted();
    drivingForce = await tabulateDrivingForce(ensemble, from, to, points, reference);
    ({ absolute, range } = forceError(drivingForce, probes, exactForce, ensemble));
    if (absolute <= tolerance * range) break;
  }

  let mobility: MobilityTable | undefined;
  let mobilityError = Infinity;
  if (withMobility) {
    const exact = await inferMobility(ensemble, probes.left, probes.right, probes.member, PROBES);
    for (const points of MOBILITY_POINTS) {
      signal?.throwIfAborted();
      mobility = await tabulateMobility(ensemble, from, to, points);
      mobilityError = elementError(mobility, probes, exact);
      if (mobilityError <= tolerance) break;
    }
  }
  return {
    drivingForce,
    ...(mobility
      ? { mobility, pressure: tabulatePressure(ensemble.count, drivingForce, mobility) }
      : {}),
    drivingForceError: absolute / range,
    absoluteDrivingForceError: absolute,
    mobilityError,
  };
}

/** How tables are asked for, as in {@link PredictOptions}. */
export type TableChoice = Pick<PredictOptions, "tabulate" | "tableTolerance">;

/** The choice with what is left out. @throws {RangeError} if the tolerance is not allowed. */
export function checkedTables(
  { tabulate = "auto", tableTolerance = 1e-3 }: TableChoice,
): Required<TableChoice> {
  if (tableTolerance > 0 && tableTolerance < 1) return { tabulate, tableTolerance };
  throw new RangeError(`tableTolerance must lie between 0 and 1, not ${tableTolerance}.`);
}

/** Whether mobility and f' are read from tables, or inferred each time. */
export const readsTables = (
  { mobilityError, drivingForceError }: Tables,
  { tabulate, tableTolerance }: Required<TableChoice>,
): boolean =>
  tabulate === "always" ||
  (tabulate === "auto" && mobilityError <= tableTolerance && drivingForceError <= tableTolerance);

interface Probes {
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly member: Int32Array;
  readonly largestDifference: number;
}

/** Pairs of densities of random members, spread over everything that the tables cover. */
function drawProbes(members: number, from: number, to: number, difference: number): Probes {
  const stream = randomStream("predictor/table-probes");
  const left = new Float64Array(PROBES);
  const right = new Float64Array(PROBES);
  const member = new Int32Array(PROBES);
  const largestDifference = Math.min(difference, to - from);
  for (let r = 0; r < PROBES; r++) {
    left[r] = from + (to - from) * stream.uniform();
    const other = left[r] + largestDifference * (2 * stream.uniform() - 1);
    right[r] = Math.min(to, Math.max(from, other));
    member[r] = stream.integer(members);
  }
  return { left, right, member, largestDifference };
}

function forceError(
  table: DrivingForceTable,
  probes: Probes,
  exact: Float64Array,
  ensemble: Ensemble,
): { absolute: number; range: number } {
  let absolute = 0;
  let least = Infinity;
  let most = -Infinity;
  for (let r = 0; r < PROBES; r++) {
    const m = probes.member[r];
    const shifted = exact[r] - table.offset[m];
    absolute = Math.max(absolute, Math.abs(table.drivingForce(m, probes.left[r]) - shifted));
    least = Math.min(least, shifted);
    most = Math.max(most, shifted);
  }
  // For a flat profile the range of f' over the table says nothing; its trained scale does.
  return { absolute, range: Math.max(most - least, ensemble.drivingForceScale) };
}

function elementError(
  table: MobilityTable,
  probes: Probes,
  exact: Float64Array,
): number {
  let error = 0;
  let largest = Number.MIN_VALUE;
  for (let r = 0; r < PROBES; r++) {
    const looked = table.mean(probes.member[r], probes.left[r], probes.right[r]);
    error = Math.max(error, Math.abs(looked - exact[r]));
    largest = Math.max(largest, Math.abs(exact[r]));
  }
  return error / largest;
}
