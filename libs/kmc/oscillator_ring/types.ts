/**
 * A ring of `N` oscillators: stretches `r_x` at `x + 1/2` and momenta `p_x` at `x`, with
 * `dr_x = p_{x+1} - p_x`, `dp_x = V'(r_x) - V'(r_{x-1})` in micro time (macro time times N), and noise that
 * keeps stretch, momentum and energy: pairs resampled microcanonically, and neighbouring momenta exchanged.
 */
export interface OscillatorRing {
  /** `N`. */
  readonly sites: number;
  /** `alpha` of `V(r) = r^2/2 + alpha r^3/3 + r^4/4`, `alpha^2 < 3`. */
  readonly cubic: number;
  /** `nu0`: a pair is resampled at the macroscopic rate `2 nu0 N^2`. */
  readonly resampling: number;
  /** `nu1`: a pair's momenta are exchanged at the rate `nu1 N^2`. */
  readonly exchange: number;
  /** Micro time between two applications of the noise, for which it is sampled exactly. */
  readonly step: number;
}

/** Stretches and momenta, `[N]` each. */
export interface RingConfiguration {
  readonly stretch: Float64Array;
  readonly momentum: Float64Array;
}

/** Mean values of local equilibrium by position in `[0, 1)`. */
export interface RingStart {
  stretch(x: number): number;
  momentum(x: number): number;
  temperature(x: number): number;
}

/** `V`. */
export const potential = (r: number, cubic: number): number =>
  r * r * (0.5 + r * (cubic / 3 + r / 4));

/** `V'`. */
export const force = (r: number, cubic: number): number => r * (1 + r * (cubic + r));

/** @throws {RangeError} naming the field at fault. */
export function checkRing({ sites, cubic, resampling, exchange, step }: OscillatorRing): void {
  const refuse = (name: string, allowed: string, value: number) => {
    throw new RangeError(`${name} must ${allowed}, not be ${value}.`);
  };
  if (!(Number.isInteger(sites) && sites >= 3)) refuse("sites", "be a whole number from 3", sites);
  if (!(cubic * cubic < 3)) refuse("cubic", "lie between -sqrt(3) and sqrt(3)", cubic);
  for (const [name, value] of [["resampling", resampling], ["exchange", exchange]] as const) {
    if (!(value >= 0 && Number.isFinite(value))) refuse(name, "be finite and not negative", value);
  }
  if (!(step > 0 && step < 1)) refuse("step", "lie between 0 and 1, a fraction of a period", step);
}

/** The longest step that resolves the noise: half an event a bond, and at most 0.04. */
export const noiseStep = (
  { sites, resampling, exchange }: Omit<OscillatorRing, "step">,
): number => Math.min(0.04, 0.5 / ((2 * resampling + exchange) * sites));
