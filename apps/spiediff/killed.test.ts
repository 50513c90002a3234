import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RandomStream, randomStream } from "@spiediff/random";
import { experimentFile, spiediff } from "./testing.ts";
import { type Ending, type Moment, onChange, runContents, runProcess } from "./testing_kill.ts";

/** `KILLS=50 KILL_SEED=1 deno run -A npm:vitest run killed` kills more often, or where a run did. */
const KILLS = Number(process.env.KILLS ?? 4);
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1e9);
const DATA = fileURLToPath(new URL("../../test-data/foreign-ssep/small/", import.meta.url));

const MODELS = {
  OLD: fileURLToPath(new URL("../../test-data/lrm-quick-model-v2", import.meta.url)),
  MODEL: fileURLToPath(new URL("../../test-data/lrm-quick-model", import.meta.url)),
};

/** Commands in the order in which a run is made; the experiment or the data come with the first. */
const ROADS = {
  simulated: ["simulate", "estimate", "train", "report"],
  imported: ["import", "estimate", "train", "report"],
} as const;
type Road = keyof typeof ROADS;

/** A checkpoint every 500 steps: two of them before the last. */
const STEPS = { k1: 1200, freeEnergy: 1200 };

let root = "", experiment = "", snapshots = "";
/** What each command did when nothing disturbed it. */
const undisturbed: { road: Road; stage: number; milliseconds: number; changes: number }[] = [];
const results = {} as Record<Road, Record<string, string>>;

const argsOf = (command: string, run: string) => {
  const more = { simulate: ["--experiment", experiment], import: [snapshots] };
  return [command, run, ...more[command as keyof typeof more] ?? [], "--json"];
};
/** The run folder of a road as it was before one of its commands. */
const before = (road: Road, stage: number) => join(root, `${road}-before-${stage}`);

/** Many kills repeat the commands as processes, too; a few do so in this one, for the sake of time. */
const run = async (args: string[]): Promise<Pick<Ending, "code" | "stderr">> =>
  KILLS > 10 ? await runProcess(args[1], args) : await spiediff(...args);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-killed-"));
  experiment = await experimentFile(root, "tiny", (e) => {
    (e.training as Record<string, unknown>).steps = STEPS;
  });
  snapshots = join(root, "snapshots.json");
  const files = [0, 1, 2].map((time) => `${DATA}middle-${time}.csv`);
  const description = {
    ...{ name: "killed", seed: 1, values: "z", sites: 120, elements: 6, h: [0.00028, 0.0017] },
    profiles: [{ name: "middle", files }],
    training: { hidden: [6], batch: 20, steps: STEPS },
    prediction: { times: [0, 0.001], members: 10 },
  };
  await writeFile(snapshots, JSON.stringify(description));
  for (const road of Object.keys(ROADS) as Road[]) {
    const folder = join(root, road);
    await mkdir(folder);
    for (const [stage, command] of ROADS[road].entries()) {
      await cp(folder, before(road, stage), { recursive: true });
      let changes = 0;
      const release = onChange(folder, () => changes++);
      const start = performance.now();
      const { code, stderr } = await run(argsOf(command, folder));
      const milliseconds = performance.now() - start;
      release();
      expect([code, stderr], command).toEqual([0, expect.any(String)]);
      undisturbed.push({ road, stage, milliseconds, changes });
    }
    results[road] = await runContents(folder);
  }
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

describe("kill -9", () => {
  it(`at random moments (seed ${SEED}) costs no result and leaves nothing behind`, async () => {
    const random = randomStream(SEED, "kills");
    const killed: Record<string, number> = {};
    let refused = 0, late = 0;
    for (let done = 0; done < KILLS;) {
      const { road, stage, milliseconds, changes } =
        undisturbed[Math.floor(random.uniform() * undisturbed.length)];
      const moment: Moment = random.uniform() < 0.5
        ? { milliseconds: random.uniform() * milliseconds }
        : { changes: 1 + Math.floor(share(random) * changes) };
      const command = ROADS[road][stage];
      const folder = join(root, `killed-${done}`);
      await rm(folder, { recursive: true, force: true });
      await cp(before(road, stage), folder, { recursive: true });
      const ending = await runProcess(folder, argsOf(command, folder), moment);
      if (!ending.killed) {
        // It had ended before the moment came: drawn again.
        late++;
        continue;
      }
      done++;
      killed[command] = (killed[command] ?? 0) + 1;
      if (!await goesOn(road, stage, folder, JSON.stringify({ road, command, moment }))) refused++;
      await rm(folder, { recursive: true, force: true });
    }
    console.log(
      `seed ${SEED}: killed ${JSON.stringify(killed)}, refused ${refused}, ${late} ended first`,
    );
  }, 20_000 + 20_000 * KILLS);
});

