import type { Law } from "@spiediff/law";
import { SolverError } from "./errors.ts";
import type { Point, Refusal } from "./method.ts";
import { placeOf } from "./projection.ts";

/** No step length is short enough: says what stood against the last one, and the cause where it shows. */
export function stepUnderflow(
  law: Law,
  from: Point,
  time: number,
  step: number,
  refusal: Refusal | undefined,
): SolverError {
  const why = refusal ? cause(law, from, refusal) : tooFast(law, from);
  return new SolverError(
    "step-underflow",
    `No step down to ${step} will do at time ${time}: ${why}`,
  );
}

function cause(law: Law, from: Point, refusal: Refusal): string {
  if (refusal.kind === "error") {
    return `the local error stays ${
      refusal.ratio.toPrecision(3)
    } times the tolerance; use a larger tolerance.`;
  }
  const { member, what } = refusal.kind === "invariant" ? wrongWay(refusal) : leaving(law, refusal);
  const bent = law.fillsCurvature ? nonConvexNode(law, from, member) : -1;
  if (bent >= 0) {
    return `${what}; its free energy is not convex at ${law.fields[0].name} ${from.state[bent]}, ` +
      "so it separates into phases without an end.";
  }
  return refusal.kind === "invariant"
    ? `${what}; its fluxes run uphill, since its driving force is not the slope of its ${refusal.name}.`
    : `${what}; its free energy does not keep it away from there.`;
}

function wrongWay({ name, member, change }: Extract<Refusal, { kind: "invariant" }>) {
  const direction = change > 0 ? "rises" : "falls";
  const what = `the ${name} of member ${member} ${direction} by ${Math.abs(change).toPrecision(3)}`;
  return { member, what };
}

function leaving(law: Law, { index, value }: Extract<Refusal, { kind: "out-of-bounds" }>) {
  const { field: { name, low, high }, node, member } = placeOf(law, index);
  const what =
    `member ${member} leaves (${low}, ${high}) at node ${node}, where its ${name} becomes ${value}`;
  return { member, what };
}

/** The first node of a member of one field with `f'' < 0`; -1 where there is none. */
function nonConvexNode({ mesh, fields }: Law, from: Point, member: number): number {
  if (fields.length !== 1) return -1;
  for (let i = member * mesh.nodes; i < (member + 1) * mesh.nodes; i++) {
    if (from.values.curvature[i] < 0) return i;
  }
  return -1;
}

/** Names the node whose value changes fastest. */
function tooFast(law: Law, { rate }: Point): string {
  let fastest = 0;
  rate.forEach((r, n) => {
    if (Math.abs(r) > Math.abs(rate[fastest])) fastest = n;
  });
  const { field, node, member } = placeOf(law, fastest);
  return `the ${field.name} at node ${node}, member ${member}, changes at the rate ${
    rate[fastest].toPrecision(3)
  }; its mobility or driving force is too large to follow.`;
}
