/** A conserved quantity that a law evolves. */
export interface Field {
  /** As messages and axes call it. */
  readonly name: string;
  /** Least and greatest value that its particles allow; a state's values lie strictly between. */
  readonly low: number;
  readonly high: number;
  /**
   * f' of particles without interaction, in units of `k_B T` and up to a constant, as a function of the
   * value. Near the ends of the domain f' of every law goes like it, which no polynomial does.
   */
  readonly ideal: {
    value(x: number): number;
    slope(x: number): number;
  };
}

/** A field as plain data, for manifests and experiments. */
export interface FieldData {
  readonly name: string;
  /** For axes. */
  readonly unit: string;
  readonly low: number;
  /** Null where nothing bounds it. */
  readonly high: number | null;
  readonly ideal: IdealForm;
}

/**
 * The ideal part of f': `ln(x / (high - x))` between two ends, and of what nothing bounds `ln x` for numbers
 * of particles, `-1/x` for energies, of which neighbours may take any share; x from the lower end on.
 */
export type IdealForm = "logit" | "logarithm" | "reciprocal";

/** The field that data describe. @throws {RangeError} if its ends and its ideal part do not go together. */
export function fieldOf({ name, low, high, ideal }: FieldData): Field {
  if (!(Number.isFinite(low) && (high === null || (high > low && Number.isFinite(high))))) {
    throw new RangeError(`The domain of ${name} must be an interval, not (${low}, ${high}).`);
  }
  if ((ideal === "logit") !== (high !== null)) {
    throw new RangeError(
      `The ideal part of ${name} must be "logit" between two ends and nowhere else, not "${ideal}" on ` +
        `(${low}, ${high ?? Infinity}).`,
    );
  }
  const end = high ?? Infinity, length = end - low;
  const forms: Record<IdealForm, Field["ideal"]> = {
    logit: {
      value: (x) => Math.log((x - low) / (end - x)),
      slope: (x) => length / ((x - low) * (end - x)),
    },
    logarithm: { value: (x) => Math.log(x - low), slope: (x) => 1 / (x - low) },
    reciprocal: { value: (x) => -1 / (x - low), slope: (x) => 1 / ((x - low) * (x - low)) },
  };
  return { name, low, high: end, ideal: forms[ideal] };
}

/** {@link exclusionDensity} as data. */
export const EXCLUSION: FieldData = {
  ...{ name: "density", unit: "particles per site" },
  ...{ low: 0, high: 1, ideal: "logit" },
};

/** Occupied fraction of the sites of a lattice with at most one particle a site. */
export const exclusionDensity: Field = fieldOf(EXCLUSION);

/** Share of what data cover that lies beyond them at an end that nothing bounds, at least. */
const ROOM = 0.25;

/**
 * The part of a domain that matters where data cover densities from `low` to `high`: the domain itself, or,
 * where nothing bounds it, as far beyond the data as there is room below them.
 */
export function workingDomain(
  field: Pick<Field, "low" | "high">,
  [low, high]: readonly [number, number],
): { readonly low: number; readonly high: number } {
  if (Number.isFinite(field.high)) return { low: field.low, high: field.high };
  return { low: field.low, high: high + Math.max(low - field.low, ROOM * (high - low)) };
}
