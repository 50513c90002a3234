/** What to simulate next under a design, and why: the plan of a round to its aims. */
import type { Field } from "@spiediff/law";
import { workingDomain } from "@spiediff/law";
import type { RandomStream } from "@spiediff/random";
import { type Profile, profileRange } from "@spiediff/user-text";
import { Matrix } from "ml-matrix";
import { aimRows, densitiesOf, type GoalContext, goalCurves, goalPercent } from "./aims.ts";
import {
  type Allocation,
  bestAllocation,
  type DesignProblem,
  equalAllocation,
  precisionWith,
  scaledToAim,
} from "./allocation.ts";
import { candidateProfiles, nodalDensities } from "./candidates.ts";
import type { Goal } from "./goal_text.ts";
import { dataRows, narrowing, standpoint } from "./information.ts";
import { bothCurves, type Curves } from "./law_curve.ts";
import type { FittedLaw } from "./law_fit.ts";
import { wavesOf } from "./measured_profile.ts";
import type { NoiseModel } from "./noise_model.ts";

/** How profiles are chosen: an experiment's own in equal numbers, as many at random, or by what they bring. */
export const DESIGNS = ["active", "fixed", "random"] as const;
export type DesignName = typeof DESIGNS[number];

/** Share of the domain at either end that candidates leave out. */
const MARGIN = 0.03;

export interface Measurement {
  readonly profile: Profile;
  readonly realizations: number;
}

export interface PlanInput {
  readonly goals: readonly Goal[];
  /** The experiment's prediction and its own profiles. */
  readonly context: GoalContext;
  readonly field: Field;
  readonly elements: number;
  readonly law: FittedLaw;
  readonly noise: NoiseModel;
  /** What there is; the precision of `law` is believed where it is of these. */
  readonly measured: readonly Measurement[];
  /** Factors by which deviations are widened. */
  readonly factors: Curves<number>;
  readonly design: DesignName;
  /** Of the random profiles: the same ones in every round. */
  readonly stream: RandomStream;
  /** What a new profile costs besides its realizations, in realizations. */
  readonly overhead: number;
  /** Fewest realizations of a batch. */
  readonly least: number;
}

/** Realizations of one profile, and why these. */
export interface PlannedProfile {
  readonly profile: Profile;
  readonly realizations: number;
  /** How much it narrows over what as many realizations of the experiment's profiles would, on average. */
  readonly gain: number;
  readonly reason: string;
}

export interface PrecisionPlan {
  /** In falling numbers of realizations. */
  readonly profiles: readonly PlannedProfile[];
  /** Half-widths of the goals' bands in percent, now and when the plan is done. */
  readonly now: readonly number[];
  readonly then: readonly number[];
  /** Realizations, those that opening profiles stands for included. */
  readonly cost: number;
  readonly isReached: boolean;
  /** The same for equal numbers of the experiment's own profiles. */
  readonly fixedCost: number;
  readonly fixedIsReached: boolean;
}

/** Plans from here to the aims. */
export function planPrecision(input: PlanInput): PrecisionPlan {
  const { goals, context, factors, design } = input;
  const profiles = profilesOf(input);
  const { problem, curves } = problemOf(input, profiles);
  const own = context.profiles.map((_, p) => p);
  const fixed = equalAllocation(problem, own);
  const chosen = design === "fixed"
    ? fixed
    : design === "random"
    ? equalAllocation(problem, profiles.keys().toArray().slice(own.length))
    : bestAllocation(problem, [own]);
  const percents = (at: Curves<Matrix>) =>
    goals.map((goal, g) => goalPercent(goal, curves[g], at, factors));
  return {
    profiles: planned(input, problem, profiles, chosen),
    now: percents(problem.precision),
    then: percents(precisionWith(problem, chosen.realizations)),
    cost: chosen.cost,
    isReached: chosen.isReached,
    fixedCost: fixed.cost,
    fixedIsReached: fixed.isReached,
  };
}

/** What a plan's profiles, in its shares, would cost under other assumptions; in realizations. */
export function costOfShares(input: PlanInput, planned: readonly PlannedProfile[]): number {
  const { problem } = problemOf(input, planned.map(({ profile }) => profile));
  return scaledToAim(problem, planned.map(({ realizations }) => realizations)).cost;
}

