import { type Law, type LawValues, memberSize, mobilityEntries } from "@spiediff/law";
import { SolverError } from "./errors.ts";
import type { Attempt } from "./method.ts";

/**
 * Projects mobilities of one field onto those of positive semi-definite operators, `max(m, 0)`, in place.
 *
 * @returns How many were negative and are now 0.
 */
export function projectNonNegative(mobility: Float64Array): number {
  let projected = 0;
  for (let p = 0; p < mobility.length; p++) {
    if (mobility[p] >= 0) continue;
    mobility[p] = 0;
    projected++;
  }
  return projected;
}

/**
 * A value that is not finite is refused, never repaired.
 *
 * @throws {SolverError} naming the first mobility or driving force that is NaN or infinite.
 */
export function requireFinite(law: Law, { mobility, drivingForce }: LawValues): void {
  const { mesh, fields } = law;
  const refuse = (what: string, place: string, index: number, perMember: number, value: number) => {
    const member = Math.floor(index / perMember);
    throw new SolverError(
      "not-finite",
      `The ${what} ${place}, member ${member}, is ${value}; only finite values can be used.`,
    );
  };
  for (let p = 0; p < mobility.length; p++) {
    if (Number.isFinite(mobility[p])) continue;
    const { first, second, count } = mesh.pairs;
    const place = `between the nodes ${first[p % count]} and ${second[p % count]}`;
    refuse("mobility", place, p, mobilityEntries(law) * count, mobility[p]);
  }
  for (let n = 0; n < drivingForce.length; n++) {
    if (Number.isFinite(drivingForce[n])) continue;
    const field = fields[Math.floor(n / mesh.nodes) % fields.length];
    const what = `driving force of the ${field.name}`;
    refuse(what, `at node ${n % mesh.nodes}`, n, memberSize(law), drivingForce[n]);
  }
}

/** How many members' operators have a pair whose mobility is not positive semi-definite. */
export function countNotPSD(law: Law, mobility: Float64Array): number {
  const { count } = law.mesh.pairs;
  const entries = mobilityEntries(law);
  let members = 0;
  for (let base = 0; base < mobility.length; base += entries * count) {
    for (let p = 0; p < count; p++) {
      if (isPositive(mobility, base + p, count, law.fields.length)) continue;
      members++;
      break;
    }
  }
  return members;
}

/** Rounding of a pivot, relative to the diagonal entry that it comes of. */
const PIVOT_ROUNDING = 64 * Number.EPSILON;

/** Whether a symmetric matrix, the lower triangle of which has its entries `stride` apart, is PSD: by LDL^T. */
function isPositive(values: Float64Array, from: number, stride: number, size: number): boolean {
  if (size === 1) return values[from] >= 0;
  const rows = Array.from({ length: size }, () => new Float64Array(size));
  for (let i = 0, k = from; i < size; i++) {
    for (let j = 0; j <= i; j++, k += stride) rows[i][j] = rows[j][i] = values[k];
  }
  const diagonal = rows.map((row, i) => row[i]);
  for (let k = 0; k < size; k++) {
    const pivot = rows[k][k];
    const rounding = PIVOT_ROUNDING * Math.abs(diagonal[k]);
    if (!(pivot >= -rounding)) return false;
    for (let i = k + 1; i < size; i++) {
      // A pivot of 0 allows no entry beside it.
      if (pivot <= rounding) {
        if (Math.abs(rows[i][k]) > PIVOT_ROUNDING * Math.hypot(diagonal[i], diagonal[k])) {
          return false;
        }
      } else {
        for (let j = k + 1; j < size; j++) rows[i][j] -= rows[i][k] / pivot * rows[k][j];
      }
    }
  }
  return true;
}

/** The index of the first value that is not inside of its field's domain, NaN included; -1 when all are. */
export function firstOutside(
  { mesh, fields }: Pick<Law, "mesh" | "fields">,
  state: Float64Array,
): number {
  for (let base = 0; base < state.length; base += mesh.nodes) {
    const { low, high } = fields[base / mesh.nodes % fields.length];
    for (let n = base; n < base + mesh.nodes; n++) {
      if (!(state[n] > low && state[n] < high)) return n;
    }
  }
  return -1;
}

/** The refusal of a step that leads to a value outside of its domain; undefined when all are inside. */
export function outsideOf(law: Law, state: Float64Array): Exclude<Attempt, "done"> | undefined {
  const index = firstOutside(law, state);
  return index < 0 ? undefined : { kind: "out-of-bounds", index, value: state[index] };
}

/** Field, node and member that an index of a state belongs to. */
export function placeOf({ mesh, fields }: Pick<Law, "mesh" | "fields">, index: number) {
  const row = Math.floor(index / mesh.nodes);
  return {
    field: fields[row % fields.length],
    node: index % mesh.nodes,
    member: Math.floor(row / fields.length),
  };
}
