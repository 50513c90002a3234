/** Closed-form mobilities and free energies (docs/theory.md section 5). */
import { checkDensity, checkedSystem, logit, mixing } from "./_checks.ts";
import type { RandomStream } from "@spiediff/random";
import { equilibrium } from "./equilibrium.ts";
import { canBeSampled, sampledEquilibrium } from "./sampled.ts";
import type { ExactReference, KernelSystem, ReferenceError, ReferenceSystem } from "./types.ts";

const EXACT: { kind: "exact"; error: ReferenceError } = {
  kind: "exact",
  error: { mobility: () => 0, drivingForce: () => 0, curvature: () => 0 },
};
const APPROXIMATION = { kind: "approximation", error: null } as const;

/**
 * Symmetric simple exclusion, `J = 0`: `m = beta d rho (1 - rho)`, `beta f' = ln(rho / (1 - rho))`.
 *
 * Source: Spohn, "Large Scale Dynamics of Interacting Particles" (1991), part II; docs/theory.md
 * section 5. Exact.
 */
export function symmetricExclusion(
  options: { beta?: number; drive?: number } = {},
): ExactReference {
  const system = checkedSystem({ halfWidth: 1, betaJ0: 0, ...options });
  return {
    name: "ssep",
    source: "symmetric simple exclusion (Spohn 1991)",
    ...EXACT,
    ...productMeasure(system, () => 1, 0),
  };
}

/**
 * The long-range model in the limit `L -> infinity`, `L eps -> 0`:
 * `m = beta d rho (1 - rho) exp(-beta J0 rho)`, `f = -J0 rho^2 / 2 + mixing / beta`.
 *
 * Source: mean-field (Kac) limit, docs/theory.md section 5. Applied to `L = 1` it is "ordinary mean
 * field". Linearly stable where `f'' > 0`, that is for all densities if `beta J0 < 4`.
 */
export function longRangeLimit(system: Omit<ReferenceSystem, "halfWidth">): ExactReference {
  const checked = checkedSystem({ halfWidth: 1, ...system });
  return {
    name: "lrm-limit",
    source: "long-range limit (mean field)",
    ...APPROXIMATION,
    ...productMeasure(checked, (rho) => Math.exp(-checked.betaJ0 * rho), checked.betaJ0),
  };
}

/**
 * The long-range model at finite `L`: a product measure over the `2L - 1` remaining neighbours,
 * `m_L = beta d rho (1 - rho) (1 - rho + rho e^-b)^(2L-1)`, `beta f_L' = ln(rho/(1-rho)) - 2 L b rho`,
 * `b = beta J0 / (2L + 1)`.
 *
 * Source: docs/theory.md section 5; corrections to `f'` of relative order 1e-3 at `L = 40`. For
 * small `L` it is an uncontrolled (product-measure) approximation; `L = 1` has {@link nearestNeighbour}.
 */
export function longRangeFinite(system: ReferenceSystem): ExactReference {
  const checked = checkedSystem(system);
  const { halfWidth, betaJ0 } = checked;
  const b = betaJ0 / (2 * halfWidth + 1);
  const neighbours = 2 * halfWidth - 1;
  return {
    name: "lrm-finite-range",
    source: "long-range model, product measure over 2L - 1 neighbours",
    ...APPROXIMATION,
    ...productMeasure(
      checked,
      (rho) => (1 + rho * Math.expm1(-b)) ** neighbours,
      2 * halfWidth * b,
    ),
  };
}

