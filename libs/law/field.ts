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

/** Occupied fraction of the sites of a lattice with at most one particle a site. */
export const exclusionDensity: Field = {
  name: "density",
  low: 0,
  high: 1,
  ideal: {
    value: (rho) => Math.log(rho / (1 - rho)),
    slope: (rho) => 1 / (rho * (1 - rho)),
  },
};
