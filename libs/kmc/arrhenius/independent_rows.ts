/** Rows of independent sites: the loop of compiled/starts.c in TypeScript, equal bit for bit; which see. */
import { drawLanes, LANE_STREAMS } from "./lane_random.ts";
import { PLANES, type ReplicaArrays, rowLength, WORD_BYTES } from "./replica_memory.ts";

/** Fills the bytes of the probabilities `[N]`, which are rounded to `2^-32`. */
export function fillPlanes(planes: Uint8Array, density: Float64Array): void {
  const sites = density.length, length = planes.length / PLANES;
  for (let x = 0; x < sites; x++) {
    const p = Math.min(2 ** 32 - 1, Math.round(density[x] * 2 ** 32));
    for (let plane = 0; plane < PLANES; plane++) {
      const at = plane * length + x;
      planes[at] = planes[at + sites] = p >>> (24 - 8 * plane);
    }
  }
}

/** Draws all rows. */
export function drawRows({ sites, width, planes, shifts, lanes, rows }: ReplicaArrays): void {
  const length = planes.length / PLANES, stride = rowLength(sites);
  const words = new Uint32Array(LANE_STREAMS), random = new Uint8Array(words.buffer);
  const open = new Uint8Array(WORD_BYTES), full = new Uint8Array(WORD_BYTES);
  for (let k = 0; k < width; k++) {
    for (let x = 0; x < sites; x += WORD_BYTES) {
      open.fill(1);
      full.fill(0);
      let undecided = WORD_BYTES;
      for (let plane = 0; plane < PLANES && undecided > 0; plane++) {
        drawLanes(lanes, words, 0);
        const from = plane * length + sites - shifts[k] + x;
        undecided = 0;
        for (let i = 0; i < WORD_BYTES; i++) {
          if (open[i] === 0) continue;
          if (random[i] < planes[from + i]) full[i] = 1;
          open[i] = random[i] === planes[from + i] ? 1 : 0;
          undecided += open[i];
        }
      }
      rows.set(full.subarray(0, Math.min(WORD_BYTES, stride - x)), k * stride + x);
    }
  }
}
