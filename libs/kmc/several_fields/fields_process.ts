/** A process with several conserved fields as experiments name it. */
import type { FieldsRecord } from "@spiediff/ensemble";
import type { RandomStream } from "@spiediff/random";
import type { z } from "zod";

/** What every such process has in an experiment's `particles`. */
export interface FieldsParticles {
  /** Names the process. */
  readonly system: string;
  /** `N`; spacing `1/N`. */
  readonly sites: number;
}

/** What is conserved, as manifests and reports call it. */
export interface ConservedField {
  readonly name: string;
  readonly symbol: string;
  readonly unit: string;
  readonly low: number | null;
  /** Null where nothing bounds it. */
  readonly high: number | null;
  /** Whether it changes its sign when time runs backwards. */
  readonly parity: 1 | -1;
}

/** Which law such fields have: with a reversible part, or a gradient flow on a simplex. */
export type FieldsLaw = "generic" | "gradient-flow";

/** Mean values of a start in local equilibrium by position in `[0, 1)`, by the names of {@link FieldsProcess.given}. */
export type FieldsStart = Readonly<Record<string, (x: number) => number>>;

/** What is known exactly of a process's law. */
export interface ExactFieldsLaw {
  /** Entries of M that the law learns at a state, `rr re ee pp` or `11 21 22`. */
  mobility(state: readonly [number, number]): readonly number[];
  /** Derivatives of the potential: of s in r and u, or of f in both densities. */
  slopes(state: readonly [number, number]): readonly [number, number];
  /** Point values `[F, points]` at the times, from the differential equation. */
  evolve(start: FieldsStart, times: readonly number[], points: number): Float64Array[];
}

/** A process with its parameters. */
export interface FieldsProcess {
  /** For pages. */
  readonly title: string;
  readonly law: FieldsLaw;
  readonly fields: readonly ConservedField[];
  /** What profiles give: the fields, or temperature in place of energy. */
  readonly given: readonly string[];
  /** What manifests say of it besides name and sites; as JSON. */
  readonly described: Readonly<Record<string, unknown>>;
  /** @throws {RangeError} if no local equilibrium has these values. */
  check(start: FieldsStart): void;
  /** Prepares realizations of one window; the record is overwritten by the next. */
  windows(
    start: FieldsStart,
    elements: number,
    window: number,
  ): (stream: RandomStream) => FieldsRecord;
  /** Prepares realizations to several macroscopic times; averages over hats, `[times, F, M]`. */
  trajectories(
    start: FieldsStart,
    elements: number,
    times: readonly number[],
  ): (stream: RandomStream) => Float64Array;
  /** Point values `[F, points]` of the start's fields at `i / points`. */
  startFields(start: FieldsStart, points: number): Float64Array;
  readonly exact: ExactFieldsLaw;
}

/** An entry of the registry. */
export interface FieldsDefinition<
  Schema extends z.ZodType<FieldsParticles> = z.ZodType<FieldsParticles>,
> {
  readonly schema: Schema;
  of(particles: z.infer<Schema>): FieldsProcess;
}
