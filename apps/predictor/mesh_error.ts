import { integrate, SolverError } from "@spiediff/macro-solver";
import type { Mesh } from "@spiediff/mesh";
import { initialDensity } from "./initial_density.ts";
import type { Field } from "@spiediff/law";
import { offered } from "./field.ts";
import type { LearnedMacroscopicLaw } from "./learned_macroscopic_law.ts";
import { methodAndControl } from "./method.ts";
import type { ProfileInput } from "./types.ts";

/** Members that are also followed on a mesh of half the spacing. */
const COMPARED_MEMBERS = 2;
export const comparedMembers = (members: number): number => Math.min(members, COMPARED_MEMBERS);

/** One profile for each of several members, `[members * elements]`. */
export function forEachMember(profile: Float64Array, members: number): Float64Array {
  const all = new Float64Array(members * profile.length);
  for (let m = 0; m < members; m++) all.set(profile, m * profile.length);
  return all;
}

/**
 * Largest difference of the first members' averages, at each time, from the same law on a mesh of half the
 * spacing: as good as the error, of which the finer mesh has a small part. Null where it cannot be followed.
 *
 * @param lawOn The law on a mesh, of so many members.
 * @param mesh The mesh in question. @param density Averages of the profile on it.
 * @param coarse For each time `[members * nodes]` averages of the first members on it.
 */
export async function meshErrorOf(
  lawOn: (mesh: Mesh, members: number) => LearnedMacroscopicLaw,
  mesh: Mesh,
  profile: ProfileInput,
  density: Float64Array,
  coarse: readonly Float64Array[],
  times: readonly number[],
  signal?: AbortSignal,
): Promise<Float64Array | null> {
  const finerMesh = mesh.refined();
  const members = coarse[0].length / density.length;
  const law = lawOn(finerMesh, members), [field] = law.fields;
  const finer = typeof profile === "function"
    ? initialDensity(profile, finerMesh.nodes, field)
    : insideOf(mesh.refine(density), density, field);
  const errors = new Float64Array(times.length);
  let t = 0;
  try {
    for await (
      const sample of integrate({
        law,
        initialState: forEachMember(finer, members),
        times,
        ...methodAndControl({}, finerMesh.nodes),
        signal,
      })
    ) {
      errors[t] = largestDifference(sample.state, coarse[t], mesh);
      t++;
    }
    return errors;
  } catch (error) {
    if (error instanceof SolverError) return null;
    throw error;
  }
}

/** Over all members, of averages on two meshes, read over the hats of the coarser one. */
function largestDifference(fine: Float64Array, coarse: Float64Array, mesh: Mesh): number {
  const ratio = fine.length / coarse.length;
  let largest = 0;
  for (let base = 0; base < coarse.length; base += mesh.nodes) {
    mesh.coarsen(fine.subarray(ratio * base, ratio * (base + mesh.nodes)))
      .forEach((rho, i) => largest = Math.max(largest, Math.abs(rho - coarse[base + i])));
  }
  return largest;
}

/** A refined profile of steps may overshoot; what is compared must be a profile. */
function insideOf(finer: Float64Array, profile: Float64Array, field: Field): Float64Array {
  const inside = offered(field);
  const [least, most] = [Math.min(...profile), Math.max(...profile)];
  const room = 0.05 * (most - least);
  const low = Math.max(least - room, Math.min(least, inside.low));
  const high = Math.min(most + room, Math.max(most, inside.high));
  return finer.map((rho) => Math.min(high, Math.max(low, rho)));
}
