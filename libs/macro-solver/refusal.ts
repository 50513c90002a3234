import { SolverError } from "./errors.ts";
import type { Point, Refusal } from "./method.ts";
import type { MacroscopicLaw } from "./types.ts";

/** No step length is short enough: says what stood against the last one, and the cause where it shows. */
export function stepUnderflow(
  law: MacroscopicLaw,
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

function cause(law: MacroscopicLaw, from: Point, refusal: Refusal): string {
  const { elements } = law;
  if (refusal.kind === "error") {
    return `the local error stays ${
      refusal.ratio.toPrecision(3)
    } times the tolerance; use a larger tolerance.`;
  }
  const member = refusal.kind === "free-energy"
    ? refusal.member
    : Math.floor(refusal.index / elements);
  const what = refusal.kind === "free-energy"
    ? `the free energy of member ${member} rises by ${refusal.rise.toPrecision(3)}`
    : `member ${member} leaves (0, 1) at node ${refusal.index % elements}, ` +
      `where its density becomes ${refusal.density}`;
  const bent = law.fillsCurvature ? nonConvexNode(from, member, elements) : -1;
  if (bent >= 0) {
    return `${what}; its free energy is not convex at density ${from.density[bent]}, ` +
      "so it separates into phases without an end.";
  }
  return refusal.kind === "free-energy"
    ? `${what}; its fluxes run uphill, since its driving force is not the slope of its free energy.`
    : `${what}; its free energy does not keep it away from there.`;
}

/** The first node of a member with `f'' < 0`; -1 where there is none. */
function nonConvexNode(from: Point, member: number, elements: number): number {
  for (let i = member * elements; i < (member + 1) * elements; i++) {
    if (from.values.curvature[i] < 0) return i;
  }
  return -1;
}

/** Names the node whose density changes fastest. */
function tooFast({ elements }: MacroscopicLaw, { rate }: Point): string {
  let fastest = 0;
  rate.forEach((r, n) => {
    if (Math.abs(r) > Math.abs(rate[fastest])) fastest = n;
  });
  return `the density at node ${fastest % elements}, member ${
    Math.floor(fastest / elements)
  }, changes ` +
    `at the rate ${
      rate[fastest].toPrecision(3)
    }; its mobility or driving force is too large to follow.`;
}
