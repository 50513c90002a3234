/** What a named precision costs, before it is paid: a pilot, then the surrogate's plan. */
import {
  bothCurves,
  costOfShares,
  type Curves,
  densitiesOf,
  type DesignName,
  fitLaw,
  type FittedLaw,
  type Goal,
  type GoalContext,
  goalText,
  noiseModel,
  type PlanInput,
  planPrecision,
  type PrecisionPlan,
  profileOf,
  type Settings,
} from "@spiediff/design";
import { conservedField, type SimulatedExperiment } from "@spiediff/experiment";
import { processOf } from "@spiediff/kmc";
import { fieldOf } from "@spiediff/law";
import { randomStream } from "@spiediff/random";
import { expectedLawError } from "../gradient_energy.ts";
import { type Pilot, type PilotHooks, runPilot, type WindowPilot } from "./pilot.ts";

/** Fewest realizations of a batch: below, starting it costs more than it brings. */
export const LEAST_BATCH = 256;
/** What a new profile costs besides its realizations: files and threads, in core-seconds. */
export const OPENING_SECONDS = 0.02;
/** Spread of plans of which nothing is said below: the law's own curvature, rounding up, growing rounds. */
const OTHER_SPREAD = 0.1;
/** Standard deviations of a 90 % interval. */
const NINETY = 1.645;
/** By how much a prior's width is not known from a pilot. */
const WIDTH_FACTOR = 1.4;

/** What planning is of. */
export interface PrecisionRequest {
  readonly experiment: SimulatedExperiment;
  readonly goals: readonly Goal[];
  readonly design: DesignName;
}

/** A window and a burn-in that were chosen, and why. */
export interface ChosenWindow {
  readonly h: number;
  readonly burnIn: number;
  readonly burnInReason: string;
  /** Of every window that was tried: core-seconds to the aims with the experiment's own profiles. */
  readonly tried: readonly {
    readonly h: number;
    readonly seconds: number;
    readonly cost: number;
  }[];
}

export interface CostForecast {
  /** Core-seconds, and a 90 % interval. */
  readonly seconds: number;
  readonly low: number;
  readonly high: number;
}

/** A plan before anything long has run. */
export interface Forecast {
  readonly window: ChosenWindow;
  readonly pilot: WindowPilot;
  readonly pilotSeconds: number;
  readonly plan: PrecisionPlan;
  readonly settings: Settings;
  readonly cost: CostForecast;
  /** Core-seconds of the experiment's own profiles to the same aims. */
  readonly fixedSeconds: number;
}

/** What goals refer to in an experiment. */
export const goalContext = (
  { prediction, profiles }: Pick<SimulatedExperiment, "prediction" | "profiles">,
): GoalContext => ({ prediction, profiles });

/**
 * Refuses goals that the experiment cannot answer.
 *
 * @throws {RangeError} naming the profile or the densities.
 */
export function checkGoals({ experiment, goals }: Pick<PrecisionRequest, "experiment" | "goals">) {
  const { dimension } = processOf(experiment.particles);
  if (dimension > 1) {
    throw new RangeError(
      `Precision on demand is for particles on a ring, and those of "${experiment.name}" live in ` +
        `${dimension} dimensions.`,
    );
  }
  const { name, low, high } = conservedField(experiment);
  const context = goalContext(experiment);
  for (const goal of goals) {
    if (goal.quantity === "density") profileOf(goal, context);
    const [least, most] = densitiesOf(goal, context);
    if (least > low && most < (high ?? Infinity)) continue;
    const domain = high === null ? `above ${low}` : `inside (${low}, ${high})`;
    throw new RangeError(
      `The aim "${
        goalText(goal)
      }" visits ${least} to ${most}, and the ${name} must stay ${domain}.`,
    );
  }
}

/** Least and greatest density that any goal visits. */
export function spanOf(goals: readonly Goal[], context: GoalContext): [number, number] {
  const all = goals.map((goal) => densitiesOf(goal, context));
  return [Math.min(...all.map(([low]) => low)), Math.max(...all.map(([, high]) => high))];
}

/** Bands are never narrower than the data's own scatter says. */
export const widened = (factors: readonly Curves<number>[]): Curves<number> =>
  bothCurves((name) =>
    Math.max(1, factors.reduce((sum, one) => sum + one[name] / factors.length, 0))
  );

/** Runs the pilot and plans. @throws {RangeError} as {@link checkGoals}. */
export async function forecast(request: PrecisionRequest, hooks: PilotHooks): Promise<Forecast> {
  checkGoals(request);
  return forecastFrom(request, await runPilot(request.experiment, hooks));
}

/** The same from a pilot that has been run. */
export function forecastFrom(request: PrecisionRequest, pilot: Pilot): Forecast {
  const { experiment, goals, design } = request;
  const field = fieldOf(conservedField(experiment));
  const fit = (settings?: Settings): FittedLaw =>
    // The longest window scatters least: one law and one prior for all of them.
    fitLaw(pilot.windows.at(-1)!.measured, field, expectedLawError(experiment), {
      settings,
      spans: spanOf(goals, goalContext(experiment)),
    });
  const law = fit();
  const inputOf = (window: WindowPilot, own: FittedLaw): PlanInput => ({
    ...planInput(request, own, window.measured, widened([law.settings.widthFactor])),
    overhead: OPENING_SECONDS / window.seconds,
  });
  const fixed = (window: WindowPilot) =>
    planPrecision({ ...inputOf(window, law), design: "fixed" }).cost * window.seconds;
  const tried = pilot.windows.map((window) => ({
    h: window.h,
    seconds: window.seconds,
    cost: fixed(window),
  }));
  const best = tried.reduce((least, one, w) => one.cost < tried[least].cost ? w : least, 0);
  const window = pilot.windows[best];
  const plan = planPrecision({ ...inputOf(window, law), design });
  const spread = Math.hypot(
    OTHER_SPREAD,
    pilot.secondsSpread,
    priorSpread(
      law.settings,
      (settings) => costOfShares(inputOf(window, fit(settings)), plan.profiles),
    ),
  );
  const seconds = plan.cost * window.seconds, factor = Math.exp(NINETY * spread);
  return {
    window: {
      h: window.h,
      burnIn: pilot.burnIn,
      burnInReason: pilot.burnInReason,
      tried,
    },
    pilot: window,
    pilotSeconds: pilot.spent,
    plan,
    settings: law.settings,
    cost: { seconds, low: seconds / factor, high: seconds * factor },
    fixedSeconds: tried[best].cost,
  };
}

/** Spread of the logarithm of a cost by what a pilot leaves open of the prior. */
function priorSpread(settings: Settings, costOf: (settings: Settings) => number): number {
  const scaled = (factor: number): Settings => ({
    ...settings,
    prior: bothCurves((name) => ({
      bends: settings.prior[name].bends.map(({ width, size }) => ({ width: width * factor, size })),
    })),
  });
  return Math.abs(Math.log(costOf(scaled(WIDTH_FACTOR)) / costOf(scaled(1 / WIDTH_FACTOR)))) / 2;
}

/** What every plan of a request has in common. */
export function planInput(
  { experiment, goals, design }: PrecisionRequest,
  law: FittedLaw,
  noisy: WindowPilot["measured"],
  factors: Curves<number>,
): Omit<PlanInput, "overhead"> {
  const field = fieldOf(conservedField(experiment));
  return {
    ...{ goals, design, field, law, factors },
    context: goalContext(experiment),
    elements: experiment.elements,
    noise: noiseModel(noisy, field),
    measured: [],
    stream: randomStream(experiment.seed, "design"),
    least: LEAST_BATCH,
  };
}
