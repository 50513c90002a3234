/**
 * What two commits are compared by: whole commands of the program, which stay when the code behind them
 * moves. Simulations and trainings take some ten seconds of one core: the program's start is 0.3 of them.
 */
import { type ExperimentInput, preset } from "@spiediff/experiment";

/** A command line in a folder of its own. */
export interface CommandCase {
  readonly name: string;
  /** Written to FOLDER/experiment.json beforehand; absent where none is needed. */
  readonly experiment?: ExperimentInput;
  /** Commands that make what is measured possible, run once in each tree. */
  readonly prepare: readonly string[][];
  /** The command that is timed. `RUN` stands for a run folder, `EXPERIMENT` for the experiment's file. */
  readonly command: readonly string[];
  /** Paths in the run folder that are removed before each timed run. */
  readonly remove: readonly string[];
}

const quick = preset("quick", 1);
/** With a start that every commit knows. */
const QUICK = {
  ...quick,
  particles: { ...quick.particles, initialState: "bernoulli" as const },
  sampling: { ...quick.sampling, burnIn: 1e-6 },
};

/** Simulates one profile: half of the time of a short run is its start. Times are as many hops on any lattice. */
function simulation(
  name: string,
  particles: Partial<ExperimentInput["particles"]>,
  realizations: number,
): CommandCase {
  const { profiles, particles: base, sampling, ...rest } = QUICK;
  const { sites } = { ...base, ...particles } as { sites: number };
  const time = (base.sites / sites) ** 2;
  return {
    name: `simulate ${name}`,
    experiment: {
      ...rest,
      profiles: profiles.slice(0, 1),
      particles: { ...base, ...particles } as ExperimentInput["particles"],
      sampling: {
        ...sampling,
        burnIn: sampling.burnIn * time,
        h: sampling.h.map((h) => h * time),
        realizations,
      },
    },
    prepare: [],
    command: ["simulate", "RUN", "--experiment", "EXPERIMENT", "--workers", "1", "--json"],
    remove: ["."],
  };
}

const STAGES = [["simulate", "RUN", "--experiment", "EXPERIMENT", "--json"], [
  "estimate",
  "RUN",
  "--json",
]];

export const COMMAND_CASES: readonly CommandCase[] = [
  {
    name: "status",
    experiment: QUICK,
    prepare: STAGES,
    command: ["status", "RUN", "--json"],
    remove: [],
  },
  {
    name: "simulate zero-range, four threads",
    experiment: preset("zero-range", 1, true),
    prepare: [],
    command: ["simulate", "RUN", "--experiment", "EXPERIMENT", "--workers", "4", "--json"],
    remove: ["."],
  },
  simulation("L=1", { halfWidth: 1 }, 96_000),
  simulation("L=40", {}, 32_000),
  simulation("L=400", { halfWidth: 400 }, 32_000),
  simulation("L=40 on 2,000,000 sites", { sites: 2_000_000 }, 8),
  simulation("Gaussian L=40 on 2,000,000 sites", {
    sites: 2_000_000,
    kernel: { name: "gaussian" },
  }, 8),
  simulation("Gaussian L=40", { kernel: { name: "gaussian" } }, 8000),
  {
    name: "estimate",
    experiment: QUICK,
    prepare: STAGES,
    command: ["estimate", "RUN", "--json"],
    remove: ["estimates"],
  },
  {
    name: "train",
    experiment: {
      ...QUICK,
      training: { ...QUICK.training, steps: { k1: 4800, freeEnergy: 4800 } },
    },
    prepare: STAGES,
    command: ["train", "RUN", "--workers", "1", "--json"],
    remove: ["model", "training.json", "checkpoints"],
  },
  {
    name: "predict, 2000 members to t = 0.05",
    experiment: QUICK,
    prepare: [...STAGES, ["train", "RUN", "--json"]],
    command: [
      ...["predict", "RUN/model", "--profile", "0.5+0.3*cos(2*pi*x)", "--times", "0,0.025,0.05"],
      ...["--members", "2000", "--threads", "1", "--json"],
    ],
    remove: [],
  },
];
