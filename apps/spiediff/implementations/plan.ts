import { existsSync } from "node:fs";
import type { CommandContext } from "@stricli/core";
import { secondsText, UserError } from "@spiediff/command-line";
import type { DesignName } from "@spiediff/design";
import {
  type Experiment,
  isOfFields,
  preset,
  PRESET_NAMES,
  profileRange,
  type SimulatedExperiment,
} from "@spiediff/experiment";
import type { LoopsChoice } from "@spiediff/kmc";
import type { Forecast } from "@spiediff/train/precision";
import { requireOwnParticles, selectExperiment, useEngine } from "@spiediff/train/stages";
import { textTable } from "../text_table.ts";

export interface PlanFlags {
  readonly until: string;
  readonly design: DesignName;
  readonly seed?: number;
  readonly engine?: LoopsChoice;
  readonly json: boolean;
}

/** Does what `plan` asks for. */
export async function runPlan(
  this: CommandContext,
  { until, design, seed, engine: asked, json }: PlanFlags,
  name: string,
): Promise<void> {
  const { goalText, parseGoals } = await import("@spiediff/design");
  const goals = parseGoals(until);
  const experiment = experimentNamed(name, seed);
  requireOwnParticles(experiment);
  const engine = useEngine(asked, experiment.particles);
  const { forecast } = await import("@spiediff/train/precision");
  const found = await forecast({ experiment, goals, design }, {});
  const aims = goals.map(goalText);
  this.process.stdout.write(
    json
      ? JSON.stringify(planJson(experiment, aims, design, engine, found)) + "\n"
      : planText(experiment, aims, found),
  );
}

const isPreset = (name: string): name is typeof PRESET_NAMES[number] =>
  (PRESET_NAMES as readonly string[]).includes(name);

/** @throws {UserError} if it is neither a file nor a preset; {ConfigError} if it is not valid. */
function experimentNamed(name: string, seed?: number): Experiment {
  if (isPreset(name)) return preset(name, seed);
  if (!existsSync(name)) {
    throw new UserError(
      `${name} is neither a file nor a preset; presets are ${PRESET_NAMES.join(", ")}.`,
    );
  }
  const experiment = selectExperiment({ experiment: name, preset: "lrm", seed });
  if (!isOfFields(experiment)) return experiment;
  throw new UserError(`Precision on demand is for one density, and "${experiment.name}" has more.`);
}

function planJson(
  { name, particles: { sites, drive } }: SimulatedExperiment,
  until: readonly string[],
  design: DesignName,
  engine: string,
  { window, plan, cost, fixedSeconds, pilot, pilotSeconds, settings }: Forecast,
) {
  const hop = 1 / (drive * sites ** 2);
  return {
    experiment: name,
    until,
    design,
    engine,
    isReached: plan.isReached,
    percent: plan.then,
    h: window.h,
    hopTimes: window.h / hop,
    burnIn: window.burnIn,
    windows: window.tried,
    profiles: plan.profiles,
    realizations: plan.profiles.reduce((sum, { realizations }) => sum + realizations, 0),
    secondsPerRealization: pilot.seconds,
    coreSeconds: cost,
    fixed: { coreSeconds: fixedSeconds, isReached: plan.fixedIsReached },
    pilotCoreSeconds: pilotSeconds,
    settings,
  };
}

/** Digits that a forecast deserves. */
const about = (seconds: number) => secondsText(Number(seconds.toPrecision(2)));

function planText(
  { particles: { sites, drive } }: SimulatedExperiment,
  until: readonly string[],
  { window, plan, cost, fixedSeconds, pilotSeconds }: Forecast,
): string {
  const hops = (h: number) => `${Number((h * drive * sites ** 2).toPrecision(3))} hop times`;
  const rows = plan.profiles.map(({ profile, realizations, gain }) => {
    const [low, high] = profileRange(profile);
    return [profile.name, String(realizations), low.toFixed(2), high.toFixed(2), gain.toFixed(2)];
  });
  const [first] = plan.then;
  const reach = plan.isReached
    ? ""
    : `The aim is out of reach: with these profiles bands stay above ${
      first.toPrecision(2)
    } %, since the ` +
      "law itself is known no better.\n";
  return [
    `Aim: ${until.join(" and ")}\n`,
    `Window: ${window.h} (${hops(window.h)}), the cheapest of ${
      window.tried.map(({ h }) => hops(h)).join(", ")
    }\n`,
    `Burn-in: ${window.burnIn} (${window.burnInReason})\n`,
    textTable(["profile", "realizations", "least", "greatest density", "gain"], rows),
    "Gain: how much it narrows, after the others, over as many realizations of the experiment's profiles.\n",
    reach,
    `Simulation: about ${about(cost.seconds)} of one core (90 %: ${about(cost.low)} to ${
      about(cost.high)
    }); with the experiment's own profiles ${
      plan.fixedIsReached ? about(fixedSeconds) : "out of reach"
    }. The pilot took ${secondsText(pilotSeconds)}.\n`,
  ].join("");
}
