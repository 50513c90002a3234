import { z } from "zod";

/** One Fourier mode: `amplitude * cos(2 pi (k x) + phase)`. */
const Mode = z.strictObject({
  k: z.int().min(1).describe("Wave number: periods over the domain."),
  amplitude: z.number().describe("Amplitude of the density."),
  phase: z.number().default(0).describe("Phase in radians."),
});

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
  mean: z.number().describe("Mean density."),
  modes: z.array(Mode).default([]).describe("Fourier modes added to the mean."),
});
export type Profile = z.infer<typeof Profile>;

/** A field's mean and its waves: a profile of one field without its name. */
export type Wave = Pick<Profile, "mean" | "modes">;
export const Wave = Profile.omit({ name: true });

/** Density of the profile at macroscopic position `x` (domain length 1). */
export function profileDensity(profile: Profile | Wave, x: number): number {
  return profile.modes.reduce(
    (rho, { k, amplitude, phase }) => rho + amplitude * Math.cos(2 * Math.PI * k * x + phase),
    profile.mean,
  );
}

/** Least and greatest density over a grid fine enough for its highest mode. */
export function profileRange(profile: Profile): [number, number] {
  const points = 256 * Math.max(1, ...profile.modes.map((mode) => mode.k));
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < points; i++) {
    const rho = profileDensity(profile, i / points);
    low = Math.min(low, rho);
    high = Math.max(high, rho);
  }
  return [low, high];
}
