/** What a figure is, and the shapes that figures are drawn from: plain arrays, nothing imported. */

/**
 * One finished picture.
 * `svg` takes its colours from the page's CSS variables (light, dark, print); `standaloneSvg` gives
 * the same picture with fixed colours. `csv` holds every number that was drawn.
 */
export interface Figure {
  /** Unique in a page; letters, digits and dashes. Names the downloaded files too. */
  id: string;
  title: string;
  /** One or two plain sentences for a scientist: what is drawn and what to look for. */
  caption: string;
  svg: string;
  /** The same picture drawn anew for a phone, at letters of the same size. */
  narrow: string;
  csv: string;
}

/** A curve with its band over a grid that its owner carries: three arrays of the grid's length. */
export interface BandCurve {
  /** Probability inside of the band, 0 to 1. */
  level: number;
  mean: number[];
  lower: number[];
  upper: number[];
  /** The band that holds whole curves, all points at once. */
  wholeCurve?: { lower: number[]; upper: number[] };
}

/** A curve to hold the learned one against, on the same grid. `NaN` where it is undefined. */
export interface ReferenceCurve {
  label: string;
  values: number[];
  style: "solid" | "dashed";
}

/** Measured points with one standard error each: three arrays of equal length. */
export interface MeasuredPoints {
  label: string;
  x: number[];
  value: number[];
  standardError: number[];
}

/** A learned function of the density: K1(rho, rho), f'(rho) or f(rho). */
export interface LearnedFunction {
  /** What is conserved; the density of particles when absent. */
  quantity?: Quantity;
  /** Density grid, strictly increasing. */
  density: number[];
  learned: BandCurve;
  /** The first one is the reference of the deviation panel. May be empty. */
  references: ReferenceCurve[];
  points?: MeasuredPoints;
  /** Smallest and largest density in the training data; what lies outside is shaded. */
  covered?: [number, number];
}

/** The mobility in windows of several lengths, over the instantaneous one of the same elements. */
export interface MobilityWindows {
  /** Lengths of the windows, rising. */
  readonly hopTimes: number[];
  /** Elements about the same density. */
  readonly groups: readonly {
    readonly density: number;
    /** Mean of their instantaneous mobilities. */
    readonly instantaneous: number;
    /** For each window, with standard errors. */
    readonly ratio: number[];
    readonly standardError: number[];
    /** Of the known law, likewise; null where none is known. */
    readonly reference: number | null;
  }[];
  /** Share of the instantaneous mobility that is lost in the longest window, over all elements. */
  readonly fall: { readonly value: number; readonly standardError: number };
  /** Windows shorter than this are not learned from; null where there are none. */
  readonly instantaneousBelow: number | null;
}

/** A conserved quantity as axes name it. */
export interface Quantity {
  readonly name: string;
  readonly unit: string;
}

/** What axes are measured in, where that is not the domain and diffusive time. */
export interface AxisUnits {
  readonly length: string;
  readonly time: string;
  readonly energy: string;
  /** Length of the ring. */
  readonly period: number;
}

/** A density profile over time: `[time][node]`. */
export interface ProfileSeries {
  /** Of times and positions; domain lengths and diffusive times when absent. */
  axes?: AxisUnits;
  /** What is conserved; the density of particles when absent. */
  quantity?: Quantity;
  /** Macroscopic times, increasing. */
  times: number[];
  /** Node positions, domain lengths. */
  x: number[];
  /** Probability inside of the band, 0 to 1. */
  level: number;
  mean: number[][];
  lower: number[][];
  upper: number[][];
  /** The band that holds whole profiles, at each time. */
  wholeCurve?: { lower: number[][]; upper: number[][] };
  /** Ensemble members behind mean and band. */
  members: number;
  /** What the band is made of; absent where it is not known. */
  parts?: BandPart[];
  /** Standard deviation of one particle system around the mean. */
  fluctuation?: number[][];
  /** Direct particle runs at the same times and nodes. */
  kmc?: { mean: number[][]; standardError: number[][]; realizations: number };
}

/** A density over a square or cube and time: `[time][node]`, `elements` nodes to each axis, the first fastest. */
export interface FieldSeries {
  /** What is conserved; the density of particles when absent. */
  quantity?: Quantity;
  axes?: AxisUnits;
  dimension: 2 | 3;
  elements: number;
  /** Macroscopic times, increasing. */
  times: number[];
  /** Probability inside of the band, 0 to 1. */
  level: number;
  mean: number[][];
  lower: number[][];
  upper: number[][];
  /** Ensemble members behind mean and band. */
  members: number;
  /** Direct particle runs at the same times and nodes. */
  kmc?: { mean: number[][]; standardError: number[][]; realizations: number };
}

/** One part of a band over time. */
export interface BandPart {
  label: string;
  /** For each time the root mean square over the nodes of its standard deviation; null where not measured. */
  deviation: (number | null)[];
}

/** A quantity over time with its band. */
export interface TimeSeries extends BandCurve {
  axes?: AxisUnits;
  times: number[];
}

/** Relative deviation of the mass over time. */
export interface MassDeviation {
  axes?: AxisUnits;
  times: number[];
  values: number[];
}

/** A density over space and time, `[time][node]`. */
export interface SpaceTime {
  axes?: AxisUnits;
  times: number[];
  x: number[];
  mean: number[][];
}

/** A profile that particles were trained on, as measured at the nodes of the ring. */
export interface TrainedProfile {
  name: string;
  x: number[];
  density: number[];
}

/** Loss against optimiser step. */
export interface TrainingCurve {
  name: string;
  steps: number[];
  loss: number[];
  heldOut?: { steps: number[]; loss: number[] };
}

export interface StageTime {
  stage: string;
  seconds: number;
}

/** A named figure with its bound, as in `result.json` and the bench lines. */
export interface Claim {
  name: string;
  value: number;
  min?: number;
  max?: number;
}
