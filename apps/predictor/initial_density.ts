import { nodalDensity, projectField } from "@spiediff/mesh";
import type { Field } from "@spiediff/law";
import { allowedIn, isInside } from "./field.ts";
import type { ProfileInput } from "./types.ts";

/**
 * Lumped nodal densities of a profile.
 *
 * @param placeOf What messages call the position x in [0, 1).
 * @throws {RangeError} if it has the wrong length, or a density that is not strictly inside of its domain;
 * functions are also probed between the nodes.
 */
export function initialDensity(
  profile: ProfileInput,
  elements: number,
  field: Field,
  placeOf = (x: number) => x,
): Float64Array {
  if (typeof profile !== "function") return checkedNodes(profile, elements, field);
  const probes = 16 * elements;
  for (let k = 0; k < probes; k++) {
    const x = k / probes;
    const value = profile(x);
    if (!isInside(field, value)) {
      throw new RangeError(
        `The profile is ${value} at x = ${placeOf(x)}; densities must ${allowedIn(field)}.`,
      );
    }
  }
  return checkedNodes(nodalDensity(projectField(profile, elements), "lumped"), elements, field);
}

function checkedNodes(
  values: ArrayLike<number>,
  elements: number,
  field: Field,
): Float64Array {
  if (values.length !== elements) {
    throw new RangeError(
      `The profile has ${values.length} values; ${elements} are needed, one for each element.`,
    );
  }
  return Float64Array.from(values, (value, i) => {
    if (!isInside(field, value)) {
      throw new RangeError(
        `The profile's value ${i} is ${value}; densities must ${allowedIn(field)}.`,
      );
    }
    return value;
  });
}

/** One start for each of several members, `[members * nodes]`. */
export function forEachMember(density: Float64Array, members: number): Float64Array {
  const all = new Float64Array(members * density.length);
  for (let m = 0; m < members; m++) all.set(density, m * density.length);
  return all;
}
