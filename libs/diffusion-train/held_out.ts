import type { RandomStream } from "@spiediff/random";
import type { OperatorData } from "./types.ts";

/**
 * Marks a share of each profile's elements as held out: every n-th, from an offset drawn for each
 * profile.
 *
 * Single elements and not whole profiles: profiles are few and each covers densities that no other
 * does, while the neighbours of a missing element determine the same two functions of density. So
 * this costs the fit a share of its statistics and no coverage.
 *
 * @param share 0 to 0.5; 0 holds out nothing.
 * @throws {RangeError} if `share` is out of range.
 */
export function holdOut<Data extends OperatorData>(
  data: readonly Data[],
  share: number,
  stream: RandomStream,
): (Data & { readonly heldOut: boolean[] })[] {
  if (!(share >= 0 && share <= 0.5)) {
    throw new RangeError(`The held-out share must lie in [0, 0.5], not ${share}.`);
  }
  const stride = share > 0 ? Math.round(1 / share) : Infinity;
  return data.map((d) => {
    const offset = stride === Infinity ? 0 : stream.integer(stride);
    return { ...d, heldOut: d.mobility.map((_, e) => (e + offset + 1) % stride === 0) };
  });
}
