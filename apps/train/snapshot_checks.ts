/** Whether snapshots can say what is asked of them: each fault with its cause and its remedy, before any work. */
import { timeText } from "@spiediff/fdt-operators";
import { UserError } from "@spiediff/command-line";
import type { SnapshotFiles } from "@spiediff/experiment";
import { meanOfRows } from "@spiediff/numerics";
import { dependenceOf, sharedAmong } from "./copy_checks.ts";
import type { Fields } from "./snapshot_fields.ts";

/** With fewer a standard error is itself uncertain by more than 27 %, and no error bar means anything. */
const LEAST_REALIZATIONS = 8;
/** Standard errors from which a profile counts as sharpening; 3e-7 false alarms for each window. */
const UPHILL_ERRORS = 5;
/** Standard errors below which no gradient is seen. */
const FLAT_ERRORS = 4;
/**
 * Fluctuations within a useful window, `sqrt(D h) <= Delta/4`, keep a correlation of 0.54 on the shortest
 * mode and more on all others; rows of different realizations have none.
 */
const LEAST_CORRELATION = 0.3;

/**
 * Checks one profile to be trained on.
 *
 * @throws {UserError} naming profile, realization and node where there is one, the cause and the remedy.
 */
export function checkProfileFields(name: string, fields: Fields, of: SnapshotFiles): void {
  checkLaterFields(name, fields, of);
  checkIncrements(name, fields, of);
}

/**
 * Whether fields move, remember where they come from, and go downhill.
 *
 * @throws {UserError} as {@link checkProfileFields}.
 */
export function checkIncrements(
  name: string,
  [start, ...later]: Fields,
  of: Pick<SnapshotFiles, "h">,
): void {
  const refuse = refusalOf(name);
  checkMotion(start, later, of, refuse);
  checkOrder(start, later, of, refuse);
}

/**
 * Checks one profile that a model is held against: its windows may be of any length.
 *
 * @throws {UserError} as {@link checkProfileFields}.
 */
export function checkLaterFields(name: string, fields: Fields, of: SnapshotFiles): void {
  checkRealizations(name, fields);
  const refuse = refusalOf(name);
  checkRange(fields, of, refuse);
  checkMass(fields, of, refuse);
  const dependence = dependenceOf(fields, of);
  if (dependence !== null) refuse(dependence);
  checkTimes(fields, of, refuse);
}

/** @throws {UserError} if times hold different numbers of realizations, or too few. */
export function checkRealizations(name: string, fields: Fields): void {
  const refuse = refusalOf(name);
  const R = fields[0].length;
  const counts = fields.map((runs) => runs.length);
  if (counts.some((count) => count !== R)) {
    refuse(`its times hold ${counts.join(", ")} realizations; each must hold the same ones.`);
  }
  if (R < LEAST_REALIZATIONS) {
    refuse(
      `it has ${R} realizations; errors need at least ${LEAST_REALIZATIONS}, better hundreds.`,
    );
  }
}

/** Fields of two times that are the same in every realization are one time's. */
function checkTimes([start, ...later]: Fields, { h }: SnapshotFiles, refuse: Refuse): void {
  for (const [w, runs] of later.entries()) {
    const before = later.slice(0, w).findIndex((other) => isSame([other], [runs]));
    // What stands still from the start on has another cause.
    if (before < 0 || isSame([runs], [start])) continue;
    refuse(
      `the fields at h = ${timeText(h[before])} and h = ${
        timeText(h[w])
      } are the same. Is one file named twice?`,
    );
  }
}

const refusalOf = (name: string): Refuse => (message) => {
  throw new UserError(`Profile "${name}": ${message}`);
};

type Refuse = (message: string) => never;

/** A hat's integral is 1/M, and no site holds more than one particle. */
function checkRange(fields: Fields, { elements }: SnapshotFiles, refuse: Refuse): void {
  const most = 1 / elements;
  fields.forEach((runs, time) =>
    runs.forEach((z, r) => {
      const node = z.findIndex((value) => !(value >= -1e-6 * most && value <= most * (1 + 1e-6)));
      if (node < 0) return;
      refuse(
        `z is ${z[node]} in realization ${
          r + 1
        } at node ${node}, time ${time}; it lies between 0 and ` +
          `1/elements = ${
            most.toPrecision(4)
          } (z_i is the integral of density times hat function).`,
      );
    })
  );
}

