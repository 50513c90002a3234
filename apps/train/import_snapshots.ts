/** From another code's snapshots to a run folder with records, as a simulation would leave it. */
import { dirname, resolve } from "node:path";
import { readFileSync } from "node:fs";
import { nodalDensity, projectOccupation } from "@spiediff/coarse-graining";
import { type Stage, type StageProgress, unreadableFile, UserError } from "@spiediff/command-line";
import {
  type Experiment,
  experimentFromSnapshots,
  type Profile,
  type SnapshotFiles,
  snapshotsFromJson,
} from "@spiediff/experiment";
import { recordFromSnapshots } from "@spiediff/fdt-operators";
import { readArray } from "./array_file.ts";
import { particleSystem } from "./estimate.ts";
import { writeRunExperiment } from "./file_stages.ts";
import { writeRecord } from "./record_file.ts";

/** `[times][realizations]` of z `[M]`. */
type Fields = readonly (readonly Float64Array[])[];

/**
 * Reads the snapshots that a description names and writes their moments into a run folder.
 *
 * @param path The description, JSON as in docs/bring-your-own-data.md.
 * @throws {UserError} naming the file that is wrong; {ConfigError} naming the description's field.
 */
export function importStage(path: string, folder: string): Stage {
  return {
    title: "Read snapshots",
    async run(progress: StageProgress) {
      const description = snapshotsFromJson(readText(path));
      const profiles: { profile: Profile; fields: Fields }[] = [];
      for (const { name, files } of description.profiles) {
        const fields = readFields(files.map((file) => resolve(dirname(path), file)), description);
        profiles.push({ profile: measuredProfile(name, fields[0]), fields });
        progress(profiles.length, description.profiles.length, name);
      }
      const experiment = experimentFromSnapshots(
        description,
        profiles.map(({ profile }) => profile),
        Math.min(...profiles.map(({ fields }) => fields[0].length)),
      );
      await writeRunExperiment(folder, experiment);
      for (const { profile, fields } of profiles) {
        await writeRecord(folder, experiment, recordOf(experiment, profile.name, fields));
      }
    },
  };
}

function recordOf(experiment: Experiment, profileName: string, [start, ...later]: Fields) {
  const { elements, sampling: { burnIn, h: horizons } } = experiment;
  const system = particleSystem(experiment);
  const snapshots = { profileName, system, elements, burnIn, horizons, start, later };
  try {
    return recordFromSnapshots(snapshots);
  } catch (cause) {
    throw new UserError(`Profile "${profileName}": ${(cause as Error).message}`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw unreadableFile(`The snapshot description ${path}`, cause);
  }
}

function readFields(paths: readonly string[], description: SnapshotFiles): Fields {
  const { values, sites, elements, h } = description;
  const width = values === "occupation" ? sites : elements;
  const times = h.length + 1;
  const project = (row: Float64Array, source: string): Float64Array => {
    if (values === "z") return row;
    const odd = row.find((value) => value !== 0 && value !== 1);
    if (odd !== undefined) {
      throw new UserError(`${source} holds the value ${odd}; occupations are 0 or 1.`);
    }
    return projectOccupation(row, elements);
  };
  const expected = `${values === "occupation" ? "sites" : "elements"} = ${width}`;
  if (paths.length === 1 && times > 1) {
    const [path] = paths;
    const { shape, values: all } = readArray(path);
    if (shape.length !== 3 || shape[1] !== times || shape[2] !== width) {
      throw new UserError(
        `${path} has the shape [${shape}], not [realizations, ${times} times, ${expected}].`,
      );
    }
    return Array.from({ length: times }, (_, t) =>
      Array.from({ length: shape[0] }, (_, r) => {
        const at = (r * times + t) * width;
        return project(all.subarray(at, at + width), path);
      }));
  }
  return paths.map((path) => {
    const { shape, values: all } = readArray(path);
    if (shape.length !== 2 || shape[1] !== width) {
      throw new UserError(`${path} has the shape [${shape}], not [realizations, ${expected}].`);
    }
    return Array.from(
      { length: shape[0] },
      (_, r) => project(all.subarray(r * width, (r + 1) * width), path),
    );
  });
}

/** Modes that a measured profile is told by. */
const MODES = 3;

/** The initial profile as measured: its mean and first modes. */
function measuredProfile(name: string, start: readonly Float64Array[]): Profile {
  const M = start[0].length;
  const mean = new Float64Array(M);
  for (const z of start) z.forEach((v, i) => mean[i] += v / start.length);
  const density = nodalDensity(mean, "fourth-order");
  const modes = Array.from({ length: Math.min(MODES, Math.floor((M - 1) / 2)) }, (_, j) => {
    const k = j + 1;
    let cosine = 0, sine = 0;
    density.forEach((rho, i) => {
      cosine += 2 / M * rho * Math.cos(2 * Math.PI * k * i / M);
      sine += 2 / M * rho * Math.sin(2 * Math.PI * k * i / M);
    });
    return { k, amplitude: Math.hypot(cosine, sine), phase: Math.atan2(-sine, cosine) };
  });
  return { name, mean: density.reduce((a, b) => a + b, 0) / M, modes };
}
