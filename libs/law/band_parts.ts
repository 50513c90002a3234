/**
 * Parts of a band of densities at one time, `[nodes]` each: standard deviations, or what stands for one, whose
 * squares add up (docs/theory.md section 6.11). Null where a part was not measured.
 */
export interface BandParts {
  /** What the data leave open of the law: over the members. */
  readonly data: Float64Array;
  /** Difference from a mesh of half the spacing. */
  readonly mesh: Float64Array | null;
  /** Difference from shorter time steps. */
  readonly step: Float64Array | null;
  /** What the law itself leaves: an error of fluxes as large as those in training show beyond their own. */
  readonly law: Float64Array | null;
  /** Shift of the mean by correlations over the whole system, of order 1/N, which no local law has. */
  readonly correlations: Float64Array | null;
  /** What the errors of declared inputs leave, as kT and D0 of another code's particles. */
  readonly inputs: Float64Array | null;
}

/** The parts in the order in which they are told, and what people read. */
export const BAND_PARTS = [
  { key: "data", label: "the data leave open" },
  { key: "mesh", label: "the mesh" },
  { key: "step", label: "the time step" },
  { key: "law", label: "the law itself" },
  { key: "correlations", label: "correlations, order 1/N" },
  { key: "inputs", label: "declared inputs" },
] as const;

/** Standard deviation of all that members do not show, `[nodes]`. */
export const beyondData = (parts: BandParts): Float64Array =>
  parts.data.map((_, i) =>
    Math.hypot(...BAND_PARTS.map(({ key }) => key === "data" ? 0 : parts[key]?.[i] ?? 0))
  );

/**
 * Each part's root mean square over the nodes, for each time; null where it was not measured. Where nothing was
 * declared with errors there is no such part.
 */
export const deviationsOfParts = (parts: readonly BandParts[]) =>
  BAND_PARTS.filter(({ key }) => key !== "inputs" || parts.some(({ inputs }) => inputs)).map((
    { key, label },
  ) => ({
    label,
    deviation: parts.map(({ [key]: own }) =>
      own && Math.sqrt(own.reduce((sum, v) => sum + v * v, 0) / own.length)
    ),
  }));
