/** Profiles that might be simulated: means, amplitudes, one wave or two with a phase, steps. */
import { type Profile, profileDensity, profileRange } from "@spiediff/user-text";

/** Where candidates' densities may lie. */
export interface CandidateRange {
  readonly low: number;
  readonly high: number;
}

type Shape = { readonly name: string; readonly modes: readonly Profile["modes"][number][] };

const wave = (k: number, amplitude = 1, phase = 0) => ({ k, amplitude, phase });

/** Of unit size: scaled to amplitudes below. */
const SHAPES: readonly Shape[] = [
  ...[1, 2].map((k) => ({ name: `k${k}`, modes: [wave(k)] })),
  ...[0.8, 0.6].flatMap((share) =>
    [0, Math.PI / 2].map((phase) => ({
      name: `k1-k2-${share}-${phase.toFixed(2)}`,
      modes: [wave(1, share), wave(2, 1 - share, phase)],
    }))
  ),
  // A step as far as three waves make one, each damped (Lanczos).
  { name: "step", modes: [wave(1, 1), wave(3, -0.22)] },
];

const MEANS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const AMPLITUDES = [0.6, 0.8, 1];

/**
 * Candidates within a range, and the waves that span exactly the densities that are asked for, and a little
 * more.
 *
 * @param wanted Ranges of density that goals visit.
 */
export function candidateProfiles(
  { low, high }: CandidateRange,
  wanted: readonly (readonly [number, number])[],
): Profile[] {
  const length = high - low;
  const pool = MEANS.flatMap((mean) =>
    SHAPES.flatMap((shape) =>
      (shape.modes.length > 1 ? [1] : AMPLITUDES).map((amplitude) =>
        within(shape, low + length * mean, amplitude, low, high)
      )
    )
  );
  const spanning = wanted.flatMap(([from, to]) =>
    [0, 0.1, 0.3].flatMap((more) => {
      const a = Math.max(low, from - more * (to - from) / 2);
      const b = Math.min(high, to + more * (to - from) / 2);
      return SHAPES.slice(0, 2).map((shape) => within(shape, (a + b) / 2, 1, a, b));
    })
  );
  const named = new Map([...pool, ...spanning].map((profile) => [profile.name, profile]));
  return [...named.values()];
}

/** The shape about a mean, as large as a share of what the range allows. */
function within(shape: Shape, mean: number, share: number, low: number, high: number): Profile {
  const unit = { name: "unit", mean: 0, modes: [...shape.modes] };
  const [least, most] = profileRange(unit);
  const size = share * Math.min((high - mean) / most, (low - mean) / least);
  const rounded = (value: number) => Number(value.toPrecision(4));
  return {
    name: `${shape.name}-m${short(mean)}-a${short(size)}`,
    mean: rounded(mean),
    modes: shape.modes.map((own) => ({ ...own, amplitude: rounded(own.amplitude * size) })),
  };
}

const short = (value: number) => String(Number(value.toPrecision(3)));

/** Nodal densities `[M]` of a profile. */
export const nodalDensities = (profile: Profile, M: number): Float64Array =>
  Float64Array.from({ length: M }, (_, i) => profileDensity(profile, i / M));
