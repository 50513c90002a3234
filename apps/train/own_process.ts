/** Experiments of a process of one's own, from its module. */
import { basename } from "node:path";
import { UserError } from "@spiediff/command-line";
import {
  type Experiment,
  experimentOnBonds,
  parseExperiment,
  type SimulatedExperiment,
} from "@spiediff/experiment";
import { describeModule } from "@spiediff/kmc";
import { fieldsOf, parseJson } from "@spiediff/user-text";
import { readUserText } from "./run_folder.ts";

/** How a command line names a process of one's own. */
export interface OwnProcessFlags {
  /** Its TypeScript module. */
  readonly process: string;
  /** An experiment file, of which everything but the process counts. */
  readonly experiment?: string;
  readonly seed?: number;
}

/**
 * The experiment of a module: a file's, or one that suits its domain.
 *
 * @throws {UserError} if the module cannot be read or is wrong, saying where; {ConfigError} if the experiment is not
 * valid.
 */
export async function ownExperiment(flags: OwnProcessFlags): Promise<Experiment> {
  const { process: path, seed } = flags;
  const source = readUserText(path, `The process ${path}`);
  const { name: title, field, diffusivity } = await describeModule(source).catch((cause) => {
    throw new UserError(`The process ${path} cannot be simulated: ${(cause as Error).message}`);
  });
  const own = { system: "own", title, source, field, diffusivity } as const;
  if (flags.experiment === undefined) {
    return withSeed(experimentOnBonds(basename(path, ".ts"), own), seed);
  }
  const what = `The experiment file ${flags.experiment}`;
  const file = fieldsOf(parseJson(readUserText(flags.experiment, what), what));
  const { sites, beta, drive, externalField } = fieldsOf(file.particles);
  const place = Object.entries({ sites, beta, drive, externalField }).filter(([, value]) =>
    value !== undefined
  );
  const particles = { ...Object.fromEntries(place), ...own };
  return parseExperiment({ ...file, particles, ...(seed !== undefined && { seed }) });
}

const withSeed = (experiment: SimulatedExperiment, seed = experiment.seed): Experiment =>
  parseExperiment({ ...experiment, seed });