/**
 * Largest change of a realization's mass that the digits of its numbers leave open: one unit of the last digit
 * for each node, but less than a quarter of a particle.
 */
export function massTolerance(fields: Fields, { elements, sites }: SnapshotFiles): number {
  let largest = 0, isFloat16 = true, isFloat32 = true, digits = 0;
  for (const z of fields.flat()) {
    for (const value of z) {
      largest = Math.max(largest, Math.abs(value));
      isFloat16 &&= value === Math.f16round(value);
      isFloat32 &&= value === Math.fround(value);
      while (digits < 12 && Math.abs(value - Number(value.toFixed(digits))) > 1e-14) digits++;
    }
  }
  const unit = isFloat16
    ? largest * 2 ** -10
    : isFloat32
    ? largest * 2 ** -23
    : digits < 12
    ? 10 ** -digits
    : 0;
  return Math.max(1e-9, Math.min(elements * unit, 0.25 / sites));
}

function checkMass([start, ...later]: Fields, of: SnapshotFiles, refuse: Refuse): void {
  const tolerance = massTolerance([start, ...later], of);
  const sum = (z: Float64Array) => z.reduce((a, b) => a + b, 0);
  later.forEach((runs, w) =>
    runs.forEach((z, r) => {
      const change = sum(z) - sum(start[r]);
      if (Math.abs(change) <= tolerance) return;
      refuse(
        `the mass of realization ${r + 1} changes by ${change.toPrecision(3)} up to h = ${
          timeText(of.h[w])
        }, more ` +
          `than the numbers' digits leave open (${
            tolerance.toPrecision(2)
          }). Is each row the same ` +
          "realization at all times, and is the number of particles conserved?",
      );
    })
  );
}

/** Something must move in every window, and not everything. */
function checkMotion(
  start: readonly Float64Array[],
  later: Fields,
  { h }: Pick<SnapshotFiles, "h">,
  refuse: Refuse,
): void {
  const still = later.map((runs) => runs.every((z, r) => z.every((v, i) => v === start[r][i])));
  if (still.every(Boolean)) {
    refuse(
      "nothing moves between the first snapshot and any later one. Do the files hold different times?",
    );
  }
  const w = still.indexOf(true);
  if (w >= 0) {
    refuse(
      `nothing moves up to h = ${
        timeText(h[w])
      }: it is shorter than any hop, or in another unit. Leave it out of h.`,
    );
  }
  const correlation = pooledCorrelation(start, later[0]);
  if (correlation !== null && correlation < LEAST_CORRELATION) {
    refuse(
      `the fields at h = ${
        timeText(h[0])
      } hardly remember those at the start (correlation of fluctuations ` +
        `${
          correlation.toFixed(2)
        }). Are the realizations in the same order at all times? If so, h is too ` +
        "long: take earlier snapshots.",
    );
  }
}

/** Correlation of deviations from the mean, pooled over nodes; null where all start alike. */
function pooledCorrelation(
  a: readonly Float64Array[],
  b: readonly Float64Array[],
): number | null {
  const meanA = meanOfRows(a), meanB = meanOfRows(b);
  let aa = 0, bb = 0, ab = 0;
  a.forEach((z, r) =>
    z.forEach((value, i) => {
      const x = value - meanA[i], y = b[r][i] - meanB[i];
      aa += x * x;
      bb += y * y;
      ab += x * y;
    })
  );
  const size = meanA.reduce((sum, v) => sum + v * v, 0) * a.length;
  // Starts that differ by rounding only have no fluctuations to remember.
  return aa <= 1e-12 * size || bb === 0 ? null : ab / Math.sqrt(aa * bb);
}

/** Factor by which measured and expected motion may differ before another unit of time is the likelier reason. */
const ANOTHER_UNIT = 100;

/**
 * A sentence if the particles move as if `h` or `drive` were in another unit; null otherwise. Up to a factor
 * of a few, increments of z vary by `4 h drive rho (1 - rho) / (Delta N)`.
 */
