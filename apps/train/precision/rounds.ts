/** Rounds of data towards an aim: what the next one is of, and when there is none. */
import {
  bothCurves,
  type Curves,
  fitLaw,
  type FittedLaw,
  type Goal,
  goalPercents,
  type MeasuredProfile,
  planPrecision,
  type PrecisionPlan,
  type Settings,
} from "@spiediff/design";
import { conservedField } from "@spiediff/experiment";
import type { RingEstimate } from "@spiediff/fdt-operators";
import { fieldOf } from "@spiediff/law";
import { expectedLawError } from "../gradient_energy.ts";
import type { Batch, DesignFile, Round, RoundEnd } from "./design_file.ts";
import { experimentOf } from "./design_file.ts";
import { measuredProfiles } from "./measured_profiles.ts";
import { goalContext, LEAST_BATCH, OPENING_SECONDS, planInput, widened } from "./plan.ts";

/** A round is at least so large over all before it: widths that are looked at often stop too early. */
const GROWTH = 1.5;
/** Least share of what is left that a round takes, and from where on it takes all. */
const LEAST_SHARE = 0.4, ALL = 0.7;
/** What is planned for is a little less than the aim, so that one last round suffices. */
const MARGIN = 0.985;
/** By how much the settings that the last data make likely may disagree with those fixed before them. */
const AGREEMENT = 1.1;

/** A round's data under both settings. */
export interface Judged {
  readonly measured: readonly MeasuredProfile[];
  /** Under the settings that were fixed before the round. */
  readonly fixed: FittedLaw;
  readonly fixedFactors: Curves<number>;
  /** Under those that all data make likely. */
  readonly refitted: FittedLaw;
  readonly factors: Curves<number>;
}

/** Fits the law to all data, with the settings of the last round's beginning and with its own. */
export function judge(file: DesignFile, estimates: readonly RingEstimate[]): Judged {
  const { experiment, rounds } = file;
  const field = fieldOf(conservedField(experiment));
  const measured = measuredProfiles(experimentOf(file), estimates);
  const { settings, factors: fixedFactors } = rounds.at(-1)!;
  const fit = (own?: Settings) =>
    fitLaw(measured, field, expectedLawError(experiment), { settings: own });
  const refitted = fit();
  return {
    measured,
    fixed: fit(settings),
    fixedFactors,
    refitted,
    // The running mean: each round's is as noisy as a few left-out profiles make it.
    factors: widened([
      ...rounds.map((round) => round.settings.widthFactor),
      refitted.settings.widthFactor,
    ]),
  };
}

/** Half-widths of all goals under both. */
export function percentsOf(
  { experiment }: Pick<DesignFile, "experiment">,
  goals: readonly Goal[],
  { fixed, fixedFactors, refitted, factors }: Judged,
): Pick<RoundEnd, "percent" | "refitted" | "settings"> {
  const context = goalContext(experiment);
  return {
    percent: goalPercents(goals, context, fixed, fixedFactors),
    refitted: goalPercents(goals, context, refitted, factors),
    settings: refitted.settings,
  };
}

/**
 * Whether a round has reached the goals: by the width that was fixed before its data were there, so that no
 * lucky look at them stops, and without much dissent of the one that they make likely.
 */
export const isReached = (
  goals: readonly Goal[],
  { percent, refitted }: Pick<RoundEnd, "percent" | "refitted">,
): boolean =>
  goals.every((goal, g) => percent[g] <= goal.percent && refitted[g] <= AGREEMENT * goal.percent);

/** From a law to the goals. */
export function planRest(
  file: DesignFile,
  goals: readonly Goal[],
  { measured, refitted, factors }: Pick<Judged, "measured" | "refitted" | "factors">,
): PrecisionPlan {
  const { experiment, design, rounds, secondsEach } = file;
  const done = rounds.flatMap((round) => round.batches);
  const towards = (share: number) =>
    planPrecision({
      ...planInput(
        {
          experiment,
          design,
          goals: goals.map((goal) => ({ ...goal, percent: share * goal.percent })),
        },
        refitted,
        measured,
        factors,
      ),
      measured: done,
      overhead: OPENING_SECONDS / secondsEach,
    });
  // Where only the settings of before are not content, there is a little more to do all the same.
  for (let share = MARGIN;; share *= MARGIN ** 3) {
    const plan = towards(share);
    if (plan.profiles.length > 0) return plan;
  }
}

/** The share of a plan that the next round is of. */
export function shareOf(cost: number, spent: number): number {
  const share = Math.max(LEAST_SHARE, GROWTH * spent / cost);
  return share > ALL ? 1 : share;
}

/** A round of a share of a plan. @param number Counts from 1. */
export function roundOf(
  { profiles, then }: Pick<PrecisionPlan, "profiles" | "then">,
  share: number,
  number: number,
  { settings, factors }: { readonly settings: Settings; readonly factors: Curves<number> },
): Round {
  const planned = profiles.map(({ profile, realizations, ...why }): Batch => ({
    profile: { ...profile, name: `${profile.name.replace(/\.r\d+$/, "")}.r${number}` },
    realizations: Math.ceil(share * realizations),
    ...why,
  }));
  // A batch too small to be worth its beginning is left to a later round, or to the others.
  const kept = planned.filter(({ realizations }, p) => p === 0 || realizations >= LEAST_BATCH / 2);
  const batches = kept.map((batch) => ({
    ...batch,
    realizations: Math.max(LEAST_BATCH, batch.realizations),
  }));
  return { batches, settings, factors: bothCurves((name) => factors[name]), expected: then, share };
}

/** Realizations of rounds. */
export const realizationsIn = (rounds: readonly Pick<Round, "batches">[]): number =>
  rounds.flatMap(({ batches }) => batches).reduce((sum, { realizations }) => sum + realizations, 0);
