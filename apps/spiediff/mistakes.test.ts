import { chdir, cwd } from "node:process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ALL_PRESET_NAMES } from "@spiediff/experiment";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentFile, spiediff, type TINY } from "./testing.ts";

const MODEL = fileURLToPath(new URL("../../test-data/lrm-quick-model", import.meta.url));
const PROFILE = ["--profile", "0.5+0.3*cos(2*pi*x)"];
const PRESETS = ALL_PRESET_NAMES.join(", ");
const HINT = "Add --help for flags and examples.";
const TIMES = "--times must be numbers with commas between and decimal points";
const LONG = "n".repeat(300);
const TINY_RUN = "tiny-run";
const NO_RUN = "empty is not a run folder: it has no experiment.json. " +
  "Start one by `spiediff simulate` or `spiediff demo`.";

let root = "";
const before = cwd();
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-mistakes-"));
  chdir(root);
  await writeFile("file", "x");
  await mkdir("empty");
  await mkdir("folder.csv");
  await symlink("circle.csv", "circle.csv");
  await writeFile("not.json", "{ not json");
  const edited = (name: string, edit: (e: Record<string, never>) => void) =>
    experimentFile(root, name, edit);
  type Free = Record<string, unknown> & typeof TINY;
  const change = (edit: (e: Free) => void) => (e: Record<string, never>) =>
    edit(e as unknown as Free);
  await edited("tiny", () => {});
  await mkdir(TINY_RUN);
  await copyFile("tiny.json", join(TINY_RUN, "experiment.json"));
  await edited("elements", change((e) => e.elements = 7));
  await edited("h", change((e) => e.sampling.h = [1e-4, 1e-5]));
  await edited("range", change((e) => e.profiles[0].modes![0].amplitude = 0.8));
  await edited("one", change((e) => e.sampling.realizations = 1));
  await edited(
    "typo",
    change((e) => {
      e.particels = e.particles;
      delete (e as { particles?: unknown }).particles;
    }),
  );
});
afterAll(async () => {
  chdir(before);
  await rm(root, { recursive: true, force: true });
});

