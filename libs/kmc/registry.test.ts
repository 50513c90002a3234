import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blocksOf, packMoments, runEnsemble, runTrajectories } from "@spiediff/ensemble";
import { curvatureOf } from "@spiediff/exact-reference";
import { fieldOf } from "@spiediff/law";
import { randomStream } from "@spiediff/random";
import { processOf, ringProcessOf } from "./process_of.ts";
import { type AnyParticles, PROCESSES } from "./processes.ts";
import { TWO_A_SITE } from "./generalised_exclusion/generalised_exclusion.ts";
import { describeModule } from "./own/load.ts";
import { zeroRange, zeroRangeTable } from "./zero_range/zero_range.ts";

const SITES = 48, HOP = 1 / SITES ** 2;
/** One of each; a process without an example here fails the first test. */
const examples: Record<keyof typeof PROCESSES, Record<string, unknown>> = {
  "arrhenius-exclusion": { halfWidth: 1, betaJ0: 1, initialState: "local-gibbs" },
  "zero-range": { rate: { name: "saturating", capacity: 2 } },
  "inclusion": { alpha: 0.5 },
  "energy-exchange": {},
  "kawasaki": { b: 1 },
  "generalised-exclusion": {},
  "own": {
    title: "two a site",
    source: readFileSync(new URL("./own/_two_a_site.ts", import.meta.url), "utf8"),
    field: TWO_A_SITE,
    diffusivity: 2,
  },
};
const particlesOf = (system: keyof typeof PROCESSES, more = {}): AnyParticles =>
  PROCESSES[system].schema.parse({ system, sites: SITES, ...examples[system], ...more });
const runsOf = (particles: AnyParticles, realizations = 40) => {
  const { low, high } = processOf(particles).field;
  const middle = high === null ? low + 1.2 : (low + high) / 2;
  const density = Float64Array.from(
    { length: SITES },
    (_, x) => middle * (1 + 0.5 * Math.cos(2 * Math.PI * x / SITES)),
  );
  return { elements: 4, profile: { name: "wave", density }, realizations, seed: 3 };
};
const windows = { burnIn: HOP, horizons: [2 * HOP, 4 * HOP], blocks: 8 };

describe.each(Object.keys(PROCESSES) as (keyof typeof PROCESSES)[])("%s", (system) => {
  const particles = particlesOf(system), process = ringProcessOf(particles);

  it("has the same bits on one worker or three, and block by block", async () => {
    const plan = process.windows({ ...runsOf(particles), ...windows });
    const one = await runEnsemble(plan, {}), three = await runEnsemble(plan, { workers: 3 });
    const packed = ({ blocks }: typeof one) => blocks.map(packMoments);
    expect(packed(three)).toEqual(packed(one));
    const { count, run } = blocksOf(plan);
    expect(await Promise.all(Array.from({ length: count }, (_, k) => run(k)))).toEqual(packed(one));
    expect(one.total.windows[1].bracket.some((v) => v > 0)).toBe(true);
    const long = process.trajectories({ ...runsOf(particles), times: [0, HOP] });
    const trajectories = await runTrajectories(long, {});
    expect(await runTrajectories(long, { workers: 3 })).toEqual(trajectories);
    // Means and starts are of one profile: 5 standard errors, 8 comparisons (false alarms 1e-5).
    trajectories.mean.slice(0, 4).forEach((mean, i) => {
      const start = one.total.start, variance = start.comoment[i * 4 + i] / (40 * 39);
      const error = Math.hypot(4 * Math.sqrt(variance), trajectories.standardError[i]);
      expect(Math.abs(mean - 4 * start.mean[i])).toBeLessThan(5 * error);
    });
  });

  it("runs twice as fast with twice the rates: the same moments in half of the time", async () => {
    const fast = particlesOf(system, { drive: 2 });
    const half = (h: number) => h / 2;
    const run = (own: AnyParticles, scaled: typeof windows) =>
      runEnsemble(ringProcessOf(own).windows({ ...runsOf(own), ...scaled }), {});
    const slow = await run(particles, windows);
    const quick = await run(fast, {
      ...windows,
      burnIn: half(HOP),
      horizons: windows.horizons.map(half),
    });
    expect(quick.total.windows[1].current.mean[0])
      .toBeCloseTo(slow.total.windows[1].current.mean[0], 12);
    const [one, two] = [particles, fast].map((own) =>
      processOf(own).knownLaws({ burnIn: 0, longest: HOP }, randomStream(1))?.reference
    );
    if (one && two) expect(two.mobility(0.4) / one.mobility(0.4)).toBeCloseTo(2, 12);
    expect(processOf(fast).clock.drive / process.clock.drive).toBeCloseTo(2, 12);
  });

  it("says what it conserves, and its law ends where that does", () => {
    const { low, high, ideal } = fieldOf(process.field);
    expect(process.title).not.toBe("");
    expect(JSON.parse(JSON.stringify(process.described))).toEqual(process.described);
    const laws = process.knownLaws({ burnIn: 0, longest: HOP }, randomStream(1));
    if (system === "own") return expect(laws).toBeNull();
    const { reference } = laws!;
    const beyond = high === Infinity ? low - 0.1 : high + 0.1;
    expect(() => reference.mobility(beyond)).toThrow(RangeError);
    // Near the lower end f' goes like the ideal part: the ratio of slopes is 1.
    const near = low + 1e-4;
    expect(curvatureOf(reference, near) / ideal.slope(near)).toBeCloseTo(1, 2);
  });
});