function problemOf(input: PlanInput, profiles: readonly Profile[]) {
  const { goals, context, law, factors, elements, noise, measured, overhead, least } = input;
  const curves = goals.map((goal) => goalCurves(goal, context, law.curves));
  const before = (profile: Profile) =>
    measured.reduce(
      (sum, own) => sum + (isSameShape(own.profile, profile) ? own.realizations : 0),
      0,
    );
  const precision = bothCurves((name) =>
    measured.length > 0 ? law.curves[name].precision : Matrix.eye(law.curves[name].basis.size)
  );
  const problem: DesignProblem = {
    precision,
    aims: goals.map((goal, g) => aimRows(goal, curves[g], precision, factors)),
    candidates: profiles.map((profile) => ({
      before: before(profile),
      data: dataRows(
        nodalDensities(profile, elements),
        wavesOf(profile),
        law.curves,
        noise,
        law.settings.lawError,
      ),
    })),
    overhead,
    least,
  };
  return { problem, curves };
}

const isSameShape = (a: Profile, b: Profile): boolean =>
  a.mean === b.mean && JSON.stringify(a.modes) === JSON.stringify(b.modes);

/** The experiment's own profiles first, then what the design adds to them. */
function profilesOf({ design, context, goals, field, measured, stream }: PlanInput): Profile[] {
  const own = context.profiles;
  if (design === "fixed") return [...own];
  const wanted = goals.map((goal) => densitiesOf(goal, context));
  const ranges = [...own.map(profileRange), ...wanted];
  const used: [number, number] = [
    Math.min(...ranges.map(([low]) => low)),
    Math.max(...ranges.map(([, high]) => high)),
  ];
  const domain = workingDomain(field, used), margin = MARGIN * (domain.high - domain.low);
  const range = { low: domain.low + margin, high: domain.high - margin };
  if (design === "random") {
    return [...own, ...randomProfiles(own.length, used, stream)];
  }
  const added = candidateProfiles(range, wanted);
  const seen = measured.map(({ profile }) => profile)
    .filter((profile, p, all) => all.findIndex((other) => isSameShape(other, profile)) === p);
  return [
    ...own,
    ...[...seen, ...added].filter((profile, p, all) =>
      [...own, ...all.slice(0, p)].every((other) => !isSameShape(other, profile))
    ),
  ];
}

/** One or two waves of random sizes and phases within a range. */
export function randomProfiles(
  count: number,
  [low, high]: readonly [number, number],
  { split }: RandomStream,
): Profile[] {
  return Array.from({ length: count }, (_, p) => {
    const { uniform, integer } = split(p);
    const mean = low + (high - low) * (0.15 + 0.7 * uniform());
    const first = 1 + integer(3), second = 1 + (first + integer(2)) % 3;
    const modes = [first, ...uniform() < 0.5 ? [second] : []].map((k) => ({
      k,
      amplitude: 0.1 + 0.9 * uniform(),
      phase: 2 * Math.PI * uniform(),
    }));
    const [least, most] = profileRange({ name: "unit", mean: 0, modes });
    const size = (0.5 + 0.5 * uniform()) * Math.min((high - mean) / most, (low - mean) / least);
    return {
      name: `random-${p + 1}`,
      mean,
      modes: modes.map((mode) => ({ ...mode, amplitude: size * mode.amplitude })),
    };
  });
}

function planned(
  { design, context, least }: PlanInput,
  problem: DesignProblem,
  profiles: readonly Profile[],
  { realizations }: Allocation,
): PlannedProfile[] {
  const used = profiles.keys().toArray().filter((p) => realizations[p] > 0);
  if (used.length === 0) return [];
  const gain = (p: number) => gainOf(problem, realizations, p, context.profiles.length);
  return used.sort((a, b) => realizations[b] - realizations[a]).map((p) => ({
    profile: profiles[p],
    realizations: Math.max(least, Math.ceil(realizations[p])),
    ...because(design, gain(p)),
  }));
}

/** By how much a profile's share narrows after all others, over the mean of what the first `own` would. */
function gainOf(
  problem: DesignProblem,
  realizations: Float64Array,
  chosen: number,
  own: number,
): number {
  const others = precisionWith(problem, realizations.map((R, p) => p === chosen ? 0 : R));
  const stands = problem.aims.map((rows) => standpoint(rows, others));
  const narrows = (p: number) => {
    const { data, before } = problem.candidates[p];
    const further = p === chosen ? 0 : realizations[p];
    return stands.reduce(
      (sum, stand) => sum + narrowing(stand, data, before + further, realizations[chosen]),
      0,
    );
  };
  const usual = Array.from({ length: own }, (_, p) => narrows(p)).reduce((a, b) => a + b, 0) / own;
  return narrows(chosen) / usual;
}

function because(design: DesignName, gain: number): Pick<PlannedProfile, "gain" | "reason"> {
  const text: Record<DesignName, string> = {
    fixed: "the experiment's own",
    random: "drawn at random",
    active: `narrows ${
      gain.toFixed(2)
    } times as much as the experiment's profiles would on average`,
  };
  return { gain, reason: text[design] };
}
