/** Do all estimators find the exact K1 and flux, and tell rival theories apart? */
import type { EnsembleRecord } from "@spiediff/ensemble";
import {
  classicEstimator,
  controlVariateEstimator,
  extrapolate,
  type HorizonJackknives,
  horizonJackknives,
  type Jackknife,
  mapJackknife,
} from "@spiediff/fdt-operators";
import type { Claim } from "@spiediff/report";
import { agreement, potentials } from "./agreement.ts";
import { type Case, exactFlux, exactK1, horizons } from "./systems.ts";

/** All estimators at all horizons of one ensemble. */
export interface Estimates {
  readonly classic: HorizonJackknives[];
  readonly controlled: HorizonJackknives[];
}

export function estimates(record: EnsembleRecord): Estimates {
  const at = (estimator: typeof classicEstimator) =>
    horizonJackknives(record, record.horizons.map((_, window) => ({ estimator, window })), 1);
  return { classic: at(classicEstimator), controlled: at(controlVariateEstimator) };
}

/** Horizons from 1e-6 to 4e-6: microscopically long, macroscopically short. */
const WINDOW = horizons.flatMap((h, w) => h >= 1e-6 && h <= 4e-6 ? [w] : []);

const extrapolated = (jacks: HorizonJackknives[]) =>
  extrapolate(WINDOW.map((w) => jacks[w].K1), WINDOW.map((w) => horizons[w])).estimate;

/** The estimators of `K1` that claim to be unbiased. */
export const k1Estimators: Record<string, (e: Estimates) => Jackknife> = {
  "classic, extrapolated": ({ classic }) => extrapolated(classic),
  "control variate, extrapolated": ({ controlled }) => extrapolated(controlled),
  "control variate, closed": ({ controlled }) => controlled[WINDOW[0]].closedK1,
};

/** Claims on one case from its seeds' estimates. */
export function unbiasednessClaims(c: Case, seeds: Estimates[]): Claim[] {
  const claims: Claim[] = [];
  const exact = exactK1(c);
  for (const [name, pick] of Object.entries(k1Estimators)) {
    const result = agreement(seeds.map(pick), exact);
    claims.push(
      {
        name: `${c.name}, ${name}: excess of the joint chi-square, sigmas`,
        value: result.excess,
        max: 3,
      },
      {
        name: `${c.name}, ${name}: deviation of the mean K1, standard errors`,
        value: result.meanDeviation,
        min: -3,
        max: 3,
      },
      {
        name: `${c.name}, ${name}: deviation of the mean K1, relative`,
        value: result.relativeDeviation,
      },
      {
        name: `${c.name}, ${name}: standard error of the mean K1, relative`,
        value: result.relativeError,
      },
    );
  }
  for (
    const [name, w] of [["flux", WINDOW[WINDOW.length - 1]], ["smoothFlux", WINDOW[0]]] as const
  ) {
    const flux = agreement(
      seeds.map(({ controlled }) => mapJackknife(controlled[w][name], potentials)),
      potentials(exactFlux(c)),
    );
    claims.push({
      name: `${c.name}, flux, ${
        name === "flux" ? "element" : "smooth"
      } windows: excess of the joint chi-square, sigmas`,
      value: flux.excess,
      max: 3,
    });
  }
  if (c.rival) {
    const rival = agreement(
      seeds.map(k1Estimators["control variate, closed"]),
      exactK1(c, c.rival),
    );
    claims.push({
      name: `${c.name}: distance of the mean K1 from ${c.rival.name}, standard errors`,
      value: Math.abs(rival.meanDeviation),
      min: 5,
    });
  }
  return claims;
}
