/**
 * Accepted events per second of the particle engine, beside plain C where there is a compiler.
 *
 * Single-thread figures are per second of processor time, which other programs on the machine disturb
 * less than wall time; the C peer measures itself the same way.
 */
import process from "node:process";
import {
  advance,
  createLanes,
  createLattice,
  LANES,
  latticeProfile,
  loadLane,
  loadOccupation,
  sampleEnsemble,
  seedLanes,
  simulateTrajectories,
} from "@spiediff/kmc";
import { randomStream } from "@spiediff/random";
import { ROOT } from "../root.ts";
import { medianSeconds } from "./timing.ts";
import type { BenchLine } from "./types.ts";

const SITES = 2000;
const BETA_J0 = 2;
const ATTEMPTS = 4_000_000;
const density = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);

/** Milliseconds of processor time of this process so far. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Events per second of the engine alone, one thread. */
async function eventsPerSecond(sites: number, halfWidth: number, betaJ0: number): Promise<number> {
  const lattice = createLattice({ sites, halfWidth, betaJ0 });
  const stream = randomStream(1, "bench", sites, halfWidth);
  const profile = latticeProfile("bench", sites, density);
  loadOccupation(lattice, Uint8Array.from(profile.density, (p) => stream.uniform() < p ? 1 : 0));
  const time = ATTEMPTS / (sites * lattice.attemptRate);
  const rates: number[] = [];
  await medianSeconds(() => {
    const [hops, before] = [lattice.hops, processorTime()];
    advance(lattice, time, stream);
    rates.push(1000 * (lattice.hops - hops) / (processorTime() - before));
  });
  return rates.sort((a, b) => a - b)[rates.length >> 1];
}

/** Seconds of a whole ensemble with recording, per realization. */
function ensembleSeconds(
  workers: number,
  controlVariates: boolean,
  realizations: number,
  rounds: number,
): Promise<number> {
  return medianSeconds(() =>
    sampleEnsemble({
      system: { sites: SITES, halfWidth: 40, betaJ0: 1 },
      elements: 25,
      profile: latticeProfile("bench", SITES, density),
      initialState: "bernoulli",
      realizations,
      seed: 1,
      burnIn: 1e-5,
      horizons: [1e-6, 4e-6],
      workers,
      controlVariates,
    }), { rounds, seconds: 1 });
}

/** Seconds per realization to a time of 0.05, from a tenth of it; start and recording included. */
async function trajectorySeconds(
  engine: "scalar" | "lanes",
  realizations: number,
): Promise<number> {
  const run = () =>
    simulateTrajectories({
      system: { sites: SITES, halfWidth: 40, betaJ0: 1 },
      elements: 25,
      profile: latticeProfile("bench", SITES, density),
      initialState: "bernoulli",
      realizations,
      seed: 1,
      engine,
      times: [0.0025, 0.005],
    });
  return 10 * await medianSeconds(run, { rounds: 2, seconds: 1 }) / realizations;
}

/** Events per second of sixteen replicas in the lanes of a vector, one thread. */
async function laneEventsPerSecond(halfWidth: number, betaJ0: number): Promise<number> {
  const lattice = createLanes({ sites: SITES, halfWidth, betaJ0 });
  const stream = randomStream(1, "bench", "lanes", halfWidth);
  seedLanes(lattice, stream);
  const profile = latticeProfile("bench", SITES, density);
  for (let r = 0; r < LANES; r++) {
    loadLane(lattice, r, profile.density.map((p) => stream.uniform() < p ? 1 : 0));
  }
  const rates: number[] = [];
  await medianSeconds(() => {
    const [hops, before] = [lattice.hops, processorTime()];
    lattice.attempt(ATTEMPTS);
    rates.push(1000 * (lattice.hops - hops) / (processorTime() - before));
  });
  return rates.sort((a, b) => a - b)[rates.length >> 1];
}

/** Compiles and runs the C peer; `undefined` without a compiler. */
function eventsPerSecondOfC(halfWidth: number, betaJ0: number): number | undefined {
  const folder = Deno.makeTempDirSync();
  try {
    const program = `${folder}/uniformised_rejection`;
    const source = `${ROOT}/tools/bench/c/uniformised_rejection.c`;
    const compiled = new Deno.Command("gcc", {
      args: ["-O3", "-march=native", "-o", program, source, "-lm"],
    }).outputSync();
    if (!compiled.success) throw new Error(new TextDecoder().decode(compiled.stderr));
    const runs = Array.from({ length: 5 }, () => {
      const { stdout } = new Deno.Command(program, {
        args: [SITES, halfWidth, betaJ0, 20_000_000].map(String),
      }).outputSync();
      const [events, , seconds] = new TextDecoder().decode(stdout).trim().split(" ").map(Number);
      return events / seconds;
    });
    return runs.sort((a, b) => a - b)[2];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

export default async function kmc(): Promise<BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const halfWidth of [1, 40, 400]) {
    const rate = await eventsPerSecond(SITES, halfWidth, BETA_J0);
    lines.push({ name: `kmc million events/s L=${halfWidth}`, value: rate / 1e6 });
    const peer = eventsPerSecondOfC(halfWidth, BETA_J0);
    const lanes = halfWidth <= 127 ? await laneEventsPerSecond(halfWidth, BETA_J0) : undefined;
    if (lanes !== undefined) {
      lines.push({ name: `kmc lanes million events/s L=${halfWidth}`, value: lanes / 1e6 });
    }
    if (peer !== undefined) {
      lines.push(
        { name: `C million events/s L=${halfWidth}`, value: peer / 1e6 },
        { name: `events/s L=${halfWidth} vs C`, value: rate / peer },
      );
      if (lanes !== undefined) {
        lines.push({
          name: `lanes events/s L=${halfWidth} vs C`,
          value: lanes / peer,
          min: halfWidth === 1 ? 5 : 4,
        });
      }
    }
  }
  lines.push({
    name: "kmc million events/s L=40 beta J0=1",
    value: await eventsPerSecond(SITES, 40, 1) / 1e6,
  });
  const small = await eventsPerSecond(SITES, 40, BETA_J0);
  for (const sites of [20_000, 200_000, 2_000_000]) {
    lines.push({
      name: `cost per event N=${sites} over N=${SITES}, L=40`,
      value: small / await eventsPerSecond(sites, 40, BETA_J0),
      ...(sites === 2_000_000 ? { max: 2 } : {}),
    });
  }
  const plain = await ensembleSeconds(1, false, 100, 3);
  const kept = await ensembleSeconds(1, true, 100, 3);
  lines.push(
    { name: "kmc ms per realization L=40 t0=1e-5 h=4e-6, with control variates", value: 10 * kept },
    { name: "kmc control-variate cost ratio L=40", value: kept / plain, max: 2 },
  );
  // Long enough for the start of the threads to be small beside the work.
  const one = await ensembleSeconds(1, true, 1500, 1);
  const two = await ensembleSeconds(2, true, 1500, 1);
  lines.push({ name: "kmc speed-up by 2 workers", value: one / two });
  const scalar = await trajectorySeconds("scalar", 2);
  const lanes = await trajectorySeconds("lanes", 16);
  lines.push(
    { name: "kmc core-seconds per realization to t=0.05, scalar", value: scalar },
    { name: "kmc core-seconds per realization to t=0.05, lanes", value: lanes },
    { name: "kmc lanes over scalar, whole trajectories L=40", value: scalar / lanes, min: 4 },
  );
  return lines;
}
