import { integrate, SolverError } from "@spiediff/macro-solver";
import type { Mesh } from "@spiediff/mesh";
import { forEachMember, initialDensity } from "./initial_density.ts";
import type { Field } from "@spiediff/law";
import { offered } from "./field.ts";
import type { LearnedMacroscopicLaw } from "./learned_macroscopic_law.ts";
import { methodAndControl } from "./method.ts";
import type { ProfileInput } from "./types.ts";

/** Members that are also followed on a mesh of half the spacing. */
const COMPARED_MEMBERS = 2;
export const comparedMembers = (members: number): number => Math.min(members, COMPARED_MEMBERS);

/** What mesh and steps leave of averages at one time, `[elements]` each: the largest over the compared members. */
export interface DiscretisationError {
  /** Against shorter steps on the same mesh. */
  readonly step: Float64Array;
  /** Of these against a mesh of half the spacing; null where that one is too fine for the law. */
  readonly mesh: Float64Array | null;
  /** Largest difference of the prediction from the finer mesh; null likewise. */
  readonly largest: number | null;
}

/** What is compared. */
export interface Compared {
  /** The law on a mesh, of so many members. */
  readonly lawOn: (mesh: Mesh, members: number) => LearnedMacroscopicLaw;
  /** The mesh in question. */
  readonly mesh: Mesh;
  readonly profile: ProfileInput;
  /** Averages of the profile on it. */
  readonly density: Float64Array;
  readonly members: number;
  readonly times: readonly number[];
  /** Whether the law holds on a mesh of half the spacing. */
  readonly refines: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Follows the first members with shorter steps, and on a mesh of half the spacing: differences are as good as
 * errors, of which the better runs have a small part.
 *
 * @returns What to call at each time, in order, with `[members * nodes]` averages of the first members; it gives
 * null from where on one of the better runs cannot be followed.
 */
export function discretisationErrors(
  { lawOn, mesh, profile, density, members, times, refines, signal }: Compared,
): (coarse: Float64Array) => Promise<DiscretisationError | null> {
  const law = lawOn(mesh, members);
  const run = (law: LearnedMacroscopicLaw, start: Float64Array, tighter: boolean) =>
    integrate({
      law,
      initialState: forEachMember(start, members),
      times,
      ...methodAndControl({}, start.length, tighter),
      signal,
    });
  const careful = run(law, density, true);
  const [field] = law.fields;
  const finer = refines
    ? run(lawOn(mesh.refined(), members), refinedProfile(mesh, profile, density, field), false)
    : null;
  let lost = false;
  return async (coarse) => {
    if (lost) return null;
    try {
      const own = (await careful.next()).value!.state;
      const fine = finer && (await finer.next()).value!.state;
      const step = largestDifference(own, coarse, mesh.nodes);
      const read = fine && onCoarserMesh(fine, mesh, members);
      return {
        step,
        mesh: read && largestDifference(read, own, mesh.nodes),
        largest: read && Math.max(...largestDifference(read, coarse, mesh.nodes)),
      };
    } catch (error) {
      if (!(error instanceof SolverError)) throw error;
      lost = true;
      return null;
    }
  };
}

function refinedProfile(
  mesh: Mesh,
  profile: ProfileInput,
  density: Float64Array,
  field: Field,
): Float64Array {
  return typeof profile === "function"
    ? initialDensity(profile, mesh.refined().nodes, field)
    : insideOf(mesh.refine(density), density, field);
}

/** Averages of all members on the finer mesh, read over the hats of the coarser one. */
function onCoarserMesh(fine: Float64Array, mesh: Mesh, members: number): Float64Array {
  const size = fine.length / members;
  const read = new Float64Array(members * mesh.nodes);
  for (let m = 0; m < members; m++) {
    read.set(mesh.coarsen(fine.subarray(m * size, (m + 1) * size)), m * mesh.nodes);
  }
  return read;
}

/** `[nodes]` largest over the members. */
function largestDifference(a: Float64Array, b: Float64Array, nodes: number): Float64Array {
  const largest = new Float64Array(nodes);
  a.forEach((v, k) => largest[k % nodes] = Math.max(largest[k % nodes], Math.abs(v - b[k])));
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
