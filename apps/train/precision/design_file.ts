/** design.json of a run folder: what was aimed at, and each decision on the way with its reason. */
import { join } from "node:path";
import { UserError, writeDurably } from "@spiediff/command-line";
import type { Curves, DesignName, Settings } from "@spiediff/design";
import type { Profile, SimulatedExperiment } from "@spiediff/experiment";
import { fingerprint, readJson, RUN_FILES } from "../run_folder.ts";
import type { ChosenWindow, CostForecast } from "./plan.ts";

const FORMAT = 1;

/** Realizations of one profile; a record of the run folder. */
export interface Batch {
  /** With its name, under which the record lies. */
  readonly profile: Profile;
  readonly realizations: number;
  /** How much it was to narrow over as many realizations of the experiment's profiles. */
  readonly gain: number;
  readonly reason: string;
}

/** What a round was made for, and what it came to. */
export interface Round {
  readonly batches: readonly Batch[];
  /** Fixed before the round's data were there. */
  readonly settings: Settings;
  readonly factors: Curves<number>;
  /** Half-widths in percent that were expected after all that was planned, of which this is a share. */
  readonly expected: readonly number[];
  readonly share: number;
  /** Absent until its data are there. */
  readonly after?: RoundEnd;
}

export interface RoundEnd {
  /** Half-widths in percent under the settings that were fixed before. */
  readonly percent: readonly number[];
  /** The same under those that all data make likely; the next round's. */
  readonly refitted: readonly number[];
  readonly settings: Settings;
  readonly coreSeconds: number;
  /** Hashes of the estimates that were looked at, by profile. */
  readonly estimates: Readonly<Record<string, string>>;
}

/** Why it ended, and what the rest would cost. */
export interface DesignResult {
  readonly end: "aim" | "budget" | "law";
  readonly text: string;
  readonly percent: readonly number[];
  readonly realizations: number;
  readonly coreSeconds: number;
  /** Core-seconds to the aim from here; 0 where it is reached, null where no data reach it. */
  readonly rest: number | null;
}

export interface DesignFile {
  readonly format: typeof FORMAT;
  /** Of experiment and design; aims may follow one another on the same data. */
  readonly fingerprint: string;
  /** As it was asked for: its profiles are those of the fixed design. */
  readonly experiment: SimulatedExperiment;
  readonly design: DesignName;
  readonly until: readonly string[];
  readonly window: ChosenWindow;
  readonly forecast: CostForecast & {
    readonly realizations: number;
    readonly fixedSeconds: number;
  };
  readonly secondsEach: number;
  readonly pilotSeconds: number;
  readonly rounds: readonly Round[];
  readonly result: DesignResult | null;
}

const pathOf = (folder: string) => join(folder, RUN_FILES.design);

/** Hash of what must be the same for a run to go on. */
export const designFingerprint = (
  experiment: SimulatedExperiment,
  design: DesignName,
): Promise<string> => {
  const { particles, elements, seed, profiles, prediction } = experiment;
  return fingerprint({ format: FORMAT, particles, elements, seed, profiles, prediction, design });
};

/**
 * The design that a run folder has; undefined if there is none.
 *
 * @throws {UserError} if it is of another format, or was changed by hand.
 */
export async function readDesign(folder: string): Promise<DesignFile | undefined> {
  const path = pathOf(folder);
  const found = readJson(path) as { design?: DesignFile; sha256?: string } | undefined;
  if (found === undefined) return undefined;
  const { design, sha256 } = found;
  if (design?.format === FORMAT && sha256 === await fingerprint(design)) return design;
  throw new UserError(
    `${path} is damaged or of another version: it is not as it was written. Start again in another ` +
      "folder, or add --overwrite.",
  );
}

export async function writeDesign(folder: string, design: DesignFile): Promise<void> {
  const file = { design, sha256: await fingerprint(design) };
  await writeDurably(pathOf(folder), JSON.stringify(file, null, 1) + "\n");
}

/** The experiment as far as it has gone: its profiles are the batches. */
export function experimentOf(
  { experiment, window, rounds }: Pick<DesignFile, "experiment" | "window" | "rounds">,
): SimulatedExperiment {
  const batches = rounds.flatMap((round) => round.batches);
  return {
    ...experiment,
    sampling: {
      realizations: experiment.sampling.realizations,
      blocks: BLOCKS,
      burnIn: window.burnIn,
      h: [window.h],
    },
    profiles: batches.map(({ profile, realizations }) => ({ ...profile, realizations })),
  };
}

/** Blocks of a batch: a standard error from 32 is known to 13 %. */
const BLOCKS = 32;
