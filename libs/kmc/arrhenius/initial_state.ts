/** Initial configurations with a given local density (docs/theory.md sections 1 and 5). */
import { fixedNumberSampler } from "./fixed_number.ts";
import { equilibriumField, heatBathSampler, heatBathSweeps, vacancyOf } from "./heat_bath.ts";
import { isConstant } from "./kernel.ts";
import type {
  ArrheniusSystem,
  ConfigurationSampler,
  InitialState,
  LatticeProfile,
  WordStart,
} from "./types.ts";

/**
 * The density profile `[N]` of a function of `x = site / N`.
 *
 * @throws {RangeError} if a value is outside (0, 1), naming the site.
 */
export function latticeProfile(
  name: string,
  sites: number,
  density: (x: number) => number,
): LatticeProfile {
  const profile = {
    name,
    density: Float64Array.from({ length: sites }, (_, x) => density(x / sites)),
  };
  checkProfile(profile, sites);
  return profile;
}

/** @throws {RangeError} if a density is outside (0, 1) or the length is not `N`. */
export function checkProfile(profile: LatticeProfile, sites: number): void {
  if (profile.density.length !== sites) {
    throw new RangeError(
      `profile.density of "${profile.name}" must have one value per site, ${sites}, not ${profile.density.length}.`,
    );
  }
  const at = profile.density.findIndex((rho) => !(rho > 0 && rho < 1));
  if (at >= 0) {
    throw new RangeError(
      `profile.density of "${profile.name}" must lie in (0, 1), not ${
        profile.density[at]
      } at site ${at}.`,
    );
  }
}

/**
 * The sampler of an initial state.
 *
 * @param draws `"doubles"`: probabilities of 53 bits; `"words"`: of 31 bits, four times as fast, for many
 * replicas. The two draw different states.
 * @throws {RangeError} for `"local-gibbs"` where the interaction is too strong for heat-bath sweeps to be sure
 * of equilibrium (heat_bath.ts); for a profile outside (0, 1).
 */
export function configurationSampler(
  kind: InitialState,
  system: ArrheniusSystem,
  profile: LatticeProfile,
  draws: "doubles" | "words" = "doubles",
): ConfigurationSampler {
  checkProfile(profile, system.sites);
  switch (kind) {
    case "bernoulli":
      return draws === "words"
        ? chainOfWords(independentSites(profile.density))
        : bernoulliSampler(profile.density);
    case "fixed-number":
      return fixedNumberSampler(profile.density);
    case "local-gibbs":
      // Nearest neighbours are a Markov chain along the sites, drawn at once.
      return system.halfWidth === 1 && isConstant(system)
        ? localGibbs(system.betaJ0 / 3, profile.density, draws)
        : heatBathSampler(
          system,
          equilibriumField(system, profile.density),
          chainOfWords(independentSites(profile.density)),
          heatBathSweeps(system),
        );
    default:
      throw new RangeError(
        `initialState must be "bernoulli", "local-gibbs" or "fixed-number", not ${
          JSON.stringify(kind)
        }.`,
      );
  }
}

/**
 * How words of replicas start: independent sites, and heat-bath sweeps of a constant kernel, by loops over all of them;
 * else one after the other from 31-bit draws.
 */
export function wordStart(
  kind: InitialState,
  system: ArrheniusSystem,
  profile: LatticeProfile,
): WordStart {
  const { density } = profile;
  const swept = kind === "local-gibbs" && isConstant(system) && system.halfWidth > 1;
  if (kind !== "bernoulli" && !swept) return configurationSampler(kind, system, profile, "words");
  checkProfile(profile, system.sites);
  if (!swept) return { density };
  const vacancy = vacancyOf(equilibriumField(system, density));
  return { density, heatBath: { vacancy, sweeps: heatBathSweeps(system) } };
}

/** Independent sites: the exact local equilibrium at `J = 0` and as `L -> infinity`. */
function bernoulliSampler(density: Float64Array): ConfigurationSampler {
  return (out, stream) => {
    for (let x = 0; x < density.length; x++) out[x] = stream.uniform() < density[x] ? 1 : 0;
  };
}

/**
 * `nu(x) = beta f'(rho(x))`, the chemical potential that gives the homogeneous 1D lattice gas with
 * bond energy `b` the density `rho(x)`: docs/theory.md section 5.
 */
export function localFields(density: Float64Array, b: number): Float64Array {
  const excess = Math.expm1(b);
  return density.map((rho) => {
    const root = Math.sqrt(1 + 4 * rho * (1 - rho) * excess);
    const p = 2 * (1 + excess) * rho / (1 + 2 * rho * excess + root);
    return Math.log(rho * (1 - rho) * (1 - p) ** 2 / (1 - 2 * rho + rho * p) ** 2);
  });
}