/**
 * What independent sites obey, exactly and for any kernel, before correlations have formed: the mobility is
 * that of {@link longRangeKernel}, and the mean current of a smooth profile of independent sites is
 * `-m d_x f'` with `beta f' = ln(rho/(1-rho)) + sum over r of w_r ln(1 - rho q_r)`, `q_r = 1 - e^-j(r)`,
 * `w_1 = 3` and `w_r = 2` beyond.
 *
 * Why it differs: in either direction of a bond a particle leaves neighbours at other distances, so that
 * `beta f'' = 1/(rho(1-rho)) - sum of w_r q_r/(1 - rho q_r)`. Of a constant kernel this is below the
 * equilibrium's by about `b`: 0.2 to 0.4 % at `L = 40`, `beta J0 = 1`. Correlations of order `1/L` make up
 * for it, over the time that a particle takes to cross the kernel, `(L eps)^2 / d`. Short windows from a
 * Bernoulli start measure this law, not the equilibrium's.
 *
 * Source: docs/theory.md section 5.
 */
export function independentSites(system: ReferenceSystem | KernelSystem): ExactReference {
  const { beta = 1, drive } = system;
  const couplings = couplingsOf(system);
  const { mobility } = longRangeKernel({ couplings, beta, drive });
  const bonds = Array.from(couplings).slice(1)
    .map((j, i) => ({ q: -Math.expm1(-j), weight: i === 0 ? 3 : 2 }));
  /** Integral of `ln(1 - rho q)` from 0. */
  const integral = (rho: number, q: number) => {
    const u = 1 - rho * q;
    return q === 0 ? 0 : -(u * Math.log(u) - u + 1) / q;
  };
  return {
    name: "independent-sites",
    source: "independent sites, before correlations form",
    ...EXACT,
    mobility,
    drivingForce(rho) {
      checkDensity(rho);
      return bonds.reduce((f, { q, weight }) => f + weight * Math.log1p(-rho * q), logit(rho)) /
        beta;
    },
    freeEnergy(rho) {
      checkDensity(rho);
      return bonds.reduce((f, { q, weight }) => f + weight * integral(rho, q), mixing(rho)) / beta;
    },
  };
}

/**
 * Any even kernel of long range: a product measure over the neighbours of a particle beside a vacancy,
 * `m = beta d rho (1 - rho) (1 - rho + rho e^-j(1)) product over r > 1 of (1 - rho + rho e^-j(r))^2`,
 * `beta f' = ln(rho/(1-rho)) - 2 rho sum over r of j(r)`, `j = beta J`. Accurate where many neighbours
 * share the interaction; for the constant kernel it is {@link longRangeFinite}.
 *
 * @param couplings `beta J(r)` `[L + 1]`; entry 0 does not count.
 */
export function longRangeKernel({ couplings, ...system }: KernelSystem): ExactReference {
  const j = Array.from(couplings).slice(1);
  const sum = j.reduce((a, b) => a + b, 0);
  const checked = checkedSystem({ halfWidth: j.length, betaJ0: 2 * sum, ...system });
  return {
    name: "lrm-kernel",
    source: "long-range model of any kernel, product measure over 2L - 1 neighbours",
    ...APPROXIMATION,
    ...productMeasure(
      checked,
      (rho) => j.reduce((p, v, i) => p * (1 + rho * Math.expm1(-v)) ** (i === 0 ? 1 : 2), 1),
      2 * sum,
    ),
  };
}

/**
 * `L = 1`, exact: the process is of gradient type and its equilibrium is the 1D lattice gas. With
 * `b = beta J0 / 3`, `p = P(eta(x+1) = 1 | eta(x) = 1)`:
 * `m = beta d rho (1-p) (1-p + p e^-b)`, `beta f' = ln[rho (1-rho) (1-p)^2 / (1-2rho+rho p)^2]`,
 * `beta f = rho beta f' + ln[(1-2rho+rho p) / (1-rho)]` (the pressure is `ln` of the transfer
 * matrix's largest eigenvalue).
 *
 * Source: docs/theory.md section 5; the lattice gas: Baxter, "Exactly Solved Models", ch. 2.
 */