export function unitWarning(
  name: string,
  [start, first]: Fields,
  { h, drive, elements, sites }: SnapshotFiles,
): string | null {
  const meanStart = meanOfRows(start), meanFirst = meanOfRows(first);
  let measured = 0, expected = 0;
  first.forEach((z, r) =>
    z.forEach((v, i) => {
      const rho = elements * meanStart[i];
      measured += (v - start[r][i] - (meanFirst[i] - meanStart[i])) ** 2;
      expected += 4 * h[0] * drive * elements / sites * rho * (1 - rho);
    })
  );
  const ratio = measured / expected;
  if (!(ratio > ANOTHER_UNIT || ratio < 1 / ANOTHER_UNIT)) return null;
  return `Profile "${name}": up to h = ${timeText(h[0])} the fields change ${
    ratio.toPrecision(2)
  } times as much as ` +
    `particles of diffusivity drive = ${drive} do. Are h and drive in the same unit of time?`;
}

/** Time runs downhill: the increments go against the mean profile that they start from. */
function checkOrder(
  start: readonly Float64Array[],
  later: Fields,
  { h }: Pick<SnapshotFiles, "h">,
  refuse: Refuse,
): void {
  const R = start.length;
  const mean = meanOfRows(start);
  const level = mean.reduce((a, b) => a + b, 0) / mean.length;
  const scores = later.map((runs) => {
    // The profile of all other realizations: its own chance would look like a gradient.
    const climbs = runs.map((z, r) =>
      z.reduce((sum, v, i) => {
        const others = (mean[i] * R - start[r][i]) / (R - 1);
        return sum + (v - start[r][i]) * (others - level);
      }, 0)
    );
    const average = climbs.reduce((a, b) => a + b, 0) / R;
    const variance = climbs.reduce((sum, c) => sum + (c - average) ** 2, 0) / (R - 1);
    return variance === 0 ? 0 : average / Math.sqrt(variance / R);
  });
  if (scores.some((score) => score < UPHILL_ERRORS)) return;
  refuse(
    `its gradients grow from the first snapshot to h = ${h.map(timeText).join(", ")} (by ${
      scores.map((score) => score.toFixed(0)).join(", ")
    } standard errors): fluxes run uphill. Are the times in order? Particles that separate into phases do ` +
      "this too, and are beyond this method.",
  );
}

/**
 * Checks all profiles together.
 *
 * @throws {UserError} if two share data, or if none has a gradient that can be seen.
 */
export function checkAllFields(profiles: readonly { name: string; fields: Fields }[]): void {
  profiles.forEach(({ name, fields }, p) => {
    const same = profiles.slice(0, p).find((other) => isSame(other.fields, fields));
    if (same !== undefined) {
      throw new UserError(
        `Profiles "${same.name}" and "${name}" hold the same data; name each file once.`,
      );
    }
  });
  const shared = sharedAmong(profiles);
  if (shared !== null) throw new UserError(shared);
  if (profiles.some(({ fields }) => hasGradient(fields[0]))) return;
  throw new UserError(
    "All profiles are flat: no mean field differs from its average by " +
      `${FLAT_ERRORS} standard errors, so that no flux tells of the free energy. Add a profile with a ` +
      "gradient, such as 0.5 + 0.3 cos(2 pi x).",
  );
}

function isSame(a: Fields, b: Fields): boolean {
  return a.length === b.length && a.every((runs, t) =>
    runs.length === b[t].length &&
    runs.every((z, r) => z.length === b[t][r].length && z.every((v, i) => v === b[t][r][i]))
  );
}

/** Whether a mode of the mean field is seen. Fluctuations that all nodes share do not count. */
export function hasGradient(start: readonly Float64Array[]): boolean {
  const M = start[0].length;
  for (let k = 1; k <= Math.min(3, Math.floor((M - 1) / 2)); k++) {
    for (const wave of [Math.cos, Math.sin]) {
      const values = start.map((z) =>
        z.reduce((sum, v, i) => sum + v * wave(2 * Math.PI * k * i / M), 0)
      );
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
      // Equal starts have no errors: then rounding is all that a mode must exceed.
      const error = Math.max(Math.sqrt(variance / values.length), 1e-9);
      if (Math.abs(mean) > FLAT_ERRORS * error) return true;
    }
  }
  return false;
}
