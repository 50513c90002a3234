/** Closed forms of processes on bonds other than Arrhenius exclusion, hop-rate prefactor 1. */
import { nearestNeighbour, neighbourProbability } from "./lattice_gases.ts";
import { metropolisMemory } from "./metropolis_memory.ts";
import type { ExactReference } from "./types.ts";

/** A reference with `f''` and the diffusivity `D = m f''` as closed forms. */
export interface ProcessReference extends ExactReference {
  /** `f''`. */
  curvature(density: number): number;
  /** `D = m f''`. */
  diffusivity(density: number): number;
}

/** Closed forms in units of beta: `m / beta`, `beta f'`, `beta f''`, `beta f`. */
interface ClosedForm {
  readonly name: string;
  readonly source: string;
  /** Largest density. */
  readonly high: number;
  m(rho: number): number;
  force(rho: number): number;
  curvature(rho: number): number;
  free(rho: number): number;
}

function exact({ name, source, high, ...form }: ClosedForm, beta: number): ProcessReference {
  if (!(beta > 0 && Number.isFinite(beta))) {
    throw new RangeError(`beta must be positive and finite, not ${beta}.`);
  }
  const at = (value: (rho: number) => number, scale: number) => (rho: number) => {
    if (!(rho > 0 && rho < high)) {
      throw new RangeError(`A density must lie in (0, ${high}), not be ${rho}.`);
    }
    return scale * value(rho);
  };
  return {
    name,
    source,
    kind: "exact",
    error: { mobility: () => 0, drivingForce: () => 0, curvature: () => 0 },
    mobility: at(form.m, beta),
    drivingForce: at(form.force, 1 / beta),
    freeEnergy: at(form.free, 1 / beta),
    curvature: at(form.curvature, 1 / beta),
    diffusivity: at((rho) => form.m(rho) * form.curvature(rho), 1),
  };
}

/**
 * Zero range of rate `g(n) = n / (1 + n / capacity)` each way; infinite capacity is `n`, independent
 * walkers, and 0 stands for `1{n >= 1}` (the limit of `g / capacity`).
 *
 * `m = beta phi`, `beta f' = ln phi`; sites are negative binomials of shape `capacity + 1`, geometric and
 * Poisson at the ends.
 *
 * Source: Evans & Hanney, J. Phys. A 38 (2005) R195.
 */
export function zeroRangeReference(capacity: number, beta = 1): ProcessReference {
  if (!(capacity >= 0)) {
    throw new RangeError(`capacity must not be negative, not ${capacity}.`);
  }
  const source = "zero-range process, product measure (Evans & Hanney 2005)";
  const common = { name: "zero-range", source, high: Infinity };
  if (capacity === Infinity) {
    return exact({
      ...common,
      m: (rho) => rho,
      force: Math.log,
      curvature: (rho) => 1 / rho,
      free: (rho) => rho * Math.log(rho) - rho,
    }, beta);
  }
  const shape = capacity + 1, scale = capacity === 0 ? 1 : capacity;
  const fugacity = (rho: number) => scale * rho / (shape + rho);
  return exact({
    ...common,
    m: fugacity,
    force: (rho) => Math.log(fugacity(rho)),
    curvature: (rho) => shape / (rho * (shape + rho)),
    free: (rho) => rho * Math.log(fugacity(rho)) - shape * Math.log1p(rho / shape),
  }, beta);
}

/**
 * Symmetric inclusion at rates `n_x (alpha + n_y)`: `m = beta rho (alpha + rho)`,
 * `beta f' = ln(rho / (alpha + rho))`, `D = alpha`.
 *
 * Source: Giardina, Redig & Vafayi, J. Stat. Phys. 141 (2010) 242.
 */
export function inclusionReference(alpha: number, beta = 1): ProcessReference {
  if (!(alpha > 0 && Number.isFinite(alpha))) {
    throw new RangeError(`alpha must be positive and finite, not ${alpha}.`);
  }
  return exact({
    name: "inclusion",
    source: "symmetric inclusion, product of negative binomials (Giardina, Redig & Vafayi 2010)",
    high: Infinity,
    m: (rho) => rho * (alpha + rho),
    force: (rho) => Math.log(rho / (alpha + rho)),
    curvature: (rho) => alpha / (rho * (alpha + rho)),
    free: (rho) => rho * Math.log(rho / (alpha + rho)) - alpha * Math.log1p(rho / alpha),
  }, beta);
}

/**
 * Energy exchange at bond rate 1: `m = beta rho^2 / 2`, `beta f' = -1 / rho`, `D = 1/2`.
 *
 * Source: Kipnis, Marchioro & Presutti, J. Stat. Phys. 27 (1982) 65.
 */
