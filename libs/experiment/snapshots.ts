import { z } from "zod";
import { fromJson } from "./parse.ts";
import { parseWith, type Profile, ProfileName } from "@spiediff/user-text";
import type { Scales } from "./processes/foreign.ts";
import {
  checkMesh,
  checkNames,
  checkRising,
  ExperimentName,
  Prediction,
  refusalIn,
  SnapshotExperiment,
  Training,
} from "./schema.ts";

const count = (min: number, max: number) => z.int().min(min).max(max);
const positive = z.number().positive();

/** Snapshots of another code's particles: what they are and which files hold them. */
const SnapshotFiles = z.strictObject({
  name: ExperimentName,
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe("Seed of the training."),
  values: z.enum(["occupation", "z"]).describe(
    "What a row holds: occupations (0 or 1) of all sites, or the fields z_i of all nodes.",
  ),
  sites: count(8, 10_000_000).describe("Lattice sites N of the periodic domain of length 1."),
  elements: count(3, 100_000).describe("Elements M of the coarse mesh; M must divide N."),
  beta: positive.default(1).describe("Inverse temperature 1/(k_B T)."),
  drive: positive.default(1).describe(
    "Diffusivity of a lone particle, domain lengths squared per time; decides which windows are short.",
  ),
  burnIn: z.number().min(0).default(0).describe("Time of the first snapshot."),
  h: z.array(positive).min(1).max(8).describe("Times of the later snapshots after the first."),
  profiles: z.array(z.strictObject({
    name: ProfileName,
    files: z.array(z.string().min(1)).min(1).describe(
      "One file [realizations, values] for each time (CSV or NPY), or one NPY file [realizations, " +
        "times, values]; paths relative to this file.",
    ),
  })).min(1),
  training: Training.prefault({}),
  prediction: Prediction.partial({ profile: true }).optional().describe(
    "What reports predict; the first profile as measured, if left out.",
  ),
}).superRefine(({ sites, elements, h, profiles }, context) => {
  // Before any file is read, in the names that the description has.
  const refuse = refusalIn(context);
  checkMesh(sites, elements, "sites", refuse);
  checkRising(h, ["h"], refuse);
  checkNames(profiles, refuse);
  profiles.forEach(({ files }, p) => {
    if (files.length === 1 || files.length === h.length + 1) return;
    refuse(
      ["profiles", p, "files"],
      `must name 1 file with all times, or ${h.length + 1}: the first snapshot and one ` +
        `for each h; here are ${files.length}`,
    );
  });
});
export type SnapshotFiles = z.infer<typeof SnapshotFiles>;

/**
 * Reads the description of somebody's snapshots.
 *
 * @throws {ConfigError} listing every field that is wrong.
 */
export function snapshotsFromJson(text: string): SnapshotFiles {
  return parseWith(SnapshotFiles, fromJson(text, WHAT), WHAT);
}

const WHAT = "snapshot description";

type KnownStart = NonNullable<NonNullable<SnapshotExperiment["sampling"]["starts"]>[number]>;

/** What snapshots are of, whichever way they were read. */
export interface SnapshotSource extends Omit<SnapshotFiles, "values" | "profiles"> {
  /** Of particles that are on no lattice. */
  readonly offLattice?: {
    readonly scales: Scales;
    /** In the law's unit of time; 0 for overdamped particles. */
    readonly momentumRelaxation: number;
    readonly windows: { readonly mobility: readonly number[]; readonly fluxes: readonly number[] };
    /** Of each profile; null where nothing is known of its start. */
    readonly starts: readonly (KnownStart | null)[];
  };
}

/**
 * The experiment that stands for foreign snapshots in a run folder.
 *
 * @param profiles The initial profiles as measured, in the order of the description.
 * @throws {ConfigError} listing every field that is wrong.
 */
export function experimentFromSnapshots(
  { name, seed, sites, elements, beta, drive, burnIn, h, training, prediction, offLattice }:
    SnapshotSource,
  profiles: readonly Profile[],
  realizations: number,
): SnapshotExperiment {
  return parseWith(SnapshotExperiment, {
    name,
    seed,
    particles: {
      ...{ system: "foreign", sites, beta, drive },
      ...(offLattice && { scales: offLattice.scales }),
      ...(offLattice?.momentumRelaxation && { momentumRelaxation: offLattice.momentumRelaxation }),
    },
    elements,
    profiles,
    sampling: {
      ...{ realizations, burnIn, h },
      ...(offLattice && { windows: offLattice.windows }),
      ...(offLattice?.starts.some((start) => start !== null) && { starts: offLattice.starts }),
    },
    training,
    prediction: { times: DEFAULT_TIMES.map((t) => t / drive), profile: profiles[0], ...prediction },
  }, "experiment");
}

/** The slowest mode of plain diffusion decays in 1/(4 pi^2) = 0.025. */
const DEFAULT_TIMES = [0, 0.005, 0.01, 0.02];
