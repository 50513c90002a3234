/** A process as experiments name it: what their file says of it, how it runs, what is known of its law. */
import type { EnsemblePlan, TrajectoryEnsemble } from "@spiediff/ensemble";
import type { ExactReference } from "@spiediff/exact-reference";
import type { FieldData, GradientEnergy } from "@spiediff/law";
import type { Dimension } from "@spiediff/mesh";
import type { RandomStream } from "@spiediff/random";
import type { z } from "zod";
import type { LoopsName } from "../arrhenius/loops.ts";
import type { HopRecord } from "../torus/realization.ts";

/** What every process has in an experiment's `particles`. */
export interface Particles {
  /** Names the process. */
  readonly system: string;
  /** `N`; spacing `1/N`. */
  readonly sites: number;
  readonly beta: number;
  /** Prefactor of all rates. */
  readonly drive: number;
  /** `E`, energy over the domain's length that a unit gains on its way to the right; none when absent. */
  readonly externalField?: number | undefined;
  /** Of space, with `sites` to each axis; a ring when absent. */
  readonly dimension?: Dimension;
}

/** What a field over one bond does: `beta E eps / 2`. */
export const fieldOverBond = ({ externalField = 0, beta, sites }: Particles): number =>
  beta * externalField / (2 * sites);

/** Whether particles are on a square or cube. */
export const isOnTorus = <P extends Particles>(
  particles: P,
): particles is P & { readonly dimension: 2 | 3 } => (particles.dimension ?? 1) > 1;

/** A process of some parameters, which are fields of `particles`; an entry of the registry. */
export interface ParticleProcess<Schema extends z.ZodType<Particles> = z.ZodType<Particles>> {
  readonly schema: Schema;
  /** @param worker Module for threads that simulates any process of the registry. */
  of(particles: z.infer<Schema>, worker: URL): SimulatedProcess;
}

/** Realizations of one profile. */
export interface ProfileRuns {
  /** `M`, divides `N`; both to each axis. */
  readonly elements: number;
  readonly profile: {
    /** Names the random streams. */
    readonly name: string;
    /** `[N]`, mean contents of the sites; `[N^d]` on a torus, the first axis fastest. */
    readonly density: Float64Array;
  };
  readonly realizations: number;
  readonly seed: number | string;
  /** Of a process whose loops have several builds; what `SPIEDIFF_ENGINE` asks for when absent. */
  readonly loops?: LoopsName;
}

/** The same, recorded in short windows. */
export interface WindowRuns extends ProfileRuns {
  /** Macroscopic, as the horizons. */
  readonly burnIn: number;
  readonly horizons: readonly number[];
  readonly blocks?: number;
}

/** The known answers that a law is held against. */
export interface KnownLaws {
  readonly reference: ExactReference;
  /** The formula of a limit, where one is in use. */
  readonly limit: ExactReference | null;
}

/** Short windows of a torus. */
export interface SegmentRuns {
  /** `[N^d]`, mean contents of the sites. */
  readonly density: Float64Array;
  readonly elements: number;
  /** Macroscopic, as the horizons. */
  readonly burnIn: number;
  readonly horizons: readonly number[];
}

/** A process with its parameters; its mesh decides how short windows are recorded. */
export type SimulatedProcess = RingProcess | TorusProcess;

export interface RingProcess extends ProcessFacts {
  readonly dimension: 1;
  /** @throws {RangeError} naming the field at fault. */
  windows(runs: WindowRuns): EnsemblePlan<unknown>;
}

export interface TorusProcess extends ProcessFacts {
  readonly dimension: 2 | 3;
  /** Realizations, one record for each horizon. @throws {RangeError} naming the field at fault. */
  segments(runs: SegmentRuns): (stream: RandomStream) => readonly HopRecord[];
}

interface ProcessFacts {
  /** What it conserves. */
  readonly field: FieldData;
  /** For pages: "Zero-range process, g(n) = 1{n >= 1}". */
  readonly title: string;
  /** What manifests say of it besides name, place, beta and drive; as JSON. */
  readonly described: Readonly<Record<string, unknown>>;
  /** The windows' clock: hop rate and longest diffusivity, shortest useful window. */
  readonly clock: ProcessClock;
  /** Builds of its loops that there may be. */
  readonly loops: readonly LoopsName[];
  /** How realizations begin, as a part of a sentence. @throws {RangeError} if the start cannot be had. */
  start(): { readonly text: string; readonly isEquilibrium: boolean };
  /** Realizations followed to macroscopic times, likewise. */
  trajectories(
    runs: ProfileRuns & { readonly times: readonly number[] },
  ): TrajectoryEnsemble<unknown>;
  /** @param stream Of references that must be sampled. */
  knownLaws(
    sampled: { readonly burnIn: number; readonly longest: number },
    stream: RandomStream,
  ): KnownLaws | null;
  /** What rates leave beyond a local law; undefined where nothing is known. */
  gradientEnergy(): GradientEnergy | undefined;
  /**
   * What even that leaves out, at the next order of the wave number: `eps^4 sum_r beta J(r) r^4` of a kernel, 0
   * without interactions over a distance; undefined where nothing is known.
   */
  nextOrder(): number | undefined;
}

/** Scales of time. */
export interface ProcessClock {
  readonly sites: number;
  /** Diffusivity on the scale of which fluctuations spread. */
  readonly drive: number;
  /** Shortest window, macroscopic, in which a law of fields shows; four hop times where absent. */
  readonly shortest?: number;
}
