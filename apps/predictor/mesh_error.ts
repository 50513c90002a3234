import { integrate, SolverError } from "@spiediff/macro-solver";
import { coarsenAverages, refineAverages } from "@spiediff/mesh";
import { initialDensity } from "./initial_density.ts";
import { SMALLEST_DENSITY } from "./mobility_table.ts";
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
 * @param density Averages of the profile on the mesh in question.
 * @param coarse For each time `[members * elements]` averages of the first members on that mesh.
 */
export async function meshErrorOf(
  lawOn: (elements: number, members: number) => LearnedMacroscopicLaw,
  profile: ProfileInput,
  density: Float64Array,
  coarse: readonly Float64Array[],
  times: readonly number[],
  signal?: AbortSignal,
): Promise<Float64Array | null> {
  const elements = 2 * density.length;
  const members = coarse[0].length / density.length;
  const finer = typeof profile === "function"
    ? initialDensity(profile, elements)
    : insideOf(refineAverages(density), density);
  const errors = new Float64Array(times.length);
  let t = 0;
  try {
    for await (
      const sample of integrate({
        law: lawOn(elements, members),
        initialDensity: forEachMember(finer, members),
        times,
        ...methodAndControl({}, elements),
        signal,
      })
    ) {
      errors[t] = largestDifference(sample.density, coarse[t], density.length);
      t++;
    }
    return errors;
  } catch (error) {
    if (error instanceof SolverError) return null;
    throw error;
  }
}

/** Over all members, of averages on two meshes, read over the hats of the coarser one of `elements`. */
function largestDifference(fine: Float64Array, coarse: Float64Array, elements: number): number {
  let largest = 0;
  for (let base = 0; base < coarse.length; base += elements) {
    coarsenAverages(fine.subarray(2 * base, 2 * (base + elements)))
      .forEach((rho, i) => largest = Math.max(largest, Math.abs(rho - coarse[base + i])));
  }
  return largest;
}

/** A refined profile of steps may overshoot; what is compared must be a profile. */
function insideOf(finer: Float64Array, profile: Float64Array): Float64Array {
  const [least, most] = [Math.min(...profile), Math.max(...profile)];
  const room = 0.05 * (most - least);
  const low = Math.max(least - room, Math.min(least, SMALLEST_DENSITY));
  const high = Math.min(most + room, Math.max(most, 1 - SMALLEST_DENSITY));
  return finer.map((rho) => Math.min(high, Math.max(low, rho)));
}
