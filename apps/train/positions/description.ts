/** What a description says of another code's trajectories (docs/bring-your-own-data.md). */
import {
  checkNames,
  checkRising,
  ExperimentName,
  Prediction,
  refusalIn,
  Training,
} from "@spiediff/experiment";
import { parseWith, ProfileName } from "@spiediff/user-text";
import { FORMATS } from "@spiediff/trajectories";
import { z } from "zod";

const positive = z.number().positive();
const count = (min: number) => z.int().min(min);
const axis = z.enum(["x", "y", "z"]);
const share = z.number().min(0).max(1);
const unitName = z.string().min(1).max(30);
const MOST_WINDOWS = 8;

const Trajectory = z.strictObject({
  format: z.enum(FORMATS),
  axes: z.tuple([axis]).describe("The edge of the box along which densities vary."),
  timestep: positive.describe("Time of one TIMESTEP, in the file's unit of time."),
  kT: positive.default(1).describe("k_B T in the file's unit of energy."),
  diffusivity: positive.describe("D0 of a lone particle, file lengths squared per file time."),
  damping: z.number().min(0).default(0).describe(
    "Momentum relaxation time in the file's unit of time; 0 for overdamped particles.",
  ),
  diameter: positive.optional().describe("Of a particle, in file lengths."),
  densityUnit: positive.default(1).describe(
    "Particles per file volume (area, length) that densities are measured in.",
  ),
  forces: z.string().min(1).optional().describe(
    "Column of the forces along the axis at a start, without the thermostat's noise and what goes off there.",
  ),
  cells: z.strictObject({
    column: z.string().min(1).describe("Of the grid's cells."),
    holds: z.enum(["number", "density"]).describe(
      "Particles in the cell, or to a volume (area, length).",
    ),
  }).optional().describe("Of lammps-grid: what its cells say."),
  dimension: z.int().min(1).max(3).optional().describe(
    "Edges of the box that a realization fills; seen from the positions when absent.",
  ),
  units: z.strictObject({
    length: unitName.optional(),
    time: unitName.optional(),
    energy: unitName.optional(),
  }).default({}).describe("What the files' units are called, for axes and tables."),
  errors: z.strictObject({
    kT: share.default(0),
    diffusivity: share.default(0),
    length: share.default(0),
    densityUnit: share.default(0),
  }).optional().describe("Relative standard errors of what is declared here."),
  types: z.union([z.literal("all"), z.array(z.string().min(1)).min(1)]).default("all"),
  box: z.strictObject({
    lengths: z.array(positive).min(1).max(3),
    origin: z.array(z.number()).min(1).max(3).optional(),
  }).optional().describe("The periodic box, of formats that have none."),
});

const parts = { axis, count: count(1) };
const Realizations = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("file") }),
  z.strictObject({ by: z.literal("mol"), column: z.string().min(1).default("mol") }),
  z.strictObject({ by: z.literal("layers"), ...parts }),
  z.strictObject({ by: z.literal("slabs"), ...parts }),
]);

const lags = z.array(count(1)).max(MOST_WINDOWS);
const Frames = z.strictObject({
  period: count(1).optional().describe("TIMESTEPs from start to start in one file."),
  start: count(0).optional().describe("TIMESTEP of the first start; else a file's first frame."),
  skipPeriods: count(0).default(0).describe("Periods at the beginning that are left out."),
  stationary: count(1).optional().describe("In equilibrium: every nth frame is a start."),
  covariance: lags.min(1).describe("TIMESTEPs after a start from which the mobility is taken."),
  drift: lags.default([]).describe("TIMESTEPs after a start from which the fluxes are taken."),
});

const file = z.string().min(1);

/** Trajectories of another code's particles: what they are, in which units, and which files hold them. */
const PositionFiles = z.strictObject({
  name: ExperimentName,
  seed: count(0).max(Number.MAX_SAFE_INTEGER).describe("Seed of the training."),
  values: z.literal("positions"),
  trajectory: Trajectory,
  elements: z.int().min(3).max(100_000).describe("Elements M of the coarse mesh."),
  realizations: Realizations,
  frames: Frames,
  profiles: z.array(z.strictObject({
    name: ProfileName,
    files: z.array(z.union([file, z.array(file).min(1)])).min(1).describe(
      "Each a run of its own, `*` for any part of a name; a list in the list is one run in several files.",
    ),
    potential: z.strictObject({ k: count(1), amplitude: z.number() }).optional().describe(
      "Energy amplitude cos(2 pi k x / L) of a particle, x from the box's lower end, under which the start is " +
        "in equilibrium, and which is switched off there.",
    ),
  })).min(1),
  training: Training.prefault({}),
  prediction: Prediction.partial({ profile: true }).optional(),
}).superRefine(({ frames, profiles, trajectory, realizations }, context) => {
  const refuse = refusalIn(context);
  const isGrid = trajectory.format === "lammps-grid";
  if (isGrid !== (trajectory.cells !== undefined)) {
    refuse(["trajectory", "cells"], isGrid ? "is missing" : "is for lammps-grid only");
  }
  if (isGrid && realizations.by !== "file" && realizations.by !== "layers") {
    refuse(["realizations", "by"], 'must be "file" or "layers": cells know no particles apart');
  }
  if (trajectory.forces !== undefined && (isGrid || trajectory.damping > 0)) {
    refuse(["trajectory", "forces"], "are of particles, and overdamped ones: damping must be 0");
  }
  if (isGrid && trajectory.types !== "all") {
    refuse(["trajectory", "types"], 'must be "all": cells know no types');
  }
  checkNames(profiles, refuse);
  for (const name of ["covariance", "drift"] as const) {
    checkRising(frames[name], ["frames", name], refuse);
  }
  if (frames.period !== undefined && frames.stationary !== undefined) {
    refuse(["frames", "stationary"], "and frames.period exclude each other");
  }
  if (frames.drift.length === 0 && frames.stationary === undefined) {
    refuse(["frames", "drift"], "must have at least 1 entry unless the run is stationary");
  }
  if (lagsOf(frames).length > MOST_WINDOWS) {
    refuse(["frames"], `must have at most ${MOST_WINDOWS} different windows`);
  }
});
export type PositionFiles = z.infer<typeof PositionFiles>;

/** TIMESTEPs of all windows, ascending. */
export function lagsOf({ covariance, drift }: z.infer<typeof Frames>): number[] {
  return [...new Set([...covariance, ...drift])].sort((a, b) => a - b);
}

/** @throws {ConfigError} listing every field that is wrong. */
export function positionFiles(input: unknown): PositionFiles {
  return parseWith(PositionFiles, input, "trajectory description");
}