/** What a user types, and all that is printed. */
const mistakes: [args: string[], message: string][] = [
  // Names
  [
    ["trian", "run"],
    'There is no command "trian". Did you mean train? `spiediff --help` lists all commands.',
  ],
  [["--verson"], 'There is no command "--verson". `spiediff --help` lists all commands.'],
  [
    ["simulate", "run", "--presett", "quick"],
    `There is no flag --presett. Did you mean --preset? ${HINT}`,
  ],
  [
    ["simulate", "run", "--preset", "lmr"],
    `--preset must be one of ${PRESETS}, not "lmr". ${HINT}`,
  ],
  [["completion", "tcsh"], `SHELL must be one of bash, zsh, fish, not "tcsh". ${HINT}`],
  // Arguments and values
  [["simulate"], `The argument RUN is missing. ${HINT}`],
  [["compare", "empty"], `The argument B is missing. ${HINT}`],
  [["train", "a", "b"], `Only 1 argument is expected, and "b" is one more. ${HINT}`],
  [["doctor", "now"], `No argument is expected, and "now" is one. ${HINT}`],
  [["simulate", "run", "--seed"], `--seed needs a value. ${HINT}`],
  [["simulate", "run", "--seed", "abc"], `--seed must be a number, not "abc". ${HINT}`],
  [
    ["simulate", "run", "--seed", "1", "--seed", "2"],
    `--seed is given twice: "1" and "2". ${HINT}`,
  ],
  [
    ["simulate", "run", "--preset", "quick", "--seed", "1.5"],
    "The experiment is not valid:\n  seed: must be a whole number (it is 1.5)",
  ],
  [
    ["simulate", "w", "--experiment", "tiny.json", "--workers", "0", "--json"],
    "workers must be an integer of at least 1, not 0.",
  ],
  [
    ["watch", "empty", "--port", "99999"],
    "--port must be a whole number from 0 to 65535, not 99999.",
  ],
  // Shards and clusters
  [
    ["simulate", "run", "--preset", "quick", "--executor", "slrum"],
    `--executor must be one of local, slurm, not "slrum". ${HINT}`,
  ],
  [
    ["simulate", "run", "--preset", "quick", "--partition", "short"],
    "--partition needs --executor slurm.",
  ],
  [["train", TINY_RUN, "--detach"], "--detach needs --executor slurm."],
  [
    ["simulate", TINY_RUN, "--shards", "0"],
    "--shards must be a whole number of at least 1, not 0.",
  ],
  [
    ["train", TINY_RUN, "--executor", "slurm"],
    "One training is one piece of work: --executor slurm and --shards need --seeds, such as 1..8.",
  ],
  [
    ["train", TINY_RUN, "--seeds", "1..8,x"],
    `--seeds must be whole numbers and ascending ranges such as 1..8 or 1-3,7, not "1..8,x". ${HINT}`,
  ],
  [
    ["train", TINY_RUN, "--seeds", "1..8", "--json"],
    `${TINY_RUN} has no estimate of profile "wide" for its experiment. ` +
    `Make it by \`spiediff estimate ${TINY_RUN}\`.`,
  ],
  [
    ["simulate", "run", "--preset", "quick", "--executor", "slurm", "--time", "2h"],
    '--time must be minutes, H:MM:SS or D-HH:MM, such as 30 or 2:00:00, not "2h".',
  ],
  [
    ["simulate", "run", "--preset", "quick", "--executor", "slurm", "--throttle", "0"],
    "--throttle must be a whole number of at least 1, not 0.",
  ],
  [
    ["simulate", "w", "--experiment", "tiny.json", "--shards", "1000", "--json"],
    "--shards must be a whole number from 1 to 200, into which this work can be cut, not 1000.",
  ],
  [
    ["shard", "9/8", "w", "--experiment", "tiny.json"],
    `K/N must be a shard and the number of all, such as 3/8 with K from 1 to N, not "9/8". ${HINT}`,
  ],
  [["shard", "1/8", TINY_RUN, "--seeds", "1..8"], "--seeds needs --work train."],
  [["shard", "1/8", TINY_RUN, "--work", "train"], "--work train needs --seeds, such as 1..8."],
  [["status", "empty"], NO_RUN],
  [
    ["merge", TINY_RUN],
    `${TINY_RUN} has no work in shards. Begin some by \`spiediff simulate\` or \`spiediff shard\`.`,
  ],
  [
    ["cancel", TINY_RUN],
    `${TINY_RUN} has no work in shards. Begin some by \`spiediff simulate\` or \`spiediff shard\`.`,
  ],
  // Experiments
  [
    ["simulate", "run"],
    `run holds no experiment yet. Name one: --preset ${
      PRESETS.replaceAll(", ", "|")
    }, or --experiment FILE.`,
  ],
  [
    ["simulate", "run", "--preset", "quick", "--experiment", "tiny.json"],
    "Give --preset or --experiment, not both.",
  ],
  [
    ["simulate", "run", "--experiment", "no.json"],
    "The experiment file no.json cannot be used: there is no such file or folder.",
  ],
  [
    ["simulate", "run", "--experiment", "empty"],
    "The experiment file empty cannot be used: it is a folder, not a file.",
  ],
  [
    ["simulate", "run", "--experiment", "not.json"],
    'The experiment file is not valid JSON: line 1, column 3: "not" is unexpected; a field\'s name in quotes must stand here.',
  ],
  [
    ["simulate", "run", "--experiment", "elements.json"],
    "The experiment is not valid:\n  elements: must divide particles.sites = 200, and 7 does not (it is 7)",
  ],
  [
    ["simulate", "run", "--experiment", "h.json"],
    "The experiment is not valid:\n  sampling.h.1: must be above the one before (it is 0.00001)",
  ],
  [
    ["simulate", "run", "--experiment", "one.json"],
    "The experiment is not valid:\n  sampling.realizations: must be at least 8 (it is 1)",
  ],
  [
    ["simulate", "run", "--experiment", "range.json"],
    'The experiment is not valid:\n  profiles.0: the density must stay inside (0, 1), but profile "wide" runs from -0.3000 to 1.3000',
  ],
  [
    ["simulate", "run", "--experiment", "typo.json"],
    'The experiment is not valid:\n  particles: is missing; must be an object with fields\n  experiment: has no field "particels"; did you mean "particles"?',
  ],
  // Folders
  [
    ["simulate", "file", "--experiment", "tiny.json", "--json"],
    "file cannot be used: a file of that name is in the way.",
  ],
  [["estimate", "empty"], NO_RUN],
  [["train", "empty"], NO_RUN],
  [["report", "empty"], NO_RUN],
  [["watch", "empty"], NO_RUN],
  [["compare", "empty", "file"], NO_RUN],
  [
    ["train", "file"],
    "file/experiment.json cannot be used: a part of the path is a file, not a folder.",
  ],
  [
    ["import", "run", "no.json"],
    "The snapshot description no.json cannot be used: there is no such file or folder.",
  ],
  // Predictions
  [["predict", MODEL], `--profile needs a value. ${HINT}`],
  [["predict", "nowhere", ...PROFILE], "There is no model folder at nowhere."],
  [["predict", "empty", ...PROFILE], "The model's file manifest.json is missing in empty."],
  [
    ["predict", MODEL, "--profile", "start.csv"],
    "The profile file start.csv cannot be used: there is no such file or folder.",
  ],
  [
    ["predict", MODEL, "--profile", "0.5+0.3*cso(2*pi*x)"],
    'The profile "0.5+0.3*cso(2*pi*x)" calls the unknown function cso; known are sin, cos, tan, tanh, exp, log, sqrt, abs, floor, sign, min, max, pow.',
  ],
  [
    ["predict", MODEL, "--profile", "0.5+0.6*cos(2*pi*x)"],
    "The profile is 1.1 at x = 0; densities must lie strictly between 0 and 1.",
  ],
  [
    ["predict", MODEL, ...PROFILE, "--times", "0,0.02,0.01"],
    "times[2] is 0.01; times must be finite and rise from 0 on.",
  ],
  [
    ["predict", MODEL, ...PROFILE, "--times", "0;0.1"],
    `${TIMES}, and has "0;0.1". ${HINT}`,
  ],
  ...["0,,1", "0,05", "0x1", "1e-400", "1e400", "0,nan", "0,0.1,"].map((
    times,
  ): [string[], string] => {
    const wrong = times.split(",").find((item) => !/^0(\.1)?$/.test(item));
    return [
      ["predict", MODEL, ...PROFILE, "--times", times],
      `${TIMES}, and has "${wrong}". ${HINT}`,
    ];
  }),
  [
    ["predict", MODEL, ...PROFILE, "--times", "-1,0"],
    "times[0] is -1; times must be finite and rise from 0 on.",
  ],
  ...["1.5", "1e300", "99999999999999999999"].map((seed): [string[], string] => [
    ["predict", MODEL, ...PROFILE, "--seed", seed],
    `--seed must be a whole number of at most 9007199254740991, or a word, not "${seed}". ${HINT}`,
  ]),
  [
    ["predict", MODEL, ...PROFILE, "--tolerance", "1e-400"],
    `--tolerance must be a number, not "1e-400". ${HINT}`,
  ],
  [
    ["predict", MODEL, "--profile", "0,5"],
    'The profile "0,5" is not one expression; an operator is missing, or a comma stands for a decimal point.',
  ],
  [
    ["predict", MODEL, "--profile", "folder.csv"],
    "The profile file folder.csv cannot be used: it is no file.",
  ],
  [
    ["predict", MODEL, "--profile", "circle.csv"],
    "The profile file circle.csv cannot be used: its links lead in a circle.",
  ],
  [
    ["predict", MODEL, ...PROFILE, "--out", "file"],
    "file cannot be used: a file of that name is in the way.",
  ],
  [
    ["law", MODEL, "--out", join(LONG, "x")],
    `${join(LONG, "x")} cannot be used: its name is too long.`,
  ],
  [["predict", MODEL, ...PROFILE, "--out="], `--out must not be empty. ${HINT}`],
  [["predict", "", ...PROFILE], `MODEL must not be empty. ${HINT}`],
  [
    ["simulate", LONG, "--preset", "quick"],
    `${LONG} cannot be used: its name is too long.`,
  ],
  [
    ["predict", MODEL, ...PROFILE, "--members", "0"],
    "members must be a whole number from 1 to 100000, not 0.",
  ],
];

describe("typical mistakes end with exit code 2 and a message that helps", () => {
  it.each(mistakes)("%j", async (args, message) => {
    const { code, stdout, stderr } = await spiediff(...args);
    expect(stderr).toBe(`spiediff: ${message}\n`);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

it("every command has help with examples, and knows --json where it prints a result", async () => {
  const { stdout } = await spiediff("--help");
  const commands = [...stdout.split("COMMANDS\n")[1].matchAll(/^ {2}(\w+) /gm)].map(([, name]) =>
    name
  );
  expect(commands).toEqual(expect.arrayContaining(["simulate", "train", "watch", "doctor"]));
  for (const command of commands) {
    const help = await spiediff(command, "--help");
    expect(help.code, command).toBe(0);
    expect(help.stdout, command).toMatch(/EXAMPLES\n {2}\S/);
    // These two print a JSON schema and a shell's script, whatever the flags.
    if (!["schema", "completion"].includes(command)) {
      expect(help.stdout, command).toContain("--json");
    }
  }
});
