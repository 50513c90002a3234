/** Mean and central quantile band over members; arrays over whatever is described. */
export interface Band {
  /** Probability inside of the band, at each point. */
  readonly level: number;
  readonly mean: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * A band that holds each point with its level, and a wider one that holds whole curves: a member, at all
 * points together, lies inside of it with that probability.
 */
export interface CurveBand extends Band {
  readonly wholeCurve: { readonly lower: Float64Array; readonly upper: Float64Array };
}
