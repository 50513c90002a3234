import { softplus } from "@spiediff/numerics";

const END = 32;
/** A power of two, so that the position in the table is exact. */
const PER_UNIT = 128;
const POINTS = 2 * END * PER_UNIT + 1;

let table: Float64Array | undefined;

/** Values and scaled slopes, interleaved. */
function makeTable(): Float64Array {
  const entries = new Float64Array(2 * POINTS);
  for (let j = 0; j < POINTS; j++) {
    const u = j / PER_UNIT - END;
    entries[2 * j] = softplus(u);
    entries[2 * j + 1] = 1 / (1 + Math.exp(-u)) / PER_UNIT;
  }
  return entries;
}

/**
 * `softplus` from cubics with exact values and slopes, about ten times faster: relative error below
 * 1e-11 and never negative, since error and value both shrink like `e^u`. Outside of the table exact.
 */
export function fastSoftplus(u: number): number {
  if (!(u > -END && u < END)) return softplus(u);
  table ??= makeTable();
  const s = (u + END) * PER_UNIT;
  const j = Math.floor(s);
  const t = s - j;
  const k = 2 * j;
  const value = table[k];
  const a = table[k + 1];
  const b = table[k + 3];
  const rise = table[k + 2] - value;
  return value + t * (a + t * (3 * rise - 2 * a - b + t * (a + b - 2 * rise)));
}