export function energyExchangeReference(beta = 1): ProcessReference {
  return exact({
    name: "energy-exchange",
    source: "energy exchange, product of exponentials (Kipnis, Marchioro & Presutti 1982)",
    high: Infinity,
    m: (rho) => rho * rho / 2,
    force: (rho) => -1 / rho,
    curvature: (rho) => 1 / (rho * rho),
    free: (rho) => -Math.log(rho),
  }, beta);
}

/**
 * Generalised exclusion, at most two a site at rates `n_x (2 - n_y)`: `m = beta rho (2 - rho)`,
 * `beta f' = ln(rho / (2 - rho))`, `D = 2`.
 *
 * Source: Giardina, Redig & Vafayi, J. Stat. Phys. 141 (2010) 242 (the partial exclusion process).
 */
export function generalisedExclusionReference(beta = 1): ProcessReference {
  return exact({
    name: "generalised-exclusion",
    source: "partial exclusion, product of binomials (Giardina, Redig & Vafayi 2010)",
    high: 2,
    m: (rho) => rho * (2 - rho),
    force: (rho) => Math.log(rho / (2 - rho)),
    curvature: (rho) => 2 / (rho * (2 - rho)),
    free: (rho) => rho * Math.log(rho) + (2 - rho) * Math.log(2 - rho),
  }, beta);
}

/**
 * Nearest-neighbour lattice gas with heat-bath swaps, `1 / (1 + e^(beta (H' - H)))`, which are of gradient
 * type: `m` is half the mean rate over a bond.
 *
 * @param b `beta J` of two neighbours; `b > 0` binds.
 */
export function kawasakiHeatBath(b: number, beta = 1): ProcessReference {
  return exact({
    name: "kawasaki-heat-bath",
    source: "one-dimensional lattice gas, heat-bath swaps of gradient type",
    high: 1,
    m: (rho) => swapMobility(rho, b, (change) => 1 / (1 + Math.exp(change))),
    ...latticeGas(b),
  }, beta);
}

/**
 * The same with Metropolis swaps, `min(1, e^(-beta (H' - H)))`, which are not of gradient type: half the
 * mean rate over a bond, exactly, less Green and Kubo's part from rings of 14 sites; the error is the
 * difference to 12 sites. Windows of less than about ten hop times see less of that part.
 *
 * Source: Spohn, "Large Scale Dynamics of Interacting Particles" (1991), II.2.2.
 */
export function kawasakiMetropolis(b: number, beta = 1): ProcessReference {
  const { share, error } = metropolisMemory(b);
  return {
    ...exact({
      name: "kawasaki-metropolis",
      source:
        "one-dimensional lattice gas, Metropolis swaps, Green-Kubo part from rings of 14 sites",
      high: 1,
      m: (rho) => instantaneousMetropolis(rho, b) * (1 - share(rho)),
      ...latticeGas(b),
    }, beta),
    kind: "expansion",
    error: { mobility: error, drivingForce: () => 0, curvature: () => 0 },
  };
}

/** What windows shorter than a hop time measure of {@link kawasakiMetropolis}, over beta; exact. */
export function instantaneousMetropolis(rho: number, b: number): number {
  return swapMobility(rho, b, (change) => Math.min(1, Math.exp(-change)));
}

/** `beta f'`, `beta f''` and `beta f` of the one-dimensional lattice gas. */
function latticeGas(b: number): Pick<ClosedForm, "force" | "curvature" | "free"> {
  const gas = nearestNeighbour({ betaJ0: 3 * b });
  return {
    force: gas.drivingForce,
    // 1 / compressibility: correlations decay like ((p - rho) / (1 - rho))^distance.
    curvature(rho) {
      const p = neighbourProbability(rho, b);
      const decay = (p - rho) / (1 - rho);
      return (1 - decay) / ((1 + decay) * rho * (1 - rho));
    },
    free: gas.freeEnergy,
  };
}

/** `<c> / 2` over beta of swaps whose rate is a function of the change of energy, exactly. */
function swapMobility(rho: number, b: number, rate: (change: number) => number): number {
  const behind = neighbourProbability(rho, b);
  // A particle beside the vacancy, on its other side.
  const beyond = rho * (1 - behind) / (1 - rho);
  const unchanged = behind * beyond + (1 - behind) * (1 - beyond);
  return rho * (1 - behind) * (unchanged * rate(0) + behind * (1 - beyond) * rate(b) +
    (1 - behind) * beyond * rate(-b));
}
