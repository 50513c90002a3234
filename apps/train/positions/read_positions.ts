/** From a description's trajectory files to fields of its profiles. */
import { type StageProgress, UserError } from "@spiediff/command-line";
import { type FieldsRequest, type SeriesFields, seriesFields } from "@spiediff/particle-fields";
import { nodalDensity } from "@spiediff/mesh";
import {
  AXES,
  checkedSeries,
  type Frame,
  openTrajectory,
  type Request,
} from "@spiediff/trajectories";
import type { Fields } from "../snapshot_fields.ts";
import { lagsOf, type PositionFiles } from "./description.ts";
import { type RunFiles, runsOf } from "./files.ts";
import { type Place, placeOf } from "./units.ts";

/** A profile as its files hold it. */
export interface PositionProfile {
  readonly name: string;
  /** Of z, in the law's units. */
  readonly fields: Fields;
  /** `[realizations][M]` element currents at the start by forces and gradients, the law's unit. */
  readonly rates?: readonly Float64Array[];
  /** Realizations of each group that may depend on one another, in order: of one system at several starts. */
  readonly groups: readonly number[];
  readonly runs: number;
  readonly frames: number;
  /** Least and greatest number of particles of a realization. */
  readonly particles: readonly [number, number];
  /** Smallest difference of two coordinates along the axis that the files can write, file lengths. */
  readonly resolution: number;
}

/** All profiles of a description, and the place that they share. */
export interface Positions {
  readonly place: Place;
  readonly box: SeriesFields["box"];
  /** Times of the windows, the law's unit, as {@link lagsOf}. */
  readonly h: readonly number[];
  readonly profiles: readonly PositionProfile[];
  /** What was left out, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Reads all files of a description, frame by frame.
 *
 * @param folder Of the description.
 * @throws {TrajectoryError} with file and place; {UserError} where files do not fit together.
 */
export async function readPositions(
  description: PositionFiles,
  folder: string,
  progress: StageProgress,
): Promise<Positions> {
  const lags = lagsOf(description.frames);
  const runs = description.profiles.map(({ files }) => runsOf(files, folder));
  const total = runs.reduce((sum, own) => sum + own.length, 0);
  const warnings: string[] = [];
  let shared: { place: Place; box: SeriesFields["box"]; name: string } | undefined;
  let done = 0;
  const profiles: PositionProfile[] = [];
  for (const [p, { name }] of description.profiles.entries()) {
    const series: SeriesFields[] = [];
    for (const run of runs[p]) {
      const fields = await seriesFields(framesOf(run, description), run.name, {
        ...requestOf(description),
        lags,
      });
      const place = placeOf(fields, description);
      shared ??= { place, box: fields.box, name: run.name };
      checkSamePlace(shared, place, run.name);
      warnings.push(...fields.warnings);
      series.push(fields);
      progress(++done, total, run.name);
    }
    profiles.push(profileOf(name, series, shared!.place, description.trajectory.kT));
  }
  const { place, box } = shared!;
  const { timestep, time } = place.scales;
  return { place, box, h: lags.map((lag) => lag * timestep / time), profiles, warnings };
}

function requestOf(description: PositionFiles): Omit<FieldsRequest, "lags"> {
  const { trajectory: { axes: [axis], types, timestep, cells, forces }, elements, realizations } =
    description;
  const { period, start, skipPeriods, stationary } = description.frames;
  return {
    ...{ axis, elements, timestep },
    ...(cells && { cells }),
    ...(forces !== undefined && { forces }),
    ...(types !== "all" && { types }),
    realizations: realizations.by === "mol"
      ? { by: "label", label: realizations.column }
      : realizations,
    schedule: stationary !== undefined
      ? { kind: "stationary", every: stationary, from: start ?? 0 }
      : period !== undefined
      ? { kind: "periods", period, start: start ?? 0, skipPeriods }
      : { kind: "single", ...(start !== undefined && { start }) },
  };
}

async function* framesOf(
  { paths }: RunFiles,
  { trajectory, realizations }: PositionFiles,
): AsyncGenerator<Frame> {
  const { format, axes, types, box, cells, forces } = trajectory;
  const parted = realizations.by === "layers" || realizations.by === "slabs";
  const labels = [
    ...(realizations.by === "mol" ? [realizations.column] : []),
    ...(types === "all" ? [] : ["type"]),
  ];
  const request: Request = {
    axes: parted ? [...new Set([...axes, realizations.axis])] : axes,
    // Where realizations are parts of a box, the others show which edges they fill.
    ...(realizations.by === "mol" || realizations.by === "layers" ? { optionalAxes: AXES } : {}),
    ids: parted,
    columns: [...(cells ? [cells.column] : []), ...(forces === undefined ? [] : [forces])],
    labels,
  };
  async function* all() {
    for (const path of paths) yield* openTrajectory(path, format, request, box);
  }
  yield* checkedSeries(all(), axes);
}

function checkSamePlace(
  first: { place: Place; name: string },
  { volume, scales }: Place,
  name: string,
): void {
  const off = (a: number, b: number) => Math.abs(a - b) > 1e-6 * a;
  const { place } = first;
  if (!off(place.scales.length, scales.length) && !off(place.volume, volume)) return;
  throw new UserError(
    `${name} has a box of length ${scales.length} and realizations of volume ${volume}, but ${first.name} ` +
      `has ${place.scales.length} and ${place.volume}; all files of a description must have the same.`,
  );
}

/** Realizations of one system stand together, in the order of their starts. */
function profileOf(
  name: string,
  series: readonly SeriesFields[],
  { sites, scales: { length } }: Place,
  kT: number,
): PositionProfile {
  const groups = series.flatMap(({ runs }) => [...Map.groupBy(runs, ({ key }) => key).values()]);
  const all = groups.flat();
  const times = all[0].hats.length;
  // In place: nobody else has them, and twice as many would be the larger part of all memory.
  const scaled = (sums: Float64Array) => {
    for (let i = 0; i < sums.length; i++) sums[i] /= sites;
    return sums;
  };
  const fields = Array.from(
    { length: times },
    (_, t) => all.map(({ hats }) => scaled(hats[t])),
  );
  const numbers = all.map(({ particles }) => particles);
  return {
    ...(all[0].forces && {
      rates: all.map(({ forces }, r) => ratesOf(forces!, fields[0][r], length / (kT * sites))),
    }),
    ...{ name, fields, groups: groups.map((group) => group.length), runs: series.length },
    frames: series.reduce((sum, { frames }) => sum + frames, 0),
    particles: [Math.min(...numbers), Math.max(...numbers)],
    resolution: Math.max(...series.map(({ resolution }) => resolution)),
  };
}

/**
 * Element currents of overdamped particles, `D0 = 1`: `M` times the sums of forces over kT, less the gradient.
 *
 * @param unit What a force is in the law's units, over kT and the particles at density 1.
 */
function ratesOf(forces: Float64Array, z: Float64Array, unit: number): Float64Array {
  const M = z.length, density = nodalDensity(z, "fourth-order");
  return forces.map((F, e) => M * (F * unit - (density[(e + 1) % M] - density[e])));
}