it("driven Arrhenius hops of nearest neighbours are those of its own engines where the field is nearly none (false alarms 1e-4)", async () => {
  const fields = { betaJ0: 2, initialState: "local-gibbs" };
  const [own, driven] = await Promise.all([{}, { externalField: 1e-9 }].map(async (more) => {
    const particles = particlesOf("arrhenius-exclusion", { ...fields, ...more });
    const plan = ringProcessOf(particles).windows({ ...runsOf(particles, 800), ...windows });
    const { total: { windows: [, { current, bracket }] } } = await runEnsemble(plan, {});
    const error = current.mean.map((_, e) => Math.sqrt(current.comoment[e * 4 + e] / (800 * 799)));
    return { current, bracket, error };
  }));
  // 4 currents, and 4 brackets to 2 %, at 4.2 standard errors.
  own.current.mean.forEach((mean, e) => {
    const error = Math.hypot(own.error[e], driven.error[e]);
    expect(Math.abs(mean - driven.current.mean[e])).toBeLessThan(4.2 * error);
    expect(Math.abs(driven.bracket[e * 4 + e] / own.bracket[e * 4 + e] - 1)).toBeLessThan(0.03);
  });
  expect(() => particlesOf("arrhenius-exclusion", { halfWidth: 2, externalField: 1 })).toThrow(
    /nearest neighbours, halfWidth 1/,
  );
});

it("a table of rates has the law that its formula has, to rounding", () => {
  // n / (1 + n / 2) up to 200, far beyond what sites hold.
  const { rate } = zeroRange({ name: "saturating", capacity: 2 });
  const table = zeroRangeTable(Array.from({ length: 200 }, (_, n) => rate(n + 1, 0, 0, 0)), 2);
  const { reference } = processOf(particlesOf("zero-range", { beta: 2 }))
    .knownLaws({ burnIn: 0, longest: HOP }, randomStream(1))!;
  for (const rho of [0.1, 1, 3]) {
    expect(table.mobility(rho)).toBeCloseTo(reference.mobility(rho), 9);
    expect(table.drivingForce(rho)).toBeCloseTo(reference.drivingForce(rho), 9);
    expect(table.curvature!(rho)).toBeCloseTo(curvatureOf(reference, rho), 8);
    // Up to a line, which nothing observes: the same constant at every density.
    const gap = (r: number) => table.freeEnergy(r) - reference.freeEnergy(r);
    expect(gap(rho)).toBeCloseTo(gap(1), 9);
  }
});

describe("a process of one's own", () => {
  const own = particlesOf("own") as Extract<AnyParticles, { system: "own" }>;

  it("has the bits of the same process built in, and says what it is", async () => {
    const run = async (particles: AnyParticles) =>
      packMoments(
        (await runEnsemble(
          ringProcessOf(particles).windows({ ...runsOf(particles), ...windows }),
          {},
        )).total,
      );
    expect(await run(own)).toEqual(await run(particlesOf("generalised-exclusion")));
    expect(await describeModule(own.source)).toEqual({
      ...{ name: "two a site", field: TWO_A_SITE, diffusivity: 2 },
    });
  });

  it("is taken from its file where all blocks are there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "spiediff-own-"));
    try {
      const plan = ringProcessOf(own).windows({ ...runsOf(own), ...windows });
      const hooks = { checkpointFile: join(folder, "blocks") };
      const whole = await runEnsemble(plan, hooks);
      expect(await runEnsemble(plan, hooks)).toEqual(whole);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each<[string, (source: string) => string, RegExp]>([
    [
      "a bound that is exceeded",
      (s) => s.replace("bound: 4", "bound: 3"),
      /rate from site \d+, which holds 2, to site \d+, which holds 0, is 4; .* at most its bound 3/,
    ],
    [
      "a negative rate",
      (s) => s.replace("from * (2 - to)", "from - to"),
      /is -\d; it must be at least 0/,
    ],
    [
      "a hop of what is not there",
      (s) => s.replace("from * (2 - to)", "1"),
      /transfer of 1 from site \d+, which holds \d/,
    ],
    [
      "a sampler of another mean",
      (s) => s.replace("density / 2", "density / 3"),
      /draws sites of mean .* where it must be/,
    ],
    [
      "no rate",
      (s) => s.replace("rate: (from, to) => from * (2 - to),", ""),
      /rate must be of type function/,
    ],
    ["a field that there is not", (s) => s.replace("bound: 4", "bond: 4"), /no field "bond"/],
    ["no process", () => "export const a = 1;", /must export a process by default/],
    [
      "a file that is read",
      () => 'Deno.readTextFileSync("/etc/hosts"); export default {};',
      /read access/,
    ],
    [
      "an import",
      (s) => `import { a } from "./a.ts"; console.log(a); ${s}`,
      /^Import "\.\/a\.ts" .* the module( \(line 1, column \d+\))?\.$/,
    ],
    ["no TypeScript", (s) => `${s} }`, /^SyntaxError: .* \(line 16, column \d+\)\.$/],
  ])("is refused with %s", async (_, change, message) => {
    await expect(describeModule(change(own.source))).rejects.toThrow(message);
  });

  it("that fails while it runs is told with what it said, on any number of workers", async () => {
    const source = own.source.replace("from * (2 - to)", "from * (2 - to) + (behind > 1 ? 9 : 0)")
      .replace("(from, to) =>", "(from, to, behind) =>").replace("bound: 4", "reach: 2, bound: 4");
    const wrong = { ...own, source };
    for (const workers of [1, 2]) {
      const plan = ringProcessOf(wrong).windows({ ...runsOf(wrong), ...windows });
      await expect(runEnsemble(plan, { workers })).rejects.toThrow(
        /two a site: the rate from site/,
      );
    }
  });
});
