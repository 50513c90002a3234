/** Equilibrium by grand-canonical sampling, for kernels that neither enumeration nor expansion serves. */
import { chebyshevSeries, weightedLeastSquares } from "@spiediff/numerics";
import { type RandomStream, xoshiro128starstar } from "@spiediff/random";
import { logit } from "./_checks.ts";
import { type Correction, fromCorrections } from "./corrections.ts";
import { greenKuboShare } from "./green_kubo.ts";
import type { ExactReference, KernelSystem } from "./types.ts";

/** Densities at which rings are sampled. */
const POINTS = 13;
/** Independent rings at each, from whose scatter standard errors come; visits of sites in one, and its sweeps. */
const RINGS = 20, VISITS = 50_000, FEWEST_SWEEPS = 40;
/** What is left of a ring's start when its sweeps begin to count, in total variation. */
const LEFT = 1e-4;
/** Up to this contraction a sweep (Dobrushin 1970), and this range, it takes seconds. */
const SLOWEST = 0.95, LARGEST_RANGE = 64;
/** Sites of a ring over the kernel's range: correlations are over long before it closes. */
const SITES_PER_RANGE = 16, FEWEST_SITES = 64;
/** Rings of the rounds that seek the potential of a density. */
const SEARCH = [4, 8];
/** The response is itself sampled: relative error, of what it moves the last round by. */
const RESPONSE_ERROR = 0.1;
const WORD = 2 ** -32;

/** What a sweep leaves of any difference between two rings, at most. */
const contractionOf = (couplings: ArrayLike<number>) =>
  Array.from(couplings).slice(1).reduce((sum, j) => sum + 2 * Math.tanh(Math.abs(j) / 4), 0);

/** Whether sweeps forget their start, soon. */
export const canBeSampled = (couplings: ArrayLike<number>): boolean =>
  couplings.length - 1 <= LARGEST_RANGE && contractionOf(couplings) <= SLOWEST;

/**
 * Heat-bath sweeps of rings at a chosen chemical potential. What a site holds less its probability given the
 * others has mean 0 exactly, alone and times the vacancy of its neighbour: two control variates of density and
 * vacant pairs.
 *
 * @param guess About `f'` times beta.
 * @param stream Gives the rings of each density a stream of its own.
 */
export function sampledEquilibrium(
  system: KernelSystem,
  guess: (density: number) => number,
  stream: RandomStream,
): ExactReference {
  const { couplings } = system;
  const cohesion = 2 * Array.from(couplings).slice(1).reduce((a, b) => a + b, 0);
  const points = new Map<number, Point>();
  const at = (rho: number) => {
    if (!points.has(rho)) {
      points.set(rho, sampledPoint(couplings, cohesion, rho, guess(rho), stream.split(`${rho}`)));
    }
    return points.get(rho)!;
  };
  const force = chebyshevSeries((rho) => at(rho).force, 0, 1, POINTS);
  const mobility = chebyshevSeries((rho) => at(rho).mobility, 0, 1, POINTS);
  // How each point's noise comes into the series.
  const shares = [...points.values()].map((point, i) => {
    let n = 0;
    return { point, series: chebyshevSeries(() => n++ === i ? 1 : 0, 0, 1, POINTS) };
  });
  const noise = (key: "forceError" | "mobilityError", of: "value" | "derivative", rho: number) =>
    Math.hypot(...shares.map(({ point, series }) => point[key] * series[of](rho)));
  const memory = greenKuboShare(couplings);
  return fromCorrections(
    system,
    {
      name: "sampled-rings",
      source: "one-dimensional lattice gas, heat-bath sweeps of rings",
      kind: "sampled",
    },
    force,
    mobility,
    {
      mobility: (rho) => noise("mobilityError", "value", rho) + memory,
      drivingForce: (rho) => noise("forceError", "value", rho),
      curvature: (rho) => noise("forceError", "derivative", rho),
    },
  );
}

/** Corrections at a density, with their standard errors. */
interface Point extends Correction {
  readonly forceError: number;
  readonly mobilityError: number;
}

function sampledPoint(
  couplings: ArrayLike<number>,
  cohesion: number,
  rho: number,
  guess: number,
  stream: RandomStream,
): Point {
  let potential = guess;
  const stepTo = ({ density, response }: Rings) => (rho - density) / response;
  for (const rings of SEARCH) {
    const step = stepTo(
      sampleRings(couplings, potential, rho, rings, stream.split(`search-${rings}`)),
    );
    potential += Math.max(-1, Math.min(1, step));
  }
  const found = sampleRings(couplings, potential, rho, RINGS, stream.split("rings"));
  const { density, vacant, response, vacantResponse } = found;
  // The ring's density is the asked one to first order.
  const step = stepTo(found), pairs = vacant + vacantResponse * step;
  const ofDensity = 1 / response, ofPairs = 1 / pairs;
  const error = (influence: (a: number, v: number) => number) => {
    const square = found.rings.reduce(
      (sum, [a, v]) => sum + influence(a - density, v - vacant) ** 2,
      0,
    );
    // Two coefficients of control variates and a mean come from the same rings.
    return Math.hypot(Math.sqrt(square / RINGS / (RINGS - 3)), RESPONSE_ERROR * step);
  };
  return {
    force: potential + step - logit(rho) + cohesion * rho,
    mobility: potential + step + Math.log(pairs / (rho * (1 - rho))),
    forceError: error((a) => a * ofDensity),
    mobilityError: error((a, v) => a * ofDensity * (1 + vacantResponse * ofPairs) - v * ofPairs),
  };
}

