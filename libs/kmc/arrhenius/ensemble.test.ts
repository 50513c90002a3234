import { describe, expect, it } from "vitest";
import { packMoments } from "@spiediff/ensemble";
import { latticeProfile, REPLICAS, sampleEnsemble, simulateTrajectories } from "../mod.ts";
import type { SampleOptions } from "../mod.ts";

const sites = 200;
const profile = latticeProfile("cosine", sites, (x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x));
const options: SampleOptions = {
  system: { sites, halfWidth: 5, betaJ0: 1 },
  elements: 10,
  profile,
  initialState: "bernoulli",
  realizations: 50,
  seed: 7,
  burnIn: 1e-4,
  horizons: [1e-4, 2e-4],
  blockSize: 8,
};

describe("sampleEnsemble", () => {
  it("gives the same bits for one or two workers", async () => {
    const one = await sampleEnsemble(options);
    const two = await sampleEnsemble({ ...options, workers: 2 });
    expect(two.blocks.length).toBe(7);
    expect(two.blocks.map(packMoments)).toEqual(one.blocks.map(packMoments));
    expect(packMoments(two.total)).toEqual(packMoments(one.total));
  });

  it("conserves mass in every window and reports progress to the end", async () => {
    const seen: number[] = [];
    const { total } = await sampleEnsemble({ ...options, onProgress: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(50);
    const q = total.windows[1].current.mean;
    const change = q.reduce((s, _, i) => s + q[(i + 9) % 10] - q[i], 0);
    expect(Math.abs(change)).toBeLessThan(1e-15);
  });

  it.each(["lanes", "bits"] as const)(
    "runs words in %s: same bits for any workers, with control variates or not, named in the record",
    async (engine) => {
      const system = { ...options.system, halfWidth: engine === "bits" ? 1 : 5 };
      const width = REPLICAS[engine];
      for (const controlVariates of [false, true]) {
        const words = { ...options, system, engine, controlVariates, blockSize: width };
        const ensemble = { ...words, realizations: Math.round(2.5 * width) };
        const one = await sampleEnsemble(ensemble);
        const two = await sampleEnsemble({ ...ensemble, workers: 2 });
        expect(one.engine).toBe(engine);
        expect(one.algorithm).toMatch(
          controlVariates ? /replicas, window-counts of their hops/ : /replicas$/,
        );
        expect(one.blocks.map((block) => block.count)).toEqual([width, width, width / 2]);
        expect(two.blocks.map(packMoments)).toEqual(one.blocks.map(packMoments));
        const q = one.total.windows[1].current.mean;
        const change = q.reduce((s, _, i) => s + q[(i + 9) % 10] - q[i], 0);
        expect(Math.abs(change)).toBeLessThan(1e-15);
      }
      await expect(sampleEnsemble({ ...options, system, engine, blockSize: 8 }))
        .rejects.toThrow(/blockSize must be a multiple/);
    },
  );

  it("has the same means and covariances from all engines (false alarms 1e-4)", async () => {
    const system = { ...options.system, halfWidth: 1, betaJ0: 2 };
    const moments = async (engine: "scalar" | "lanes" | "bits", controlVariates: boolean) =>
      (await sampleEnsemble({
        ...options,
        system,
        engine,
        controlVariates,
        initialState: "local-gibbs",
        realizations: 2560,
        blockSize: 512,
        seed: engine,
      })).total;
    const scalar = await moments("scalar", true);
    for (
      const other of [
        await moments("lanes", false),
        await moments("bits", false),
        await moments("bits", true),
      ]
    ) {
      const n = other.count;
      [
        [scalar.start, other.start],
        ...[0, 1].map((w) => [
          scalar.windows[w].current,
          other.windows[w].current,
        ]),
      ].forEach(([a, b]) => {
        for (let e = 0; e < 10; e++) {
          const [va, vb] = [a, b].map((m) => m.comoment[11 * e] / (n - 1));
          // 90 means and 90 variances at 5 standard errors.
          expect(Math.abs(a.mean[e] - b.mean[e]) / Math.sqrt((va + vb) / n)).toBeLessThan(5);
          expect(Math.abs(Math.log(va / vb)) / Math.sqrt(4 / n)).toBeLessThan(5);
        }
      });
    }
    const martingale = (await moments("lanes", true)).windows[1].martingale;
    for (let e = 0; e < 10; e++) {
      const error = Math.sqrt(martingale.comoment[11 * e] / 2559 / 2560);
      expect(Math.abs(martingale.mean[e]) / error).toBeLessThan(5);
    }
  });

  it("is another ensemble for another seed or profile name", async () => {
    const base = packMoments((await sampleEnsemble(options)).total);
    expect(packMoments((await sampleEnsemble({ ...options, seed: 8 })).total)).not.toEqual(base);
    const renamed = { ...profile, name: "other" };
    expect(packMoments((await sampleEnsemble({ ...options, profile: renamed })).total)).not.toEqual(
      base,
    );
  });

  it("stops when asked to, with one worker or two", async () => {
    for (const workers of [1, 2]) {
      const abort = new AbortController();
      const run = sampleEnsemble({
        ...options,
        workers,
        signal: abort.signal,
        onProgress: () => abort.abort(new Error("enough")),
      });
      await expect(run).rejects.toThrow("enough");
    }
  });

  it.each([
    ["elements", { elements: 7 }, /elements must divide sites/],
    ["realizations", { realizations: 1 }, /realizations.*at least 2.*1/],
    ["horizons", { horizons: [0] }, /horizons\[0\].*above 0.*0/],
    ["horizons", { horizons: [] }, /horizons must name/],
    ["horizons", { horizons: [2e-4, 1e-4] }, /horizons\[1\]/],
    ["horizons", { horizons: [Number.NaN] }, /horizons\[0\].*NaN/],
    ["burnIn", { burnIn: -1 }, /burnIn.*-1/],
    ["halfWidth", { system: { sites, halfWidth: 100, betaJ0: 1 } }, /halfWidth.*99.*100/],
    ["halfWidth", { system: { sites, halfWidth: 0, betaJ0: 1 } }, /halfWidth.*0/],
    ["betaJ0", { system: { sites, halfWidth: 3, betaJ0: Infinity } }, /betaJ0.*Infinity/],
    ["betaJ0", { system: { sites, halfWidth: 3, betaJ0: 20 } }, /betaJ0.*20/],
    ["drive", { system: { sites, halfWidth: 3, betaJ0: 1, drive: 0 } }, /drive.*0/],
    ["workers", { workers: 0 }, /workers.*0/],
    ["blockSize", { blockSize: 0.5 }, /blockSize.*0.5/],
    [
      "profile",
      { profile: { name: "p", density: new Float64Array(sites) } },
      /"p".*\(0, 1\).*site 0/,
    ],
    [
      "profile",
      { profile: { name: "p", density: new Float64Array(3).fill(0.5) } },
      /one value per site/,
    ],
  ])("refuses a bad %s by name", async (_, change, message) => {
    const run = sampleEnsemble({ ...options, ...change } as SampleOptions);
    await expect(run).rejects.toThrow(RangeError);
    await expect(run).rejects.toThrow(message);
  });
});

describe("simulateTrajectories", () => {
  const long = { ...options, times: [0, 5e-4, 1e-3], realizations: 6 };

  it("resumes after an interruption with the same bits, on workers too", async () => {
    const kept = new Map<number, Float64Array>();
    const whole = await simulateTrajectories({
      ...long,
      onRealization: (r, fields) => kept.set(r, fields),
    });
    expect([...kept.keys()]).toEqual([0, 1, 2, 3, 4, 5]);
    const part = new Map([...kept].filter(([r]) => r === 1 || r === 4));
    const resumed = await simulateTrajectories({ ...long, workers: 2, completed: part });
    expect(resumed).toEqual(whole);
  });

  it("runs words of 64 with the same bits for any R, interruption or workers", async () => {
    const kept = new Map<number, Float64Array>();
    const words = { ...long, realizations: 80 };
    const whole = await simulateTrajectories({
      ...words,
      onRealization: (r, fields) => kept.set(r, fields),
    });
    expect(whole.engine).toBe("lanes");
    expect([...kept.keys()]).toEqual(Array.from({ length: 80 }, (_, r) => r));
    const part = new Map([...kept].filter(([r]) => r < 64 && r !== 5));
    const resumed = await simulateTrajectories({ ...words, workers: 2, completed: part });
    expect(resumed).toEqual(whole);
    const fewer = new Map<number, Float64Array>();
    await simulateTrajectories({
      ...words,
      realizations: 33,
      onRealization: (r, fields) => fewer.set(r, fields),
    });
    expect(fewer.get(8)).toEqual(kept.get(8));
  });

  it("chooses the engine by size and refuses one that does not fit", async () => {
    expect((await simulateTrajectories({ ...long, realizations: 2 })).engine).toBe("scalar");
    expect((await simulateTrajectories({ ...long, realizations: 32 })).engine).toBe("lanes");
    const kernel = { name: "linear" } as const;
    const system = { ...long.system, kernel };
    expect((await simulateTrajectories({ ...long, system, realizations: 32 })).engine).toBe(
      "scalar",
    );
    await expect(simulateTrajectories({ ...long, system, engine: "lanes" }))
      .rejects.toThrow(/"lanes" takes the constant kernel.*"linear"/);
    await expect(simulateTrajectories({ ...long, engine: "bits" }))
      .rejects.toThrow(/"bits".*halfWidth of at most 1, .* with 5/);
    await expect(simulateTrajectories({ ...long, engine: "gpu" as "lanes" }))
      .rejects.toThrow(/engine must be.*"gpu"/);
  });

  it.each(["scalar", "lanes", "bits"] as const)(
    "%s follows SSEP's closed form, the lattice heat equation (false alarms 1e-5)",
    async (engine) => {
      const system = { sites, halfWidth: 1, betaJ0: 0 };
      const times = [1e-3, 5e-3];
      const { mean, standardError } = await simulateTrajectories({
        ...options,
        system,
        times,
        engine,
        realizations: 400,
      });
      const k = 2 * Math.PI;
      const decay = 2 * sites ** 2 * (1 - Math.cos(k / sites));
      // Projection of the lattice cosine on a hat: the square of a discrete sinc.
      const per = sites / 10;
      const hat = (Math.sin(k * per / sites / 2) / (per * Math.sin(k / sites / 2))) ** 2;
      times.forEach((t, i) => {
        for (let node = 0; node < 10; node++) {
          const exact = 0.5 + 0.3 * hat * Math.exp(-decay * t) * Math.cos(k * node / 10);
          const at = i * 10 + node;
          // 20 comparisons at 5 standard errors.
          expect(Math.abs(mean[at] - exact) / standardError[at]).toBeLessThan(5);
        }
      });
    },
  );

  it("refuses descending times and foreign results", async () => {
    await expect(simulateTrajectories({ ...long, times: [1e-3, 1e-4] })).rejects.toThrow(
      /times\[1\]/,
    );
    const completed = new Map([[0, new Float64Array(3)]]);
    await expect(simulateTrajectories({ ...long, completed })).rejects.toThrow(/realization 0.*30/);
  });
});
