import { request } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomStream } from "@spiediff/random";
import { loadBackend } from "@spiediff/tensor-backend";
import {
  checkpointFile,
  learn,
  readEstimates,
  readRunExperiment,
  trainingData,
  trainingFingerprint,
} from "@spiediff/train";
import { experimentFile, spiediff } from "./testing.ts";
import { runProgress } from "./watch/progress.ts";
import { type Watch, watchRun } from "./watch/server.ts";

let root = "", run = "";
let watch: Watch | undefined;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-watch-"));
  run = join(root, "run");
});
afterAll(async () => {
  await watch?.close();
  await rm(root, { recursive: true, force: true });
});

/** Asks the server as a browser would that was led there under some name. */
function ask(
  url: string,
  host?: string,
): Promise<{ status: number; refresh?: string; text: string }> {
  return new Promise((resolve, reject) => {
    request(url, { headers: host === undefined ? {} : { host } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => text += part).on("end", () =>
        resolve({
          status: response.statusCode!,
          refresh: response.headers.refresh as string | undefined,
          text,
        }));
    }).on("error", reject).end();
  });
}

describe("watch", () => {
  it("follows a run from its particles to its report", async () => {
    const experiment = await experimentFile(root, "tiny");
    await spiediff("simulate", run, "--experiment", experiment, "--json");
    expect((await runProgress(run)).phase).toBe("simulated; not all profiles estimated yet");
    watch = await watchRun(run, 0);
    const before = await ask(watch.url);
    expect([before.status, before.refresh]).toEqual([200, "3"]);
    expect(before.text).toContain("first checkpoint");

    await spiediff("estimate", run, "--json");
    expect((await runProgress(run)).phase).toBe("training: before its first checkpoint");
    await spiediff("train", run, "--json");
    await spiediff("report", run, "--json");
    const after = await ask(watch.url);
    expect(after.refresh).toBeUndefined();
    expect(after.text).toContain("done: report.html is written");
    // Losses, K1, f' and f.
    expect(after.text.split("<figure").length - 1).toBe(4);
    expect(after.text).not.toMatch(/<script|(src|href)="https?:/);
  });

  it("refuses what is no run folder", async () => {
    await expect(watchRun(root, 0)).rejects.toThrow(/is not a run folder/);
  });

  it("answers only pages of this machine, only at its root", async () => {
    const { url } = watch!;
    expect((await ask(url, "evil.example")).status).toBe(403);
    expect((await ask(url, "localhost:8770")).status).toBe(200);
    expect((await ask(url + "etc/passwd")).status).toBe(404);
    const head = await fetch(url, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    for (const [method, status] of [["OPTIONS", 204], ["POST", 405]] as const) {
      const response = await fetch(url, { method });
      await response.body?.cancel();
      expect([response.status, response.headers.get("allow")]).toEqual([
        status,
        "GET, HEAD, OPTIONS",
      ]);
    }
    expect(new URL(url).hostname).toBe("127.0.0.1");
  });

  it(
    "draws the bands of an unfinished training, the same as of the finished networks",
    async () => {
      const cut = join(root, "cut");
      const path = await experimentFile(root, "cut");
      await spiediff("simulate", cut, "--experiment", path, "--json");
      await spiediff("estimate", cut, "--json");
      const experiment = readRunExperiment(cut);
      const estimates = await readEstimates(cut, experiment);
      // As after a kill between the trainings and the export: all checkpoints, no model.
      await spiediff("train", cut, "--json");
      const { law } = await runProgress(cut);
      expect(law?.source).toBe("model");
      const { tf, name } = await loadBackend();
      const fingerprint = await trainingFingerprint(experiment, estimates);
      const stream = randomStream(experiment.seed, "train");
      const { curves } = await learn(
        tf,
        trainingData(estimates, experiment),
        experiment.training,
        stream,
        {
          checkpoint: (stage) => checkpointFile(cut, stage, `${fingerprint} on ${name}`),
        },
      );
      await rm(join(cut, "model"), { recursive: true });
      const live = (await runProgress(cut)).law!;
      expect(live.source).toBe("checkpoints");
      // To the end of each, which is early where the held-out loss says so.
      expect(live.training.map(({ steps }) => [...steps])).toEqual(
        [curves.mobility, curves["free energy"]].map((curve) => curve.map(({ step }) => step)),
      );
      expect(live.training.every(({ steps }) => steps.at(-1)! > 250)).toBe(true);
      const middle = Math.floor(live.k1.density.length / 2);
      const k1 = live.k1.learned.mean[middle], f = live.freeEnergyDensity!.learned.mean[middle];
      expect(k1 / law!.k1.learned.mean[middle]).toBeCloseTo(1, 1);
      expect(f).toBeCloseTo(law!.freeEnergyDensity!.learned.mean[middle], 2);
    },
    60_000,
  );
});
