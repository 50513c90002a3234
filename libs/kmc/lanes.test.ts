import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { projectOccupation } from "@spiediff/coarse-graining";
import { randomStream } from "@spiediff/random";
import { configurations } from "./arbitraries.ts";
import { gibbsLaw, lawAt, pack, pearson, unpack } from "./enumeration.ts";
import { advanceLanes, createLanes, LANES, loadLane, readLane, seedLanes } from "./lanes.ts";

const excess = ({ chiSquare, degreesOfFreedom }: ReturnType<typeof pearson>) =>
  (chiSquare - degreesOfFreedom) / Math.sqrt(2 * degreesOfFreedom);

describe("sixteen replicas in a word", () => {
  it("keep particle numbers, occupations and window counts equal to a recount", () => {
    fc.assert(
      fc.property(configurations, fc.nat(), ({ system, eta }, seed) => {
        const lattice = createLanes(system);
        seedLanes(lattice, randomStream(seed));
        const rotated = (r: number) => eta.map((_, x) => eta[(x + r) % eta.length]);
        for (let r = 0; r < LANES; r++) loadLane(lattice, r, rotated(r));
        lattice.attempt(300);
        const counts = lattice.windowCount.slice();
        const particles = eta.reduce((a, b) => a + b, 0);
        for (let r = 0; r < LANES; r++) {
          const now = readLane(lattice, r, new Uint8Array(eta.length));
          expect(now.reduce((a, b) => a + b, 0)).toBe(particles);
          loadLane(lattice, r, now);
        }
        expect(lattice.windowCount).toEqual(counts);
        expect(lattice.occupation.every((v) => v === 0 || v === 255)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    { sites: 6, halfWidth: 1, betaJ0: 2 },
    { sites: 8, halfWidth: 2, betaJ0: 3 },
    { sites: 8, halfWidth: 1, betaJ0: -3 },
    { sites: 8, halfWidth: 3, betaJ0: 0 },
  ])("have the matrix exponential's law at a finite time, %o (false alarms 1e-5)", (system) => {
    const start = 0b0111;
    const lattice = createLanes(system);
    const time = 0.4 / system.sites ** 2;
    const counts = new Map<number, number>();
    const out = new Uint8Array(system.sites);
    for (let word = 0; word < 2500; word++) {
      const stream = randomStream(7, "lanes", system.betaJ0, word);
      seedLanes(lattice, stream);
      for (let r = 0; r < LANES; r++) loadLane(lattice, r, unpack(start, system.sites));
      advanceLanes(lattice, time, stream);
      for (let r = 0; r < LANES; r++) {
        const mask = pack(readLane(lattice, r, out));
        counts.set(mask, (counts.get(mask) ?? 0) + 1);
      }
    }
    // All start from one configuration on a tiny ring, the worst case for sharing the number of
    // attempts: it widens the statistic, hence 8 where independent samples would allow 5.
    expect(excess(pearson(counts, lawAt(start, time, system)))).toBeLessThan(8);
  });

  it("tend to Gibbs' law (false alarms 1e-5)", () => {
    const system = { sites: 8, halfWidth: 2, betaJ0: 2 };
    const lattice = createLanes(system);
    const stream = randomStream(8, "lanes");
    seedLanes(lattice, stream);
    for (let r = 0; r < LANES; r++) loadLane(lattice, r, unpack(0b0111, 8));
    const counts = new Map<number, number>();
    const out = new Uint8Array(8);
    for (let sample = 0; sample < 1500; sample++) {
      advanceLanes(lattice, 45 / 64, stream);
      for (let r = 0; r < LANES; r++) {
        const mask = pack(readLane(lattice, r, out));
        counts.set(mask, (counts.get(mask) ?? 0) + 1);
      }
    }
    expect(excess(pearson(counts, gibbsLaw(0b0111, system)))).toBeLessThan(5);
  });

  /** Intraclass correlation of `Dz` within words, averaged over nodes, and its standard error. */
  function intraclass(words: number, independentStarts: boolean) {
    const sites = 200, elements = 10;
    const system = { sites, halfWidth: 5, betaJ0: 1 };
    const lattice = createLanes(system);
    const changes: Float64Array[][] = [];
    const configuration = new Uint8Array(sites);
    for (let word = 0; word < words; word++) {
      const stream = randomStream(9, "intraclass", word);
      seedLanes(lattice, stream);
      if (!independentStarts) lattice.shifts.fill(0);
      const before: Float64Array[] = [];
      for (let r = 0; r < LANES; r++) {
        if (independentStarts || r === 0) {
          for (let x = 0; x < sites; x++) configuration[x] = stream.uniform() < 0.5 ? 1 : 0;
        }
        loadLane(lattice, r, configuration);
        before.push(projectOccupation(configuration, elements));
      }
      advanceLanes(lattice, 10 / sites ** 2, stream);
      changes.push(before.map((z0, r) => {
        const z = projectOccupation(readLane(lattice, r, new Uint8Array(sites)), elements);
        return z.map((v, i) => v - z0[i]);
      }));
    }
    let between = 0, within = 0;
    for (const word of changes) {
      for (let i = 0; i < elements; i++) {
        const sum = word.reduce((s, d) => s + d[i], 0);
        const squares = word.reduce((s, d) => s + d[i] * d[i], 0);
        between += (sum * sum - squares) / (LANES - 1);
        within += squares;
      }
    }
    // Nodes are correlated with their neighbours only: a third of them count as independent.
    return {
      value: between / within,
      standardError: Math.sqrt(2 / (LANES * (LANES - 1) * words * elements / 3)),
    };
  }

  it("are uncorrelated from independent, shifted starts (false alarms 1e-5)", () => {
    const { value, standardError } = intraclass(400, true);
    expect(standardError).toBeLessThan(0.004);
    expect(Math.abs(value)).toBeLessThan(4.5 * standardError);
  });

  it("would be strongly correlated from one microscopic state: the test above can fail", () => {
    expect(intraclass(60, false).value).toBeGreaterThan(0.08);
  });

  it("come from the committed source, where clang is present", () => {
    const has = spawnSync("clang", ["--target=wasm32", "--version"], { encoding: "utf8" });
    // Other versions may emit other bytes for the same source.
    if (has.status !== 0 || !/version 14\./.test(has.stdout)) return;
    const script = fileURLToPath(new URL("./build_lanes.ts", import.meta.url));
    const check = spawnSync(process.execPath, ["run", "-A", script, "--check"], {
      encoding: "utf8",
    });
    expect(check.stderr).toBe("");
    expect(check.status).toBe(0);
  });
});
