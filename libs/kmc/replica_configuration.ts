/** Configurations into replicas and out again, each with its own cyclic shift. */
import type { ReplicaArrays, Replicas } from "./replicas.ts";

/** Empties all replicas and forgets their hops. */
export function clearReplicas({ eta, count, through }: ReplicaArrays): void {
  eta.fill(0);
  count.fill(0);
  through.fill(0);
}

/** Puts a configuration `[N]` into the (empty) replica `lane`, its site `x` at `x + shift` modulo `N`. */
export function loadReplica(
  replicas: Replicas,
  lane: number,
  occupation: Uint8Array,
  shift: number,
): void {
  const { sites, halfWidth, eta, count, engine } = replicas;
  if (engine === "bits") {
    const bit = lane & 7;
    for (let x = 0, at = 32 * shift + (lane >> 3); x < sites; x++, at += 32) {
      if (x === sites - shift) at -= 32 * sites;
      eta[at] |= occupation[x] << bit;
    }
    return;
  }
  // The ring, opened: site x at x + L, with L sites more on both sides and one for the last step.
  const open = new Uint8Array(sites + 2 * halfWidth + 1);
  open.set(occupation.subarray(sites - halfWidth));
  open.set(occupation, halfWidth);
  open.set(occupation.subarray(0, halfWidth + 1), sites + halfWidth);
  let n = 0;
  for (let x = 0; x <= 2 * halfWidth; x++) n += open[x];
  const extent = 2 * halfWidth + 1;
  for (let x = 0, at = 16 * shift + lane; x < sites; x++, at += 16) {
    if (x === sites - shift) at -= 16 * sites;
    eta[at] = -occupation[x];
    count[at] = n;
    n += open[x + extent] - open[x];
  }
}

/** Takes the configuration of replica `lane` out again, into `out` `[N]`, unshifted. */
export function readReplica(
  { sites, eta, engine }: Replicas,
  lane: number,
  shift: number,
  out: Uint8Array,
): void {
  const stride = engine === "bits" ? 32 : 16;
  const byte = engine === "bits" ? lane >> 3 : lane;
  const bit = engine === "bits" ? lane & 7 : 7;
  const wrap = sites - shift;
  for (let x = 0, at = stride * shift + byte; x < wrap; x++, at += stride) {
    out[x] = eta[at] >> bit & 1;
  }
  for (let x = wrap, at = byte; x < sites; x++, at += stride) out[x] = eta[at] >> bit & 1;
}
