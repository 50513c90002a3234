/** Units of the file and those of the law: lengths in box lengths, times in `L^2 / D0`, energies as they are. */
import { UserError } from "@spiediff/command-line";
import type { Scales } from "@spiediff/experiment";
import { edgesOf, type SeriesFields, spanOf } from "@spiediff/particle-fields";
import { AXES } from "@spiediff/trajectories";
import type { PositionFiles } from "./description.ts";

/** A realization's place in the units of its file, and how many particles are density 1 in it. */
export interface Place {
  readonly scales: Scales;
  /** Volume, area or length of a realization. */
  readonly volume: number;
  /** `N`: particles at density 1; any positive number. */
  readonly sites: number;
  /** Which of the box's edges the volume counts. */
  readonly fills: readonly boolean[];
}

/** @throws {UserError} where the files do not say which edges a realization fills. */
export function placeOf(
  { box, extent }: SeriesFields,
  { trajectory, realizations, profiles }: PositionFiles,
): Place {
  const [axis] = trajectory.axes;
  const { timestep, diffusivity, densityUnit, dimension } = trajectory;
  const fills = dimension !== undefined
    ? edgesOf(dimension, axis)
    // Codes of two dimensions give the third edge the length 1.
    : realizations.by === "file" || realizations.by === "slabs"
    ? AXES.map(() => true)
    : extent.fills.map((isFilled) => isFilled ?? refuseUnknown());
  const shared = realizations.by === "slabs" ||
    (realizations.by === "layers" && fills[AXES.indexOf(realizations.axis)]);
  const volume = spanOf(box, fills) / (shared ? extent.realizations : 1);
  const k = AXES.indexOf(axis);
  const length = box.edges[k][k];
  return {
    scales: {
      ...{ length, time: length ** 2 / diffusivity, density: densityUnit, timestep },
      ...{ origin: box.origin[k], names: namesOf(trajectory, fills) },
      ...errorsOf(trajectory, profiles.some(({ potential }) => potential !== undefined)),
    },
    ...{ volume, sites: volume * densityUnit, fills },
  };
}

/**
 * What errors of declared inputs leave. In the files' own units nothing depends on them but energies, and the rates
 * that a known potential tells, `m V'`.
 */
function errorsOf(
  { errors }: PositionFiles["trajectory"],
  hasPotential: boolean,
): Pick<Scales, "errors"> {
  if (!errors) return {};
  const { kT, diffusivity, length, densityUnit } = errors;
  const time = Math.hypot(diffusivity, 2 * length);
  return {
    errors: { time, rates: hasPotential ? kT : 0, energy: kT, density: densityUnit },
  };
}

/** Names of units, that of the density by how many edges of the box it counts. */
function namesOf(
  { units: { length, time, energy } }: PositionFiles["trajectory"],
  fills: readonly boolean[],
): Scales["names"] {
  const edges = fills.filter(Boolean).length;
  const space = ["file length", "file area", "file volume"][edges - 1];
  return {
    length: length ?? "file lengths",
    time: time ?? "file times",
    energy: energy ?? "file energies",
    density: "particles per " +
      (length === undefined ? space : edges === 1 ? length : `${length}^${edges}`),
  };
}

/** What a description asks to be predicted, in the law's units: it speaks of the files'. */
export function predictionOf(
  { prediction }: PositionFiles,
  { time, density }: Scales,
): PositionFiles["prediction"] {
  if (!prediction) return undefined;
  const { times, profile, ...rest } = prediction;
  return {
    ...rest,
    times: times.map((t) => t / time),
    ...(profile && {
      profile: {
        ...profile,
        mean: profile.mean / density,
        modes: profile.modes.map((mode) => ({ ...mode, amplitude: mode.amplitude / density })),
      },
    }),
  };
}

function refuseUnknown(): never {
  throw new UserError(
    "The files have not all coordinates of the particles, so that the volume of a realization is unknown; " +
      "give trajectory.dimension: 1, 2 or 3.",
  );
}
