/** What a module of one's own exports, by default: a process on the bonds of a ring. */
export interface OwnProcess {
  /** For titles and messages. */
  readonly name: string;
  /** What is conserved. Between two ends f' without interaction is a logit, else a logarithm. */
  readonly field: {
    readonly name: string;
    /** For axes. */
    readonly unit: string;
    /** What a site holds lies from `low` to `high`; no `high`, no bound. */
    readonly low: number;
    readonly high?: number;
  };
  /** Whether a rate reads the bond's two sites only (1, where absent), or those beside them too (2). */
  readonly reach?: 1 | 2;
  /** What no rate exceeds; where absent, events are drawn from a tree of all rates. */
  readonly bound?: number;
  /** Of the scale of time on which fluctuations spread; 1 where absent. */
  readonly diffusivity?: number;
  /** Rate, in units of `1/eps^2`, at which a site that holds `from` sends to its neighbour that holds `to`. */
  rate(from: number, to: number, behind: number, beyond: number): number;
  /** What is sent, where it is not one unit. */
  readonly transfer?: {
    /** The amount at a uniform number in `[0, 1)`; negative where the neighbour sends. */
    draw(from: number, to: number, uniform: number): number;
    /** Its mean, and the mean of its square. */
    mean(from: number, to: number): number;
    square(from: number, to: number): number;
    /** The same with amounts `a` weighed by `e^(k a)`, and the mean weight; needed under an external field. */
    tilted?(k: number): {
      draw(from: number, to: number, uniform: number): number;
      mean(from: number, to: number): number;
      square(from: number, to: number): number;
      factor(from: number, to: number): number;
    };
  };
  /** Draws a site of local equilibrium: contents of mean `density`, independent of the other sites. */
  sample(density: number, uniform: () => number): number;
}