/** Means over rings, after the control variates. */
interface Rings {
  readonly density: number;
  /** Share of bonds between two vacant sites. */
  readonly vacant: number;
  /** Their derivatives with respect to the potential. */
  readonly response: number;
  readonly vacantResponse: number;
  /** Density and vacant pairs of each ring. */
  readonly rings: readonly (readonly [number, number])[];
}

function sampleRings(
  couplings: ArrayLike<number>,
  potential: number,
  density: number,
  count: number,
  stream: RandomStream,
): Rings {
  const all = Array.from(
    { length: count },
    (_, r) => sweepRing(couplings, potential, density, stream.split(r).state),
  );
  const mean = (of: (ring: RingSums) => number) => all.reduce((sum, r) => sum + of(r), 0) / count;
  const columns = [
    new Float64Array(count).fill(1),
    Float64Array.from(all, (r) => r.control),
    Float64Array.from(all, (r) => r.vacantControl),
  ];
  const map = weightedLeastSquares(columns, new Float64Array(count).fill(1));
  const controlled = (of: (ring: RingSums) => number) => {
    const slopes = [1, 2].map((k) =>
      map === null ? 0 : all.reduce((sum, ring, r) => sum + map[k][r] * of(ring), 0)
    );
    return all.map((ring) => of(ring) - slopes[0] * ring.control - slopes[1] * ring.vacantControl);
  };
  const occupied = controlled((r) => r.occupied), vacant = controlled((r) => r.vacant);
  const average = (values: number[]) => values.reduce((a, b) => a + b, 0) / count;
  const sites = all[0].sites;
  // Covariances within all sweeps, about means over all rings.
  const n = mean((r) => r.particles), v = mean((r) => r.vacantPairs);
  return {
    density: average(occupied),
    vacant: average(vacant),
    response: (mean((r) => r.square) - n * n) / sites,
    vacantResponse: (mean((r) => r.product) - n * v) / sites,
    rings: occupied.map((a, r) => [a, vacant[r]] as const),
  };
}

/** Means over the sweeps of one ring. */
interface RingSums {
  readonly sites: number;
  /** Per site, as each was met by the sweep: occupation, vacant pair to its right, and their controls. */
  readonly occupied: number;
  readonly vacant: number;
  readonly control: number;
  readonly vacantControl: number;
  /** After each sweep: particles, vacant pairs, the first squared, their product. */
  readonly particles: number;
  readonly vacantPairs: number;
  readonly square: number;
  readonly product: number;
}

function sweepRing(
  j: ArrayLike<number>,
  potential: number,
  density: number,
  rng: Uint32Array,
): RingSums {
  const range = j.length - 1, sites = Math.max(FEWEST_SITES, SITES_PER_RANGE * range);
  const sweeps = Math.max(FEWEST_SWEEPS, Math.ceil(VISITS / sites));
  const forgotten = Math.ceil(Math.log(LEFT) / Math.log(contractionOf(j)));
  const eta = new Uint8Array(sites), binding = new Float64Array(sites);
  const add = (x: number, sign: number) => {
    for (let r = 1; r <= range; r++) {
      binding[x - r < 0 ? x - r + sites : x - r] += sign * j[r];
      binding[x + r >= sites ? x + r - sites : x + r] += sign * j[r];
    }
  };
  for (let x = 0; x < sites; x++) {
    if (xoshiro128starstar(rng) * WORD >= density) continue;
    eta[x] = 1;
    add(x, 1);
  }
  let occupied = 0, vacant = 0, control = 0, vacantControl = 0;
  let particles = 0, vacantPairs = 0, square = 0, product = 0;
  for (let sweep = -forgotten; sweep < sweeps; sweep++) {
    for (let x = 0; x < sites; x++) {
      const chance = 1 / (1 + Math.exp(-potential - binding[x])), old = eta[x];
      const right = 1 - eta[x + 1 < sites ? x + 1 : 0];
      if (sweep >= 0) {
        occupied += old;
        vacant += right * (1 - old);
        control += old - chance;
        vacantControl += right * (old - chance);
      }
      const drawn = xoshiro128starstar(rng) * WORD < chance ? 1 : 0;
      if (drawn === old) continue;
      eta[x] = drawn;
      add(x, drawn - old);
    }
    if (sweep < 0) continue;
    let n = 0, v = 0;
    for (let x = 0; x < sites; x++) {
      n += eta[x];
      v += (1 - eta[x]) * (1 - eta[x + 1 < sites ? x + 1 : 0]);
    }
    particles += n / sweeps;
    vacantPairs += v / sweeps;
    square += n * n / sweeps;
    product += n * v / sweeps;
  }
  const met = sites * sweeps;
  return {
    sites,
    occupied: occupied / met,
    vacant: vacant / met,
    control: control / met,
    vacantControl: vacantControl / met,
    ...{ particles, vacantPairs, square, product },
  };
}
