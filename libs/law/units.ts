/** Units that a law is told in: its own, or those of the files that its particles came from. */
import type { Band, CurveBand } from "./band.ts";

/** What quantities are measured in, as tables and axes say it. */
export interface UnitNames {
  readonly length: string;
  readonly time: string;
  readonly energy: string;
  readonly density: string;
}

/** What one unit of the law is in the units of files. */
export interface FileScales {
  readonly length: number;
  readonly time: number;
  readonly density: number;
  /** Position of the ring's node 0. */
  readonly origin: number;
  readonly names: UnitNames;
  /** Of what was declared of the files; none are known when absent. */
  readonly errors?: InputErrors | undefined;
}

/** Relative standard errors that those of declared inputs leave, in the units of files unless said otherwise. */
export interface InputErrors {
  /** Of the law's unit of time, by the diffusivity of a lone particle and the box. */
  readonly time: number;
  /** Of rates, by kT where a known potential tells of them. */
  readonly rates: number;
  /** Of energies, by kT. */
  readonly energy: number;
  /** Of the density's unit. */
  readonly density: number;
}

/** Relative error of the rates that a prediction in these units goes by. @param own Those of the law's particles. */
export const rateError = ({ isLaw }: UnitSystem, own: UnitSystem): number =>
  own.errors ? Math.hypot(own.errors.rates, isLaw ? own.errors.time : 0) : 0;

/** {@link FileScales}, and what a system's free energy and particle number are in them. */
export interface UnitSystem extends FileScales {
  /** Particles of a system at density 1: its free energy and its number of particles are so many of the law's. */
  readonly particles: number;
  /** Whether these are the law's own. */
  readonly isLaw: boolean;
}

/** Lengths of the domain, diffusive times, densities in which 1 is what the law says. */
export const LAW_UNITS: UnitSystem = {
  ...{ length: 1, time: 1, density: 1, origin: 0, particles: 1, isLaw: true },
  names: {
    length: "domain lengths",
    time: "diffusive units",
    energy: "energy",
    density: "the law's unit",
  },
};

/**
 * The units of the files that a law's particles came from.
 *
 * @param sites `N` of the law. @param scales Absent of particles that have no other units: then the law's own.
 */
export const unitSystem = (sites: number, scales: FileScales | undefined): UnitSystem =>
  scales ? { ...scales, particles: sites, isLaw: false } : LAW_UNITS;

/** Functions of the density that a law consists of. */
export type LawFunction =
  | "mobility"
  | "diffusivity"
  | "curvature"
  | "K1"
  | "drivingForce"
  | "freeEnergy";

/**
 * What one of a law's function is in other units, energies being the same in both: `m` carries particles per volume
 * times length squared over energy and time, `f` and `K1 = -m/Delta` follow from it.
 */
export function lawFactor(
  { length, time, density }: UnitSystem,
  quantity: LawFunction,
): number {
  switch (quantity) {
    case "mobility":
      return density * length ** 2 / time;
    case "diffusivity":
      return length ** 2 / time;
    case "curvature":
      return 1 / density;
    case "K1":
      return density * length / time;
    case "drivingForce":
      return 1;
    case "freeEnergy":
      return density;
  }
}

/** A band times a number. */
export const scaledBand = (band: Band, factor: number): Band => ({
  level: band.level,
  mean: band.mean.map((v) => v * factor),
  lower: band.lower.map((v) => v * factor),
  upper: band.upper.map((v) => v * factor),
});

/** A band with that of whole curves times a number. */
export const scaledCurveBand = (band: CurveBand, factor: number): CurveBand => ({
  ...scaledBand(band, factor),
  wholeCurve: {
    lower: band.wholeCurve.lower.map((v) => v * factor),
    upper: band.wholeCurve.upper.map((v) => v * factor),
  },
});
