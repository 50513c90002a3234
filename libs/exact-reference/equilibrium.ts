/** Equilibrium of the lattice gas for any kernel: mobility and free energy with their errors. */
import { chebyshevSeries } from "@spiediff/numerics";
import { logit } from "./_checks.ts";
import { type Correction, fromCorrections } from "./corrections.ts";
import { greenKuboShare } from "./green_kubo.ts";
import { ringExpansion } from "./ring_expansion.ts";
import { equilibriumAt, LARGEST_ENUMERATED, transferMatrix } from "./transfer_matrix.ts";
import type { ExactReference, KernelSystem, ReferenceError } from "./types.ts";

/** Densities at which functions of density are computed; between them by Chebyshev series. */
const POINTS = 33;
/**
 * Slope of what is left out of f', over the bound on its size: at most 34 over kernels and densities (a test
 * holds it against the transfer matrix).
 */
const SLOPE = 40;

/**
 * Equilibrium of any even kernel: by the transfer matrix up to `L = 10`, to rounding, and by an expansion in
 * the inverse range beyond. The mobility is the instantaneous one, `beta d z P(two neighbours vacant)` with
 * `z = e^(beta f')`, an identity under any field (docs/theory.md section 5); what memory of the current takes
 * off it is in `error`.
 *
 * @param system `enumerate` tells which of the two, where the range leaves a choice.
 * @throws {RangeError} if beta or drive is not positive.
 */
export function equilibrium(
  system: KernelSystem & { readonly enumerate?: boolean },
): ExactReference {
  const { couplings, enumerate = couplings.length - 1 <= LARGEST_ENUMERATED } = system;
  const cohesion = 2 * Array.from(couplings).slice(1).reduce((a, b) => a + b, 0);
  const { at, error } = enumerate ? enumerated(couplings, cohesion) : expanded(couplings, cohesion);
  const corrections = new Map<number, Correction>();
  const once = (rho: number) => {
    if (!corrections.has(rho)) corrections.set(rho, at(rho));
    return corrections.get(rho)!;
  };
  const force = chebyshevSeries((rho) => once(rho).force, 0, 1, POINTS);
  const mobility = chebyshevSeries((rho) => once(rho).mobility, 0, 1, POINTS);
  const memory = greenKuboShare(couplings);
  const what = enumerate
    ? {
      name: "transfer-matrix",
      source: "one-dimensional lattice gas, transfer matrix",
      kind: "exact" as const,
    }
    : {
      name: "ring-expansion",
      source: "one-dimensional lattice gas, expansion in the inverse range",
      kind: "expansion" as const,
    };
  return fromCorrections(system, what, force, mobility, {
    mobility: (rho) => error.mobility(rho) + memory + mobility.tail,
    drivingForce: (rho) => error.drivingForce(rho) + force.tail,
    curvature: (rho) => SLOPE * error.drivingForce(rho) + POINTS ** 2 * force.tail,
  });
}

interface Solved {
  at(rho: number): Correction;
  readonly error: Omit<ReferenceError, "curvature">;
}

function enumerated(couplings: ArrayLike<number>, cohesion: number): Solved {
  const solve = transferMatrix(couplings);
  return {
    at(rho) {
      const { potential, vacantPair } = equilibriumAt(solve, rho, cohesion);
      return {
        force: potential - logit(rho) + cohesion * rho,
        mobility: potential + Math.log(vacantPair / (rho * (1 - rho))),
      };
    },
    error: { mobility: () => 0, drivingForce: () => 0 },
  };
}

/**
 * Of the terms left out of f' the next is as the last one kept, times its ratio to the one before; of m a tenth
 * of what two loops do there, and several times their square at its largest. Both hold with a factor to spare
 * for all kernels that the transfer matrix can tell (a test draws some).
 */
const FORCE_ROOM = 3, LAST_SHARE = 0.1, SQUARE_ROOM = 6;
/** Densities over which the largest terms are sought. */
const SOUGHT = Array.from({ length: 19 }, (_, k) => (k + 1) / 20);

function expanded(couplings: ArrayLike<number>, cohesion: number): Solved {
  const expand = ringExpansion(couplings);
  const loops = chebyshevSeries((rho) => expand(rho).twoLoops, 0, 1, POINTS);
  const terms = (rho: number) => {
    const { sigma, neighbours, neighboursTwoLoops } = expand(rho);
    const ring = -(1 - 2 * rho) * sigma / 2, two = -loops.derivative(rho);
    const vacant = (1 - rho) ** 2 + neighbours;
    return { ring, two, vacant, share: two + Math.log1p(neighboursTwoLoops / vacant) };
  };
  const sought = SOUGHT.map(terms);
  const largest = (of: "ring" | "two" | "share") => Math.max(...sought.map((t) => Math.abs(t[of])));
  const force = largest("ring") === 0 ? 0 : FORCE_ROOM * largest("two") ** 2 / largest("ring");
  const square = SQUARE_ROOM * largest("share") ** 2;
  return {
    at(rho) {
      const { ring, two, vacant, share } = terms(rho);
      return {
        force: ring + two,
        mobility: logit(rho) - cohesion * rho + ring + share + Math.log(vacant / (rho * (1 - rho))),
      };
    },
    error: {
      mobility: (rho) => LAST_SHARE * Math.abs(terms(rho).share) + square,
      drivingForce: () => force,
    },
  };
}
