/** What commands are made of, word by word; no training and no particles. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseExperiment, preset } from "@spiediff/experiment";
import { writeRunExperiment } from "@spiediff/train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareRuns, differences } from "./compare/comparison.ts";
import { comparisonPage, lastProfile } from "./compare/page.ts";
import type { FinishedRun } from "./compare/read_run.ts";
import { bashScript, type Completable, fishScript, zshScript } from "./completion.ts";
import { afterwards, executorOf, slurmOptions } from "./chosen_executor.ts";
import { statusText } from "./job_status.ts";
import { nothingPlanned, plannedJobs } from "./planned_jobs.ts";
import { experimentFor } from "./run_experiment.ts";
import { runState, runStateText } from "./run_state.ts";
import { textTable } from "./text_table.ts";
import { runProgress, signature } from "./watch/progress.ts";

const root = mkdtempSync(join(tmpdir(), "spiediff-parts-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const experiment = preset("quick", 1);

it("a table has its first column flush left and numbers flush right, without trailing blanks", () => {
  expect(textTable(["what", "a", "bb"], [["x", "10", ""], ["longer", "1", "2"]])).toBe(
    "what     a  bb\nx       10\nlonger   1   2\n",
  );
});

describe("two experiments", () => {
  it("differ by path, in the order of the first; lists of numbers are one value", () => {
    expect(differences({ a: 1, b: { c: [1, 2], d: null } }, { b: { c: [1, 3], d: 4 }, e: 5 }))
      .toEqual([
        { name: "a", a: 1, b: null },
        { name: "b.c", a: [1, 2], b: [1, 3] },
        { name: "b.d", a: null, b: 4 },
        { name: "e", a: null, b: 5 },
      ]);
    expect(differences([{ x: 1 }, { x: 2 }], [{ x: 1 }, { x: 3 }])).toEqual([{
      name: "1.x",
      a: 2,
      b: 3,
    }]);
    expect(differences({ a: [1] }, { a: [1] })).toEqual([]);
    expect(differences(1, 2)).toEqual([{ name: "", a: 1, b: 2 }]);
  });
});

describe("two runs side by side", () => {
  const level = 0.95;
  const k1 = (shift: number, reference: number) => ({
    level,
    columns: {
      ...{ rho: [0.2, 0.4], mean: [1 + shift, 2], lower: [0.5, 1.5], upper: [1.5, 2.5] },
      reference: [reference, 2],
    },
  });
  const run = (folder: string, change: Partial<FinishedRun> = {}): FinishedRun => ({
    ...{ folder, experiment, seconds: { Train: 3, Report: 4 }, warnings: ["odd"] },
    metrics: {
      ...{ k1: 0.01, k1AgainstLimit: null, freeEnergyAffineGauge: 0.02, freeEnergyGaugeFree: 0.03 },
      ...{ diffusivity: 0.04, bandCoverage: 0.9, bandCoverageWithKmcError: 0.95 },
      ...{ relativeMassDrift: 1e-16, relativeFreeEnergyRise: 1e-17, level },
      positiveSemiDefinite: { evaluations: 5, violations: 6 },
    } as never,
    ...{ k1: k1(0, 1), freeEnergy: k1(0, 1) },
    prediction: {
      level,
      columns: {
        ...{ t: [0, 0, 0.1, 0.1], x: [0, 0.5, 0, 0.5], mean: [1, 2, 3, 4] },
        ...{ lower: [0, 1, 2, 3], upper: [2, 3, 4, 5] },
      },
    },
    ...change,
  });
  const other = run("b", {
    ...{ experiment: { ...experiment, seed: 2 }, seconds: { Simulate: 1, Train: 5 }, warnings: [] },
    metrics: { ...run("b").metrics, k1: 0.5, positiveSemiDefinite: null } as never,
  });

  it("have each figure of merit, the seconds of either, and what differs", () => {
    const found = compareRuns(run("a"), other);
    expect([found.a, found.b, found.warnings]).toEqual(["a", "b", {
      name: "warnings",
      a: 1,
      b: 0,
    }]);
    expect(found.metrics.map(({ a, b }) => [a, b])).toEqual([
      ...[[0.01, 0.5], [null, null], [0.02, 0.02], [0.03, 0.03], [0.04, 0.04], [0.9, 0.9]],
      ...[[0.95, 0.95], [1e-16, 1e-16], [1e-17, 1e-17], [6, null]],
    ]);
    expect(new Set(found.metrics.map(({ name }) => name)).size).toBe(10);
    expect(found.seconds).toEqual([
      { name: "Train", a: 3, b: 5 },
      { name: "Report", a: 4, b: null },
      { name: "Simulate", a: null, b: 1 },
    ]);
    expect(found.configuration).toEqual([{ name: "seed", a: 1, b: 2 }]);
  });

  it("show the last profile: of a square the row through its middle", () => {
    expect(lastProfile(run("a"), "A")).toMatchObject({ x: [0, 0.5, 1], y: [3, 4, 3] });
    const mean = [0, 1, 2, 3, 4, 5, 6, 7];
    const square = run("s", {
      prediction: {
        level,
        columns: {
          ...{ t: [0, 0, 0, 0, 0.1, 0.1, 0.1, 0.1], x: [0, 0.5, 0, 0.5, 0, 0.5, 0, 0.5] },
          ...{ y: [0, 0, 0.5, 0.5, 0, 0, 0.5, 0.5], mean, lower: mean, upper: mean },
        },
      },
    });
    expect(lastProfile(square, "A")).toMatchObject({ x: [0, 0.5, 1], y: [6, 7, 6] });
  });

  it("are one page, with the references of either where they differ", () => {
    const page = (b: FinishedRun) =>
      comparisonPage(compareRuns(run("a"), b), run("a"), b, "the footer");
    const html = page(other);
    for (
      const text of [
        "A: a (quick, seed 1). B: b (quick, seed 2).",
        "the footer",
        "At t = 0.1.",
        "A, mean and 95 % band",
        ">seed<",
      ]
    ) expect(html).toContain(text);
    expect(html).toContain(">reference<");
    expect(html).not.toContain("reference, A");
    const apart = run("b", { k1: k1(0, 7) });
    expect(page(apart)).toContain("reference, A");
    expect(page(apart)).toContain("reference, B");
    expect(page(apart)).toContain("Nothing: the same experiment.");
    const later = run("b", {
      prediction: {
        level: undefined,
        columns: { ...other.prediction.columns, t: [0, 0, 0.2, 0.2] },
      },
    });
    expect(page(later)).toContain("At t = 0.1 in A, at t = 0.2 in B.");
    const energy = run("e", { experiment: preset("energy-exchange", 1) });
    const axes = comparisonPage(compareRuns(energy, energy), energy, energy, "");
    expect(axes).toContain("energy ρ (energy per site)");
    expect(axes).not.toContain("particles per site");
  });
});

describe("where work is done", () => {
  const flags = { executor: "local", detach: false } as const;
  it("is this machine or Slurm, each with its own flags only", () => {
    expect("submit" in executorOf(flags, 2)).toBe(false);
    expect("submit" in executorOf({ ...flags, executor: "slurm", partition: "long" }, 2)).toBe(
      true,
    );
    for (
      const [name, value] of Object.entries({
        partition: "p",
        time: "3",
        memory: "4G",
        throttle: 2,
      })
    ) {
      expect(() => executorOf({ ...flags, [name]: value }, 2)).toThrow(
        `--${name} needs --executor slurm.`,
      );
    }
    expect(() => executorOf({ ...flags, sbatch: ["--a=b"] }, 2)).toThrow("--sbatch needs");
    expect(() => executorOf({ ...flags, detach: true }, 2)).toThrow(
      "--detach needs --executor slurm.",
    );
    executorOf({ ...flags, sbatch: [], shards: 1 }, 2);
    for (const shards of [0, 1.5, NaN]) {
      expect(() => executorOf({ ...flags, shards }, 2)).toThrow(`at least 1, not ${shards}.`);
    }
  });
  it("asks Slurm for what is given", () => {
    const given = { partition: "p", time: "3", memory: "4G", throttle: 2, sbatch: ["--a=b"] };
    expect(slurmOptions({ ...given, detach: true })).toEqual(given);
    expect(slurmOptions({ detach: false, sbatch: [] })).toEqual({});
    expect(afterwards("runs/a")).toBe(
      "See it by `spiediff status runs/a`, follow or mend it by `spiediff resume runs/a`, stop it by " +
        "`spiediff cancel runs/a`.",
    );
  });
});

it("the state of work in shards is a line for each thing to know", () => {
  const status = { work: "train", shards: 8, done: 5, missing: "2,4", merged: false };
  const unusable = [{ shard: 7, reason: "7 is cut short." }];
  expect(statusText({ ...status, unusable, slurm: "1 running" })).toBe(
    "train: 5 of 8 shards\n  missing: 2,4\n  7 is cut short.\n  Slurm: 1 running\n",
  );
  expect(statusText({ ...status, done: 8, missing: "", unusable: [], merged: true, slurm: "x" }))
    .toBe("train: 8 of 8 shards, merged\n");
});

describe("a run folder", () => {
  const folder = join(root, "run");
  beforeAll(async () => {
    mkdirSync(folder);
    await writeRunExperiment(folder, experiment);
  });

  it("says which of its stages fit what they were made from", async () => {
    expect(await runState(join(root, "none"))).toBeNull();
    expect(await runState(folder)).toEqual({ estimates: "none", model: "none", report: "none" });
    for (const name of ["estimates", "model"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "metrics.json"), '{"madeFrom": "x"}');
    const state = await runState(folder);
    expect(state).toEqual({ estimates: "outdated", model: "outdated", report: "outdated" });
    expect(runStateText({ ...state!, model: "current" }))
      .toBe("estimates outdated, model current, report outdated");
    for (const name of ["estimates", "model", "metrics.json"]) {
      rmSync(join(folder, name), { recursive: true });
    }
  });

  it("is told by its files how far it is, and changes its signature with them", async () => {
    expect(await runProgress(folder)).toEqual({
      experiment,
      ...{ phase: "simulating: 0 of 8 profiles done", finished: false },
      ...{ recorded: 0, estimated: 0, law: null },
    });
    const seen = new Set([signature(folder)]);
    const changed = () => expect(seen.size).toBe(seen.add(signature(folder)).size - 1);
    mkdirSync(join(folder, "records"));
    for (const { name } of experiment.profiles) {
      writeFileSync(join(folder, "records", `${name}.record`), "");
    }
    changed();
    expect(await runProgress(folder)).toMatchObject({
      ...{ phase: "simulated; not all profiles estimated yet", recorded: 8, estimated: 0 },
    });
    rmSync(join(folder, "records", "wide.record"));
    expect((await runProgress(folder)).phase).toBe("simulating: 7 of 8 profiles done");
    changed();
    utimesSync(join(folder, "records", "low.record"), 5, 5);
    changed();
    for (const name of ["estimates", "checkpoints", "model"]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "a.json"), "x");
      changed();
    }
    expect((await runProgress(folder)).estimated).toBe(1);
    const before = signature(folder);
    writeFileSync(join(folder, "a.json.partial-1-0123abcd"), "");
    expect(signature(folder)).toBe(before);
  });

  it("has no work in shards unless it was planned", async () => {
    expect(await plannedJobs(folder)).toEqual([]);
    await expect(plannedJobs(root)).rejects.toThrow("is not a run folder");
    expect(nothingPlanned("f")).toMatch(
      /^f has no work in shards\. Begin some by `spiediff simulate`/,
    );
  });

  it("or the command line names the experiment, one of them", () => {
    const flags = { workers: 1, json: false };
    expect(experimentFor(folder, flags)).toEqual(experiment);
    expect(experimentFor(folder, { ...flags, seed: 7 })).toEqual(
      parseExperiment({ ...experiment, seed: 7 }),
    );
    expect(experimentFor(folder, { ...flags, preset: "scarce", seed: 3 })).toEqual(
      preset("scarce", 3),
    );
    const file = join(root, "own.json");
    writeFileSync(file, JSON.stringify({ ...experiment, name: "own" }));
    expect(experimentFor(root, { ...flags, experiment: file }).name).toBe("own");
    expect(() => experimentFor(root, { ...flags, experiment: file, preset: "lrm" }))
      .toThrow("Give --preset or --experiment, not both.");
    expect(() => experimentFor(root, flags)).toThrow(
      /holds no experiment yet\. Name one: --preset lrm\|/,
    );
  });
});

describe("completions", () => {
  const commands: Completable[] = [
    {
      ...{ name: "go", brief: "It's a command", values: ["left", "right"] },
      flags: [
        { name: "--fast", brief: "quick: very", values: [] },
        { name: "--kind", brief: "k", values: ["a", "b"] },
      ],
    },
    { name: "stop", brief: "s", values: [], flags: [] },
  ];
  const call = { program: "tool", arguments: ["run", "-A", "it's.ts"], deno: "2.9.5" };
  const called = `tool() {
  if command -v deno > /dev/null; then deno 'run' '-A' 'it'\\''s.ts' "$@"
  else npx -y deno@2.9.5 'run' '-A' 'it'\\''s.ts' "$@"; fi
}`;

  it("for bash name commands, flags and values, each behind its own words", () => {
    const script = bashScript(commands, call);
    expect(script.startsWith(`# tool in bash: source this file in ~/.bashrc\n${called}\n_tool() {`))
      .toBe(true);
    expect(script).toContain(`COMPREPLY=($(compgen -W 'go stop' -- "$current"))`);
    expect(script).toContain(
      `    go:go) words='left right' ;;\n    go:--kind) words='a b' ;;\n  esac`,
    );
    expect(script).toContain(
      `      go) words='--fast --kind' ;;\n      stop) words='' ;;\n    esac`,
    );
    expect(script.endsWith("complete -o filenames -F _tool tool\n")).toBe(true);
  });

  it("for zsh have a line on each", () => {
    const script = zshScript(commands, call);
    expect(script).toContain(called);
    expect(script).toContain(`entries=('go:It'\\''s a command' 'stop:s')`);
    expect(script).toContain(`    go:--kind) compadd -- 'a' 'b'; return ;;\n`);
    expect(script).toContain(
      `      go) entries=('--fast:quick: very' '--kind:k') ;;\n      stop) entries=() ;;\n`,
    );
    expect(script.endsWith("compdef _tool tool\n")).toBe(true);
  });

  it("for fish are a line each", () => {
    const after = "complete -c tool -n '__fish_seen_subcommand_from go'";
    expect(fishScript(commands, call)).toBe(
      `# tool in fish: put this file into ~/.config/fish/conf.d
function tool
  if command -q deno
    deno 'run' '-A' 'it'\\''s.ts' $argv
  else
    npx -y deno@2.9.5 'run' '-A' 'it'\\''s.ts' $argv
  end
end
complete -c tool -f -n __fish_use_subcommand -a go -d 'It'\\''s a command'
${after} -fa 'left right'
${after} -l fast -d 'quick: very'
${after} -l kind -d 'k' -xa 'a b'
complete -c tool -f -n __fish_use_subcommand -a stop -d 's'
`,
    );
  });
});
