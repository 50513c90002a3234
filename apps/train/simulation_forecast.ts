/** What is said of a simulation before it begins: how long it takes, and which windows are of no use. */
import { type Experiment, realizationsOf, type SimulatedExperiment } from "@spiediff/experiment";
import { horizonWindow, shortestText, suggestHorizons, timeText } from "@spiediff/fdt-operators";
import { type ProcessClock, processOf } from "@spiediff/kmc";
import { recordingOf } from "./recording/recording_of.ts";

/** Realizations of a trial, and seconds that a longer one must take more before it is believed. */
const TRIAL = 8, LEAST_SECONDS = 0.05;

/** Seconds of so many realizations of the first profile, over a share of the experiment's times. */
type Trial = (share: number, realizations: number) => Promise<number>;

/**
 * Seconds that simulating all profiles takes here: a few realizations of the first one, over longer and
 * longer times until they can be measured, and from there on in proportion.
 *
 * @param workers Threads that share the work.
 */
export async function simulationSeconds(
  experiment: SimulatedExperiment,
  workers: number,
  trial: Trial = (share, realizations) => trialSeconds(experiment, share, realizations),
): Promise<number> {
  const { sampling, particles, profiles } = experiment;
  const hop = 1 / (particles.drive * particles.sites ** 2);
  let share = Math.min(1, hop / (sampling.burnIn + Math.max(...sampling.h)));
  // The first one also pays for what is compiled and started once.
  await trial(share, TRIAL);
  let seconds = await trial(share, TRIAL), perShare = 0, known = false;
  while (share < 1 && !known) {
    const longer = Math.min(1, 4 * share);
    const more = await trial(longer, TRIAL);
    // What a start costs is paid once, however long it runs.
    perShare = Math.max(0, more - seconds) / (longer - share);
    known = more - seconds > LEAST_SECONDS;
    share = longer;
    seconds = more;
  }
  // Nor does every realization pay for what an ensemble begins with.
  const many = await trial(share, 4 * TRIAL);
  const each = Math.max(0, many - seconds) / (3 * TRIAL) + perShare * (1 - share) / TRIAL;
  const all = profiles.reduce((sum, profile) => sum + realizationsOf(experiment, profile), 0);
  return each * all / workers;
}

async function trialSeconds(
  experiment: SimulatedExperiment,
  share: number,
  realizations: number,
): Promise<number> {
  const { sampling, profiles: [first] } = experiment;
  const shorter = {
    burnIn: share * sampling.burnIn,
    h: sampling.h.map((h) => share * h),
    ...{ realizations, blocks: 1 },
  };
  const { run } = recordingOf(experiment).blocks(
    { ...experiment, sampling: shorter },
    { ...first, realizations },
  );
  const start = performance.now();
  await run(0);
  return (performance.now() - start) / 1e3;
}

/** {@link outsideWindow} of an experiment that is about to be simulated. */
export const windowWarnings = (experiment: SimulatedExperiment): string[] =>
  outsideWindow(experiment, processOf(experiment.particles).clock);

/** One sentence for the windows that are too short, one for those that are too long, and what to take instead. */
export function outsideWindow(
  { elements, sampling: { h } }: Experiment,
  system: ProcessClock,
): string[] {
  const { shortest, longest } = horizonWindow(system, elements);
  const outside = (which: (h: number) => boolean, why: string) => {
    const found = h.filter(which);
    return found.length === 0 ? [] : [
      `sampling.h = ${found.map(timeText).join(", ")} ${found.length === 1 ? "is" : "are"} ${why}.`,
    ];
  };
  const value = (time: number) => Number(time.toPrecision(3));
  const warnings = [
    ...outside(
      (h) => h < shortest * (1 - 1e-9),
      `below ${shortestText(system)}, ${value(shortest)}: too short for a law of fields`,
    ),
    ...outside(
      (h) => h > longest * (1 + 1e-9),
      `beyond the time to diffuse over a quarter of an element, ${value(longest)}: ` +
        "too long to tell the fluxes, and what takes longest",
    ),
  ];
  if (warnings.length === 0) return [];
  const useful = suggestHorizons(system, elements).map(value);
  return [
    ...warnings,
    useful.length > 0
      ? `Of use for these sites and elements: sampling.h = ${useful.join(", ")}.`
      : `No window is of use with ${system.sites / elements} sites an element: take 8 or more.`,
  ];
}
