/** Local equilibrium for any kernel: heat-bath sweeps under a field that gives the profile as mean. */
import { chebyshevSeries, cosineSpectrum, meanResolventRoot } from "@spiediff/numerics";
import { xoshiro128starstar } from "@spiediff/random";
import { couplings, isConstant } from "./kernel.ts";
import type { ArrheniusSystem, ConfigurationSampler } from "./types.ts";

/** What is left of the start's distance from equilibrium, in total variation. */
const LEFT = 1e-6;
/** Chains that forget more slowly than this a sweep are not waited for. */
const SLOWEST = 0.95;
/** Points in k for each site of the kernel, at least so many, and densities of the series. */
const POINTS_PER_SITE = 16, FEWEST_POINTS = 256, DENSITIES = 17;

/**
 * Bound on what a sweep leaves of any difference between two configurations' laws: the sum over the others of
 * how far one of them can move a site's probability, `2 sum over r of tanh(|beta J(r)| / 4)` (Dobrushin 1970).
 * Below 1 equilibrium is unique and sweeps forget exponentially.
 */
export function sweepContraction(system: ArrheniusSystem): number {
  return couplings(system).reduce((sum, j) => sum + 2 * Math.tanh(Math.abs(j) / 4), 0);
}

/**
 * Heat-bath sweeps after which a start of independent sites is equilibrium but for 1e-6.
 *
 * @throws {RangeError} where the bound of {@link sweepContraction} does not promise it in reasonable time.
 */
export function heatBathSweeps(system: ArrheniusSystem): number {
  const contraction = sweepContraction(system);
  if (contraction > SLOWEST) {
    throw new RangeError(
      `initialState "local-gibbs" needs a weaker interaction: heat-bath sweeps are sure to forget their ` +
        `start only where 2 sum tanh(|beta J(r)|/4) is at most ${SLOWEST}, not ${
          contraction.toFixed(3)
        }; use "bernoulli" and a burn-in.`,
    );
  }
  return sweepsThatForget(contraction);
}

/** Sweeps after which 1e-6 is left of a start, where each leaves so much of it. */
export const sweepsThatForget = (contraction: number): number =>
  contraction === 0 ? 0 : Math.ceil(Math.log(LEFT) / Math.log(contraction));

/**
 * The field under which equilibrium has a slowly varying profile as its mean, up to terms of two loops:
 * `ln(rho / (1 - rho)) - (v * rho)(x) - (1 - 2 rho) sigma / 2` (docs/theory.md section 5), `[N]`.
 */
export function equilibriumField(system: ArrheniusSystem, density: Float64Array): Float64Array {
  const j = couplings(system), sites = density.length;
  const points = Math.max(FEWEST_POINTS, POINTS_PER_SITE * j.length);
  const sigma = closureOf(cosineSpectrum(j, points), density);
  return density.map((rho, x) => {
    let binding = 0;
    for (let r = 1; r < j.length; r++) {
      const left = x - r < 0 ? x - r + sites : x - r,
        right = x + r >= sites ? x + r - sites : x + r;
      binding += j[r] * (density[left] + density[right]);
    }
    return Math.log(rho / (1 - rho)) - binding - (1 - 2 * rho) * sigma(rho) / 2;
  });
}

/** sigma of the optimised ring sum over the densities of a profile, from values of the interaction's spectrum. */
export function closureOf(spectrum: Float64Array, density: Float64Array): (rho: number) => number {
  const at = (rho: number) => {
    const chi = rho * (1 - rho);
    return meanResolventRoot(spectrum, chi) - 1 / chi;
  };
  let low = 1, high = 0;
  for (const rho of density) [low, high] = [Math.min(low, rho), Math.max(high, rho)];
  if (high - low < 1e-9) {
    const sigma = at((low + high) / 2);
    return () => sigma;
  }
  return chebyshevSeries(at, low, high, DENSITIES).value;
}

/** Odds of sites to be vacant, `[N]`, where no other particle is in reach of a field `[N]`. */
export const vacancyOf = (field: Float64Array): Float64Array =>
  field.map((value) => Math.exp(-value));

/** By what so many particles in the window of a constant kernel change the odds of a vacancy, `[2L + 1]`. */
export function unboundBy({ halfWidth, betaJ0 }: ArrheniusSystem): Float64Array {
  const b = betaJ0 / (2 * halfWidth + 1);
  return Float64Array.from({ length: 2 * halfWidth + 1 }, (_, n) => Math.exp(-b * n));
}

/**
 * Sweeps over a configuration in the order of its sites, each drawn anew given the others: exact for the
 * measure `exp(sum of beta J eta eta + sum of field eta)`.
 *
 * @param field `[N]`.
 */
export function heatBathSampler(
  system: ArrheniusSystem,
  field: Float64Array,
  start: ConfigurationSampler,
  sweeps: number,
): ConfigurationSampler {
  // P(occupied) = 1 / (1 + exp(-field) exp(-binding)), compared without a division.
  const vacancy = vacancyOf(field);
  const sweep = isConstant(system)
    ? countingSweep(system, vacancy)
    : energySweep(couplings(system), vacancy);
  return (out, stream) => {
    start(out, stream);
    sweep(out, stream.state, sweeps);
  };
}

/** Sweeps in place; `rng` `[4]` is advanced by a word for each site. */
type Sweep = (eta: Uint8Array, rng: Uint32Array, sweeps: number) => void;

const WORD = 2 ** -32;

/** Constant kernel: the number of neighbours in the window tells all, and moves along with the site. */
function countingSweep(system: ArrheniusSystem, vacancy: Float64Array): Sweep {
  const sites = vacancy.length, { halfWidth } = system, unbound = unboundBy(system);
  return (eta, rng, sweeps) => {
    for (let s = 0; s < sweeps; s++) {
      let count = 0;
      for (let r = -halfWidth; r <= halfWidth; r++) count += eta[r < 0 ? r + sites : r];
      let leaving = sites - halfWidth, entering = halfWidth + 1;
      for (let x = 0; x < sites; x++) {
        const others = count - eta[x];
        const odds = 1 + vacancy[x] * unbound[others];
        const occupied = xoshiro128starstar(rng) * WORD * odds < 1 ? 1 : 0;
        eta[x] = occupied;
        count = others + occupied + eta[entering] - eta[leaving];
        if (++leaving === sites) leaving = 0;
        if (++entering === sites) entering = 0;
      }
    }
  };
}

/** Any kernel: energies of all sites, kept by every change. */
function energySweep(j: Float64Array, vacancy: Float64Array): Sweep {
  const sites = vacancy.length, range = j.length - 1;
  const binding = new Float64Array(sites);
  const add = (x: number, sign: number) => {
    for (let r = 1; r <= range; r++) {
      binding[x - r < 0 ? x - r + sites : x - r] += sign * j[r];
      binding[x + r >= sites ? x + r - sites : x + r] += sign * j[r];
    }
  };
  return (eta, rng, sweeps) => {
    for (let s = 0; s < sweeps; s++) {
      // From nothing, so that rounding does not add up.
      binding.fill(0);
      for (let x = 0; x < sites; x++) if (eta[x] === 1) add(x, 1);
      for (let x = 0; x < sites; x++) {
        const occupied =
          xoshiro128starstar(rng) * WORD * (1 + vacancy[x] * Math.exp(-binding[x])) < 1 ? 1 : 0;
        if (occupied === eta[x]) continue;
        eta[x] = occupied;
        add(x, occupied === 1 ? 1 : -1);
      }
    }
  };
}
