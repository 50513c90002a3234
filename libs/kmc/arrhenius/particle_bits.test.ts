/** Particle streams that never change: hashes of what every engine records, see KNOWN for when they were taken. */
import { createHash } from "node:crypto";
import process from "node:process";
import { describe, expect, it } from "vitest";
import type { EnsembleMoments } from "@spiediff/ensemble";
import {
  type ArrheniusSystem,
  type Engine,
  latticeProfile,
  sampleEnsemble,
  simulateTrajectories,
} from "../mod.ts";

const SITES = 60, ELEMENTS = 6, SEEDS = [1, 2, 3];
const profile = latticeProfile("wave", SITES, (x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x));

/** One case for each way that realizations are run. */
const CASES: Record<string, { engine: Engine; system: ArrheniusSystem; realizations: number }> = {
  "window counts": {
    engine: "scalar",
    system: { sites: SITES, halfWidth: 3, betaJ0: 1, drive: 1.5 },
    realizations: 4,
  },
  "pair energies": {
    engine: "scalar",
    system: { sites: SITES, halfWidth: 4, betaJ0: -1, kernel: { name: "gaussian" } },
    realizations: 4,
  },
  lanes: {
    engine: "lanes",
    system: { sites: SITES, halfWidth: 5, betaJ0: 2 },
    realizations: 80,
  },
  bits: { engine: "bits", system: { sites: SITES, halfWidth: 1, betaJ0: 1 }, realizations: 600 },
};

/**
 * Entries of a matrix `[M, M]` of pairs of elements at most two apart, `(e, e + lag)`: what records keep whatever
 * their format.
 */
function nearby(matrix: Float64Array): Float64Array {
  return Float64Array.from(
    { length: 3 * ELEMENTS },
    (_, at) => {
      const e = Math.floor(at / 3), f = (e + at % 3) % ELEMENTS;
      return matrix[e * ELEMENTS + f];
    },
  );
}

function hashOf(arrays: readonly Float64Array[]): string {
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of arrays) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex").slice(0, 32);
}

const recordedArrays = ({ start, windows }: EnsembleMoments): Float64Array[] => [
  start.mean,
  nearby(start.comoment),
  ...windows.flatMap((window) => [
    ...[window.current, window.compensator, window.martingale, window.smoothCompensator]
      .flatMap(({ mean, comoment }) => [mean, nearby(comoment)]),
    nearby(window.bracket),
  ]),
];

async function hashes(name: string, seed: number): Promise<Record<string, string>> {
  const { engine, system, realizations } = CASES[name];
  const common = { system, elements: ELEMENTS, profile, initialState: "bernoulli", seed } as const;
  const made: Record<string, string> = {};
  for (const controlVariates of [true, false]) {
    const { blocks } = await sampleEnsemble({
      ...common,
      engine,
      realizations,
      burnIn: 2e-3,
      horizons: [1e-3, 2e-3],
      controlVariates,
      blocks: realizations,
    });
    made[controlVariates ? "controlled" : "plain"] = hashOf(blocks.flatMap(recordedArrays));
  }
  const { mean, standardError } = await simulateTrajectories({
    ...common,
    engine,
    realizations,
    times: [0, 1e-3, 5e-3],
  });
  return { ...made, trajectories: hashOf([mean, standardError]) };
}

/**
 * Made by this test with WRITE_PARTICLE_BITS=1 (`deno run -A npm:vitest run particle_bits`): of single realizations at
 * commit 5cb568a, before libs/ensemble was cut out; of replicas anew when words became 512 bits, which registers of
 * that width need, and independent sites were drawn along the rows: other draws of the same law; of replicas with
 * control variates anew when their hops, recorded from t0 on, took the place of single realizations.
 */
const KNOWN: Record<string, Record<string, string>> = {
  "window counts 1": {
    controlled: "d8244f86d0914e03d69616f22dadea34",
    plain: "c3745d788ac6cfc1b80b6055f136f1f1",
    trajectories: "e54d457a4214ec2bbfa25e93a23010cd",
  },
  "window counts 2": {
    controlled: "f2dab0d0b3d1eeafeb87baa96aac0ff2",
    plain: "db260e75e702091fd746ec084ad364ca",
    trajectories: "ded28ea1c79ac14454b7a464a626ee5d",
  },
  "window counts 3": {
    controlled: "e8c8320edc44c9392dc33f03e98e0b86",
    plain: "17fba65a3c29770ded206fd588ebde2f",
    trajectories: "b211ab773907f07907a661bb13da2883",
  },
  "pair energies 1": {
    controlled: "23886657f648e549b0ddeb5eb52e5f20",
    plain: "19158a50df67a7aca38a82d140b8bde0",
    trajectories: "51d5c1eb09dded42de74559299b025f1",
  },
  "pair energies 2": {
    controlled: "b35fe15ea72db6871fea84912fe052f1",
    plain: "03d819505a0b518893bc9bca3432f4b0",
    trajectories: "b5e4d375e44f97a29ceab08aa00e5404",
  },
  "pair energies 3": {
    controlled: "2d8b5a87580e3c303e079ba5e406cbbd",
    plain: "26a8fe08f1112434b9303e6f684afd21",
    trajectories: "9ccd25cf1cbf78afbdb13daef6f9c4c4",
  },
  "lanes 1": {
    controlled: "b5d29e981a7f71ab62ca40bc4fd94547",
    plain: "2e43adc60c28f7d529129ba3915421d2",
    trajectories: "57a11ef718b680e6b22ca08ff98c10e2",
  },
  "lanes 2": {
    controlled: "274ee35dd1b1a78a3cadad12882bda47",
    plain: "6fb878a27c99cbc35e9884ab2fbf723e",
    trajectories: "53de8631b9c8bfa85d947eea9dcce382",
  },
  "lanes 3": {
    controlled: "90511d02b71ff93736cbcf37f214d271",
    plain: "9ce661972c8c3740becb202407eba707",
    trajectories: "b4c9cbb0c821aa6e4489784ceb687adf",
  },
  "bits 1": {
    controlled: "73c6e052d4912a7082958b7a68feceab",
    plain: "0da9fceb56bc73b0faf2b4d7f0ff80a4",
    trajectories: "aeb57e7c2886130d7851969fceb08fed",
  },
  "bits 2": {
    controlled: "0d9a1bd88714137a2943970e43aa6d42",
    plain: "4f2bf0829b6e520a37daa0eecce9c2af",
    trajectories: "65ce1dc942f8447d9467e0c86adc5045",
  },
  "bits 3": {
    controlled: "2fb91fbee9b82ec6377d2f47f65457b7",
    plain: "ee0a3f5b93df43b80bd0fea2fe0423b8",
    trajectories: "32bdc1e22645729f47799936b5b20b5b",
  },
};

describe("particle bits", () => {
  for (const name of Object.keys(CASES)) {
    it.each(SEEDS)(`${name}, seed %i: the same bits as ever`, async (seed) => {
      const found = await hashes(name, seed);
      if (process.env.WRITE_PARTICLE_BITS) {
        console.log(JSON.stringify({ [`${name} ${seed}`]: found }));
      } else expect(found).toEqual(KNOWN[`${name} ${seed}`]);
    });
  }
});
