import { chdir, cwd } from "node:process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCsv } from "@spiediff/report";
import { experimentFile, spiediff, type TINY } from "./testing.ts";

type Free = Record<string, unknown> & typeof TINY;

const before = cwd();
let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-odd-"));
  chdir(root);
});
afterAll(async () => {
  chdir(before);
  await rm(root, { recursive: true, force: true });
});

const odd = (name: string, change: (experiment: Free) => void) =>
  experimentFile(root, name, (e) => change(e as unknown as Free));

describe("an experiment whose name is a path", () => {
  it("runs inside of runs/, and is called by its name in a report that stays text", async () => {
    const experiment = await odd("evil", (e) => e.name = "../../evil <script>alert(1)</script>");
    const { code, stdout } = await spiediff("demo", "--experiment", experiment, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).folder).toBe("runs/evil-script-alert-1-script-seed-5");
    expect(await readdir(root)).toEqual(expect.arrayContaining(["evil.json", "runs"]));
    expect((await readdir(root)).length).toBe(2);
    const html = await readFile(join(JSON.parse(stdout).folder, "report.html"), "utf8");
    expect(html).toContain("evil &lt;script&gt;");
    expect(html).not.toContain("<script>alert");
  }, 120_000);
});

describe("warnings", () => {
  it("of windows come before the simulation, with and without --json", async () => {
    const experiment = await odd("windows", (e) => {
      e.sampling.h = [1e-5, 2e-4, 1e-3];
      e.sampling.realizations = 16;
    });
    const { code, stdout, stderr } = await spiediff(
      ...["simulate", "windows", "--experiment", experiment, "--json"],
    );
    expect(code).toBe(0);
    const { warnings } = JSON.parse(stdout);
    expect(warnings).toEqual([
      expect.stringMatching(/^sampling\.h = 0\.00001 is below 4 hop times, 0\.0001: too short/),
      expect.stringMatching(/^sampling\.h = 0\.001 is beyond .* 0\.000625: too long/),
      "Of use for these sites and elements: sampling.h = 0.0001, 0.0002, 0.0004.",
    ]);
    expect(stderr).toBe(warnings.map((text: string) => `warning: ${text}\n`).join(""));
  }, 120_000);
  it("of every stage reach the terminal once, and JSON and report too", async () => {
    const experiment = await odd("long-window", (e) => {
      e.sampling.h = [1e-3, 1e-2];
      e.sampling.realizations = 60;
      e.prediction!.profile = { name: "far", mean: 0.5, modes: [{ k: 1, amplitude: 0.45 }] };
    });
    const [out, run] = [join(root, "demo"), join(root, "stages")];
    const demo = await spiediff("demo", "--experiment", experiment, "--out", out);
    expect(demo.code).toBe(0);
    const shown = demo.stderr.split("\n").filter((line) => line.startsWith("warning: "))
      .map((line) => line.slice("warning: ".length));
    expect(new Set(shown).size).toBe(shown.length);
    // One of the estimates, which names its profile, and one of the prediction.
    expect(shown.some((text) => text.startsWith("wide: "))).toBe(true);
    expect(shown.some((text) => !/^(wide|low): /.test(text))).toBe(true);
    expect(JSON.parse(await readFile(join(out, "metrics.json"), "utf8")).warnings).toEqual(shown);

    await spiediff("simulate", run, "--experiment", experiment, "--json");
    const estimated = JSON.parse((await spiediff("estimate", run, "--json")).stdout).warnings;
    await spiediff("train", run, "--json");
    const reported = JSON.parse((await spiediff("report", run, "--json")).stdout).warnings;
    expect(reported).toEqual(expect.arrayContaining(estimated));
    expect(reported.length).toBe(shown.length);
  }, 120_000);
});

describe("an experiment whose densities lie beside the grid of reports", () => {
  it("has a report over the densities that it covered", async () => {
    const dilute = { name: "dilute", mean: 0.0005, modes: [{ k: 1, amplitude: 0.0004 }] };
    const experiment = await odd("dilute", (e) => {
      Object.assign(e.particles, { sites: 400, halfWidth: 1 });
      e.profiles = [dilute];
      e.prediction = {
        profile: { ...dilute, name: "s", modes: [] },
        times: [0, 0.005],
        members: 10,
      };
    });
    const run = join(root, "dilute");
    await spiediff("simulate", run, "--experiment", experiment, "--json");
    for (const stage of ["estimate", "train", "report"]) {
      const { code, stderr } = await spiediff(stage, run, "--json");
      expect(code, `${stage}: ${stderr}`).toBe(0);
    }
    const text = await readFile(join(run, "k1.csv"), "utf8");
    const { rho } = readCsv(text).columns;
    expect(rho.length).toBe(181);
    const manifest = JSON.parse(await readFile(join(run, "model", "manifest.json"), "utf8"));
    const [low, high] = manifest.coverage.density;
    expect([Math.min(...rho), Math.max(...rho)]).toEqual([low, high]);
    expect(text).not.toContain("NaN");
    const watched = await spiediff("watch", run, "--page", join(root, "watch.html"), "--json");
    expect(watched.code, watched.stderr).toBe(0);
  }, 120_000);
});