/** Of a command's changes: half of the time of its last ones, where results appear and what is outdated goes. */
const share = (random: RandomStream): number =>
  random.uniform() < 0.5 ? random.uniform() : 1 - 0.15 * random.uniform();

/** Commands whose output lies outside of run folders; OLD and MODEL stand for the models that ship. */
const OUTPUTS = {
  "predict": ["MODEL", "--profile", "0.5+0.3*cos(2*pi*x)", "--times", "0,0.01", "--members", "40"],
  "law": ["MODEL", "--members", "40", "--densities", "0.2:0.8:31"],
  "export": ["MODEL", "--format", "json", "--members", "9", "--densities", "0.2:0.8:21"],
  "convert": ["OLD"],
} as const;

describe("kill -9 of a command that writes elsewhere", () => {
  it(`at a random change (seed ${SEED}) costs no result and leaves nothing behind`, async () => {
    const random = randomStream(SEED, "outputs");
    for (const [command, given] of Object.entries(OUTPUTS)) {
      const out = join(root, `out-${command}`), folder = join(out, "result");
      const args = [command, ...given.map((word) => MODELS[word as keyof typeof MODELS] ?? word)];
      const again = command === "convert" ? [folder, "--overwrite"] : ["--out", folder];
      await mkdir(out, { recursive: true });
      let changes = 0;
      const release = onChange(out, () => changes++);
      expect((await spiediff(...args, ...again)).code, command).toBe(0);
      // Changes are told of a little later.
      await new Promise((done) => setTimeout(done, 100));
      release();
      const undisturbed = await outputContents(out);
      // Over a good result, which must be whole at every moment.
      const moment = { changes: 1 + Math.floor(random.uniform() * changes) };
      const { killed } = await runProcess(out, [...args, ...again], moment);
      const where = `${command} at ${moment.changes} of ${changes} changes, killed ${killed}`;
      for (const [name, text] of Object.entries(await outputContents(out))) {
        if (!/\.(partial|old)-/.test(name)) expect(text, where).toBe(undisturbed[name]);
      }
      expect((await spiediff(...args, ...again)).code, where).toBe(0);
      expect(await outputContents(out), where).toEqual(undisturbed);
    }
  }, 120_000);
});

/** A hash of every file, but for the moments and seconds that pages and predictions tell. */
async function outputContents(folder: string): Promise<Record<string, string>> {
  const varying = /Made [^.<]*\.|"seconds":(\{[^}]*\}|[^,}]*)|[\d.]+ (ms|s|min)\b/g;
  return Object.fromEntries(
    Object.entries(await runContents(folder)).map(([path, text]) => [
      path,
      createHash("sha256").update(text.replace(varying, "")).digest("hex"),
    ]),
  );
}

/** Repeats a killed command and those after it; false if it refuses, naming a file. */
async function goesOn(
  road: Road,
  stage: number,
  folder: string,
  where: string,
): Promise<boolean> {
  for (const command of ROADS[road].slice(stage)) {
    const { code, stderr } = await run(argsOf(command, folder));
    if (code === 2 && stderr.includes(folder)) return false;
    expect([code, stderr], `${where}, then ${command}`).toEqual([0, expect.any(String)]);
  }
  const now = await runContents(folder);
  expect(Object.keys(now).sort(), where).toEqual(Object.keys(results[road]).sort());
  for (const [path, text] of Object.entries(results[road])) {
    expect(firstDifference(now[path], text), `${where}: ${path}`).toBeUndefined();
  }
  return true;
}

/** Where two texts differ, in few letters, since a file of bits may be long. */
function firstDifference(there: string, here: string): string | undefined {
  if (there === here) return undefined;
  let at = 0;
  while (there[at] === here[at]) at++;
  const cut = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
  return `byte ${at}: ${cut(there)} after the kill, ${cut(here)} without`;
}