function localGibbs(b: number, density: Float64Array, draws: "doubles" | "words") {
  const chain = ringGibbsChain(b, localFields(density, b));
  return draws === "words" ? chainOfWords(chain) : chainOfDoubles(chain);
}

/** A ring's sites as a Markov chain, site by site, given the first. */
interface RingChain {
  readonly sites: number;
  /** `P(eta(0) = 1)`. */
  readonly first: number;
  /** `[2, N, 2]`: `[eta(0), x, eta(x)]` to `P(eta(x+1) = 1)`, `x < N-1`. */
  readonly occupied: Float64Array;
}

function independentSites(density: Float64Array): RingChain {
  const sites = density.length;
  const occupied = new Float64Array(4 * sites);
  for (let i = 0; i < 4 * sites; i++) occupied[i] = density[((i >> 1) % sites + 1) % sites];
  return { sites, first: density[0], occupied };
}

/**
 * Exact samples of `P(eta) ~ exp(b sum eta(x) eta(x+1) + sum nu(x) eta(x))` on the ring: a Markov
 * chain along the sites, conditioned on closing, by backward messages computed once.
 *
 * Its mean density is `rho(x)` up to `O(eps^2 rho'')`, the local equilibrium of slowly varying fields.
 */
export function ringGibbsSampler(b: number, fields: Float64Array): ConfigurationSampler {
  return chainOfDoubles(ringGibbsChain(b, fields));
}

function ringGibbsChain(b: number, fields: Float64Array): RingChain {
  const n = fields.length;
  // occupied[(closure * n + x) * 2 + s] = P(eta(x+1) = 1 | eta(x) = s, eta(0) = closure), x < n-1.
  const occupied = new Float64Array(4 * n);
  const logWeight = [0, 0];
  for (const closure of [0, 1]) {
    let empty = 1, full = Math.exp(b * closure), log = 0;
    for (let x = n - 2; x >= 0; x--) {
      const hole = empty;
      const particle = Math.exp(fields[x + 1]) * full;
      empty = hole + particle;
      full = hole + Math.exp(b) * particle;
      const at = (closure * n + x) * 2;
      occupied[at] = particle / empty;
      occupied[at + 1] = Math.exp(b) * particle / full;
      const scale = Math.max(empty, full);
      log += Math.log(scale);
      empty /= scale;
      full /= scale;
    }
    logWeight[closure] = log + (closure === 1 ? fields[0] + Math.log(full) : Math.log(empty));
  }
  const first = 1 / (1 + Math.exp(logWeight[0] - logWeight[1]));
  return { sites: n, first, occupied };
}

function chainOfDoubles({ sites, first, occupied }: RingChain): ConfigurationSampler {
  return (out, stream) => {
    let state = stream.uniform() < first ? 1 : 0;
    const base = 2 * state * sites;
    out[0] = state;
    for (let x = 0; x < sites - 1; x++) {
      state = stream.uniform() < occupied[base + 2 * x + state] ? 1 : 0;
      out[x + 1] = state;
    }
  };
}

/** The same with one draw a site, free of jumps; probabilities are rounded to `2^-31`. */
function chainOfWords({ sites, first, occupied }: RingChain): ConfigurationSampler {
  const word = (p: number) => Math.min(2 ** 31 - 1, Math.round(p * 2 ** 31));
  // `Int32Array.from` would make a list of numbers on the way: a hundred bytes a site.
  const threshold = new Int32Array(occupied.length);
  for (let i = 0; i < threshold.length; i++) threshold[i] = word(occupied[i]);
  return (out, { state: rng, uint32 }) => {
    let state = (uint32() >>> 1) < word(first) ? 1 : 0;
    const base = 2 * state * sites;
    out[0] = state;
    let s0 = rng[0] | 0, s1 = rng[1] | 0, s2 = rng[2] | 0, s3 = rng[3] | 0;
    for (let x = 0; x < sites - 1; x++) {
      const m = Math.imul(s1, 5);
      const draw = Math.imul((m << 7) | (m >>> 25), 9) >>> 1;
      const t = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= t;
      s3 = (s3 << 11) | (s3 >>> 21);
      state = (draw - threshold[base + 2 * x + state]) >>> 31;
      out[x + 1] = state;
    }
    rng[0] = s0;
    rng[1] = s1;
    rng[2] = s2;
    rng[3] = s3;
  };
}
