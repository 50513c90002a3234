/** Heat-bath sweeps of replicas side by side: the loop of compiled/lane_sweeps.c in TypeScript, equal bit for bit. */
import { drawLanes, LANE_STREAMS } from "./lane_random.ts";
import type { ReplicaArrays } from "./replica_memory.ts";

/** Sweeps over the replicas' sites, of which site `x` is each one's own site `x`; see heat_bath.ts. */
export function sweepLanes(
  { sites, halfWidth, width, eta, lanes }: ReplicaArrays,
  vacancy: Float64Array,
  unbound: Float64Array,
  sweeps: number,
): void {
  const random = new Uint32Array(width), count = new Int32Array(width);
  const full = (x: number, k: number) => eta[width * x + k] & 1;
  for (let s = 0; s < sweeps; s++) {
    for (let k = 0; k < width; k++) {
      count[k] = 0;
      for (let r = -halfWidth; r <= halfWidth; r++) count[k] += full(r < 0 ? r + sites : r, k);
    }
    for (let x = 0; x < sites; x++) {
      for (let at = 0; at < width; at += LANE_STREAMS) drawLanes(lanes, random, at);
      const entering = x + halfWidth + 1 < sites ? x + halfWidth + 1 : x + halfWidth + 1 - sites;
      const leaving = x < halfWidth ? x - halfWidth + sites : x - halfWidth;
      for (let k = 0; k < width; k++) {
        const others = count[k] - full(x, k);
        const odds = 1 + vacancy[x] * unbound[others];
        const occupied = random[k] * 2 ** -32 * odds < 1 ? 1 : 0;
        count[k] = others + occupied + full(entering, k) - full(leaving, k);
        eta[width * x + k] = -occupied;
      }
    }
  }
}
