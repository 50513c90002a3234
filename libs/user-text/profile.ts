import { z } from "zod";

/** Periods over the domain along each axis of a square or cube. */
const WaveVector = z.array(z.int()).min(2).max(3)
  .refine((k) => k.some((periods) => periods !== 0), "must not be zero along all axes");

const waveNumber = z.int().min(1);

/** One Fourier mode of a ring: `amplitude * cos(2 pi (k x) + phase)`. */
const RingMode = z.strictObject({
  k: waveNumber.describe("Wave number: periods over the domain."),
  amplitude: z.number().describe("Amplitude of the density."),
  phase: z.number().default(0).describe("Phase in radians."),
});

/** The same of any space. */
const Mode = RingMode.extend({
  k: z.union([waveNumber, WaveVector]).describe(
    "Wave number: periods over the domain; in 2 and 3 dimensions those along each axis, as a list.",
  ),
});

const MEAN = z.number().describe("Mean density.");
const modesOf = <M extends z.ZodType>(mode: M) =>
  z.array(mode).default([]).describe("Fourier modes added to the mean.");

/** Devices of Windows, which cannot be names of files there, whatever their ending. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Names files of the run folder (`NAME.record`, `NAME.json`) and random streams. */
export const ProfileName = z.string().max(80)
  .regex(/^[\w-][\w.-]*$/, "use letters, digits, '.', '_' and '-', and no '.' at the start")
  .refine((name) => !RESERVED.test(name), "is a device of Windows, not a name of files");

/**
 * A macroscopic initial density profile on the unit circle, as a mean and a few modes; which densities mean
 * anything is for the particles to say.
 */
export const Profile = z.strictObject({
  name: ProfileName.describe("Name, used for files and random streams."),
  mean: MEAN,
  modes: modesOf(Mode),
});
export type Profile = z.infer<typeof Profile>;

/** A field's mean and its waves along a ring: a profile of one field without its name. */
export const Wave = z.strictObject({ mean: MEAN, modes: modesOf(RingMode) });
export type Wave = z.infer<typeof Wave>;

const TAU = 2 * Math.PI;

/** Density of the profile at macroscopic position `x` (domain length 1), a list of as many as there are axes. */
export function profileDensity(profile: Profile | Wave, x: number | readonly number[]): number {
  return profile.modes.reduce(
    (rho, { k, amplitude, phase }) => rho + amplitude * Math.cos(TAU * periods(k, x) + phase),
    profile.mean,
  );
}

/** `k x`. A wave number alone is one along the first axis. */
function periods(k: number | readonly number[], x: number | readonly number[]): number {
  if (typeof k === "number") return k * (typeof x === "number" ? x : x[0]);
  return typeof x === "number" ? k[0] * x : k.reduce((sum, own, axis) => sum + own * x[axis], 0);
}

/** Axes that a profile's wave vectors have; 1 where all are numbers. */
const profileAxes = ({ modes }: Profile | Wave): number =>
  Math.max(1, ...modes.map(({ k }) => typeof k === "number" ? 1 : k.length));

/** Points to a period, by dimension: of a cube there are many. */
const POINTS = { 1: 256, 2: 48, 3: 16 } as const;

/** Least and greatest density over a grid fine enough for its highest mode. */
export function profileRange(profile: Profile): [number, number] {
  const axes = profileAxes(profile) as 1 | 2 | 3;
  const highest = Math.max(1, ...profile.modes.flatMap(({ k }) => k).map(Math.abs));
  const points = POINTS[axes] * highest;
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < points ** axes; i++) {
    const at = Array.from(
      { length: axes },
      (_, a) => Math.floor(i / points ** a) % points / points,
    );
    const rho = profileDensity(profile, at);
    low = Math.min(low, rho);
    high = Math.max(high, rho);
  }
  return [low, high];
}
