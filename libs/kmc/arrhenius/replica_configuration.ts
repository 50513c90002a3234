/**
 * Configurations into replicas and out again: the loops of compiled/lane_rows.c in TypeScript, equal bit for bit.
 *
 * A row is one replica's configuration on its own, shifted lattice: a byte a site, 0 or 1.
 */
import { REFERENCE_SITES, referencesOf, type ReplicaArrays, rowLength } from "./replica_memory.ts";

/** Fills the replicas' sites from the rows. */
export function packRows({ sites, eta, rows, width }: ReplicaArrays): void {
  const bytes = eta.length / sites, inByte = width / bytes, length = rowLength(sites);
  eta.fill(0);
  for (let k = 0; k < width; k++) {
    const bit = k % inByte, byte = (k - bit) / inByte, row = k * length;
    for (let x = 0, at = byte; x < sites; x++, at += bytes) {
      eta[at] |= inByte === 1 ? -rows[row + x] : rows[row + x] << bit;
    }
  }
}

/** Fills the rows from the replicas' sites. */
export function unpackRows({ sites, eta, rows, width }: ReplicaArrays): void {
  const bytes = eta.length / sites, inByte = width / bytes, length = rowLength(sites);
  for (let k = 0; k < width; k++) {
    const bit = k % inByte, byte = (k - bit) / inByte, row = k * length;
    for (let x = 0, at = byte; x < sites; x++, at += bytes) rows[row + x] = eta[at] >> bit & 1;
  }
}

/** Counts of byte lanes from nothing, with references where they are kept. */
export function countLanes(
  { sites, halfWidth, mirror, eta, count, reference, width }: ReplicaArrays,
): void {
  const { base, bits } = referencesOf(halfWidth);
  for (let lane = 0; lane < width; lane++) {
    const full = (x: number) =>
      eta[width * (x < 0 ? x + sites : x >= sites ? x - sites : x) + lane] & 1;
    // Neighbours: all in the window but the site itself.
    let n = -1;
    for (let r = -halfWidth; r <= halfWidth; r++) n += full(r);
    for (let x = 0; x < sites; x++) {
      const m = mirror ? 2 * halfWidth - 1 - n : n;
      count[width * x + lane] = m;
      if (x % REFERENCE_SITES === 0 && reference.length > 0) {
        reference[width * (x / REFERENCE_SITES) + lane] = (m - base) >> bits;
      }
      n += full(x + halfWidth + 1) - full(x - halfWidth);
    }
  }
}
