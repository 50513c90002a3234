/** Records from snapshots alone, so that other particle codes' data can be used. */
import {
  addRecord,
  copyMoments,
  createMoments,
  type EnsembleRecord,
  mergeMoments,
} from "@spiediff/ensemble";
import { bandWidth } from "@spiediff/numerics";

/** Snapshots of `R` independent realizations. */
export interface Snapshots {
  readonly profileName: string;
  /** Number of sites and hop rate of the code they come from. */
  readonly system: EnsembleRecord["system"];
  readonly elements: number;
  readonly burnIn: number;
  /** Horizons `h`, ascending. */
  readonly horizons: readonly number[];
  /** `[R][M]`, `z` at `t0`. */
  readonly start: readonly ArrayLike<number>[];
  /** `[horizons][R][M]`, `z` at `t0 + h`. */
  readonly later: readonly (readonly ArrayLike<number>[])[];
  /** `[R][M]`, element currents at `t0` as the particles' forces have them; unknown when absent. */
  readonly rates?: readonly ArrayLike<number>[];
  /** Realizations of each group that may depend on one another, in order; none do when absent. */
  readonly groups?: readonly number[];
  /** Largest change of a realization's mass, from the digits of its numbers; 1e-9 when absent. */
  readonly massTolerance?: number;
}

/**
 * An {@link EnsembleRecord} without control variates, but for rates at the start where they are known. Currents follow from `Dz_i = Q_{i-1} - Q_i` up to
 * one constant per realization, chosen so that they sum to zero; no entry of `K` and no drift depends
 * on it.
 *
 * @throws {RangeError} naming the realization if a value is not finite, a length differs, or mass is
 * not conserved to `massTolerance`; if there are fewer than 2 realizations.
 */
export function recordFromSnapshots(snapshots: Snapshots): EnsembleRecord {
  const { elements, horizons, start, later, massTolerance = 1e-9 } = snapshots;
  const realizations = start.length;
  if (realizations < 2) {
    throw new RangeError(`realizations must be at least 2, not ${realizations}.`);
  }
  if (later.length !== horizons.length || later.some((set) => set.length !== realizations)) {
    throw new RangeError(
      `later must hold ${horizons.length} horizons of ${realizations} snapshots each.`,
    );
  }
  const zeros = new Float64Array(elements);
  const noBracket = new Float64Array(elements * bandWidth(elements));
  const ends = blockEnds(realizations, snapshots.groups);
  const blocks = ends.map((end, b) => {
    const moments = createMoments(elements, horizons.length);
    for (let r = ends[b - 1] ?? 0; r < end; r++) {
      const rates = withoutMean(snapshots.rates?.[r] ?? zeros);
      addRecord(moments, {
        start: checked(start[r], r, elements),
        windows: horizons.map((h, w) => ({
          current: currents(start[r], checked(later[w][r], r, elements), r, massTolerance),
          compensator: rates.map((rate) => rate * h),
          smoothCompensator: zeros,
          bracket: noBracket,
        })),
      });
    }
    return moments;
  });
  const total = copyMoments(blocks[0]);
  for (const block of blocks.slice(1)) mergeMoments(total, block);
  return {
    system: snapshots.system,
    elements,
    profileName: snapshots.profileName,
    burnIn: snapshots.burnIn,
    horizons: [...horizons],
    controlVariates: false,
    realizations,
    blocks,
    total,
  };
}

const MOST_BLOCKS = 128;
/** With fewer groups, errors between them would be too uncertain: then blocks are parts of them. */
const LEAST_GROUPS = 16;

/** Where each block of realizations ends: whole groups where there are enough of them. */
function blockEnds(realizations: number, groups: readonly number[] = []): number[] {
  if (groups.length < LEAST_GROUPS) {
    const size = Math.ceil(realizations / MOST_BLOCKS);
    const count = Math.ceil(realizations / size);
    return Array.from({ length: count }, (_, b) => Math.min(realizations, (b + 1) * size));
  }
  const each = Math.ceil(groups.length / MOST_BLOCKS);
  let end = 0;
  const ends = groups.map((size) => end += size);
  return ends.filter((_, g) => (g + 1) % each === 0 || g === groups.length - 1);
}

function checked(z: ArrayLike<number>, realization: number, elements: number): Float64Array {
  if (z.length !== elements) {
    throw new RangeError(
      `Snapshot of realization ${realization} must have ${elements} values, not ${z.length}.`,
    );
  }
  const values = Float64Array.from(z);
  const at = values.findIndex((v) => !Number.isFinite(v));
  if (at >= 0) {
    throw new RangeError(
      `Snapshot of realization ${realization} must be finite, not ${values[at]} at node ${at}.`,
    );
  }
  return values;
}

function currents(
  before: ArrayLike<number>,
  after: Float64Array,
  realization: number,
  massTolerance: number,
): Float64Array {
  let q = 0;
  const current = after.map((z, i) => q -= z - before[i]);
  if (Math.abs(q) > massTolerance) {
    throw new RangeError(`Realization ${realization} does not conserve mass: it changes by ${-q}.`);
  }
  return withoutMean(current);
}

/** Without the constant around the ring, which snapshots leave open. */
function withoutMean(current: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(current);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.map((v) => v - mean);
}