export function nearestNeighbour(system: Omit<ReferenceSystem, "halfWidth">): ExactReference {
  const { betaJ0, beta, drive } = checkedSystem({ halfWidth: 1, ...system });
  const b = betaJ0 / 3;
  const drivingForce = (rho: number) => {
    checkDensity(rho);
    const p = neighbourProbability(rho, b);
    return Math.log(rho * (1 - rho) * (1 - p) ** 2 / (1 - 2 * rho + rho * p) ** 2) / beta;
  };
  return {
    name: "nearest-neighbour",
    source: "one-dimensional lattice gas, gradient process",
    ...EXACT,
    drivingForce,
    mobility(rho) {
      checkDensity(rho);
      const p = neighbourProbability(rho, b);
      return beta * drive * rho * (1 - p) * (1 - p + p * Math.exp(-b));
    },
    freeEnergy(rho) {
      const p = neighbourProbability(rho, b);
      return rho * drivingForce(rho) + Math.log((1 - 2 * rho + rho * p) / (1 - rho)) / beta;
    },
  };
}

/**
 * `p = P(eta(x+1) = 1 | eta(x) = 1)` of the 1D lattice gas of density `rho` and bond energy
 * `b = beta J`: the root in (0, 1) of `rho p (1-2rho+rho p) = e^b rho^2 (1-p)^2`.
 *
 * Written so that nothing cancels for either sign of `b`.
 */
export function neighbourProbability(rho: number, b: number): number {
  const excess = Math.expm1(b);
  const root = Math.sqrt(1 + 4 * rho * (1 - rho) * excess);
  return 2 * (1 + excess) * rho / (1 + 2 * rho * excess + root);
}

/** A product measure's answers: `factor(rho)` is the mean Arrhenius factor of a hop. */
function productMeasure(
  { beta, drive }: Required<ReferenceSystem>,
  factor: (rho: number) => number,
  betaCohesion: number,
): Pick<ExactReference, "mobility" | "drivingForce" | "freeEnergy"> {
  return {
    mobility(rho) {
      checkDensity(rho);
      return beta * drive * rho * (1 - rho) * factor(rho);
    },
    drivingForce(rho) {
      checkDensity(rho);
      return (logit(rho) - betaCohesion * rho) / beta;
    },
    freeEnergy(rho) {
      checkDensity(rho);
      return (mixing(rho) - betaCohesion * rho * rho / 2) / beta;
    },
  };
}

/** `beta J(r)` `[L + 1]` of a system's kernel. */
export function couplingsOf(system: ReferenceSystem | KernelSystem): ArrayLike<number> {
  if ("couplings" in system) return system.couplings;
  const { halfWidth, betaJ0 } = checkedSystem(system);
  return new Float64Array(halfWidth + 1).fill(betaJ0 / (2 * halfWidth + 1)).with(0, 0);
}

/** Above this error of f' times beta an expansion does not serve. */
const POOR = 1e-3;

/**
 * The best reference there is for the equilibrium of a system: closed forms for `J = 0` and `L = 1`, else
 * {@link equilibrium}, or samples where its expansion is poor or, for kernels of both signs, its error not known.
 *
 * @param stream Of the samples; without it there are none.
 */
export function equilibriumFor(
  system: ReferenceSystem | KernelSystem,
  stream?: RandomStream,
): ExactReference {
  const { beta, drive } = system;
  const couplings = couplingsOf(system);
  const j = Array.from(couplings).slice(1);
  if (j.every((value) => value === 0)) return symmetricExclusion({ beta, drive });
  if (j.length === 1) return nearestNeighbour({ betaJ0: 3 * j[0], beta, drive });
  const known = equilibrium({ couplings, beta, drive });
  if (known.kind === "exact" || stream === undefined || !canBeSampled(couplings)) return known;
  const bothSigns = j.some((v) => v > 0) && j.some((v) => v < 0);
  const scale = beta ?? 1;
  return bothSigns || scale * known.error!.drivingForce(0.5) > POOR
    ? sampledEquilibrium(
      { couplings, beta, drive },
      (rho) => scale * known.drivingForce(rho),
      stream,
    )
    : known;
}
