import { describe, expect, it } from "vitest";
import {
  type Experiment,
  experimentFromJson,
  experimentFromSnapshots,
  isSimulated,
  parseExperiment,
  preset,
  snapshotsFromJson,
} from "./mod.ts";

const described = {
  ...{ name: "theirs", seed: 3, values: "z", sites: 100, elements: 5, beta: 2, drive: 4 },
  ...{ burnIn: 0.01, h: [0.1, 0.2] },
  profiles: [{ name: "a", files: ["0.npy", "1.npy", "2.npy"] }, { name: "b", files: ["all.npy"] }],
};
const read = (change: object) => snapshotsFromJson(JSON.stringify({ ...described, ...change }));
const profile = (name: string) => ({ name, mean: 0.5, modes: [] });

describe("a description of snapshots", () => {
  it("names one file with all times, or one for the first and each later time", () => {
    expect(read({}).profiles).toEqual(described.profiles);
    const files = (...names: string[]) => () => read({ profiles: [{ name: "a", files: names }] });
    expect(files("0", "1", "2")).not.toThrow();
    expect(files("all")).not.toThrow();
    expect(files("0", "1")).toThrow(/profiles\.0\.files.*must name 1 file.*or 3.*here are 2/s);
    expect(files("0", "1", "2", "3")).toThrow(/here are 4/);
    expect(files()).toThrow(/files/);
  });
  it("has beta and drive of 1 and no burn-in where nothing is said", () => {
    const { beta: _, drive: _drive, burnIn: _burnIn, ...rest } = described;
    expect(snapshotsFromJson(JSON.stringify(rest))).toMatchObject({ beta: 1, drive: 1, burnIn: 0 });
  });
  it.each<[string, object]>([
    ["sites", { sites: 7 }],
    ["elements", { elements: 2 }],
    ["beta", { beta: 0 }],
    ["drive", { drive: -1 }],
    ["burnIn", { burnIn: -1 }],
    ["h", { h: [] }],
    ["h", { h: new Array(9).fill(0.1) }],
    ["h.1", { h: [0.1, 0] }],
    ["values", { values: "density" }],
    ["seed", { seed: -1 }],
  ])("refuses %s out of its range", (field, change) => {
    expect(() => read(change)).toThrow(new RegExp(`\\b${field}\\b`));
  });
  it.each<[string, object, RegExp]>([
    ["names that stand twice", {
      profiles: ["a", "a"].map((name) => ({ name, files: ["all"] })),
    }, /profiles\.1\.name: "a" is used twice/],
    ["names that differ in capitals", {
      profiles: ["a", "A"].map((name) => ({ name, files: ["all"] })),
    }, /profiles\.1\.name: differs from "a" in capitals only/],
    ["a path for a name", { profiles: [{ name: "../a", files: ["all"] }] }, /profiles\.0\.name/],
    ["times that do not rise", { h: [0.2, 0.1] }, /h\.1: must be above the one before/],
    ["a mesh that does not fit", { sites: 101 }, /elements: must divide sites = 101, and 5/],
    ["too fine a mesh", { elements: 50 }, /elements: must leave at least 4 sites/],
  ])("refuses %s before any file is read", (_, change, message) => {
    expect(() => read(change)).toThrow(message);
  });
  it("allows the ends of the ranges", () => {
    expect(read({ sites: 12, elements: 3, burnIn: 0, seed: 0 }).sites).toBe(12);
    expect(
      read({ h: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], profiles: [described.profiles[1]] }).h,
    )
      .toHaveLength(8);
  });
});

describe("the experiment that stands for them", () => {
  const profiles = [profile("a"), profile("b")];
  it("has their numbers, foreign particles, and predicts the first profile in diffusive times", () => {
    const experiment = experimentFromSnapshots(read({}), profiles, 77);
    expect(experiment).toMatchObject({ name: "theirs", seed: 3, elements: 5 });
    // What only simulations have is not there: kernel, start, blocks, a direct simulation.
    expect(experiment.particles).toEqual({ system: "foreign", sites: 100, beta: 2, drive: 4 });
    expect(experiment.sampling).toEqual({ realizations: 77, burnIn: 0.01, h: [0.1, 0.2] });
    expect(experiment).not.toHaveProperty("groundTruth");
    expect(experiment.profiles.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(experiment.prediction.profile.name).toBe("a");
    // Over the drive of 4.
    expect(experiment.prediction.times).toEqual([0, 0.00125, 0.0025, 0.005]);
  });
  it("is read back as it was written, and is never one that is simulated", () => {
    const experiment = experimentFromSnapshots(read({}), profiles, 77);
    const again = experimentFromJson(JSON.stringify(experiment)) as Experiment;
    expect(again).toEqual(experiment);
    expect([isSimulated(again), isSimulated(preset("quick"))]).toEqual([false, true]);
  });
  it.each(["halfWidth", "betaJ0", "kernel", "initialState"])(
    "of an earlier version, with a void %s, says to import again",
    (field) => {
      const { particles, ...rest } = experimentFromSnapshots(read({}), profiles, 77);
      expect(() => parseExperiment({ ...rest, particles: { ...particles, [field]: 1 } })).toThrow(
        new RegExp(`particles\\.${field}: means nothing.*spiediff import`),
      );
    },
  );
  it("has at least eight whole sites where they lie on a lattice", () => {
    const { particles, ...rest } = experimentFromSnapshots(read({}), profiles, 77);
    const withSites = (sites: number) => () =>
      parseExperiment({ ...rest, elements: 3, particles: { ...particles, sites } });
    expect(withSites(12)).not.toThrow();
    for (const sites of [4, 7, 8.5, 12.5]) {
      expect(withSites(sites)).toThrow(`must be a whole number of at least 8, not ${sites}`);
    }
  });
  it("names wrong fields among its own", () => {
    const { particles, ...rest } = experimentFromSnapshots(read({}), profiles, 77);
    const wrong = (change: object) => () => parseExperiment({ ...rest, particles, ...change });
    expect(wrong({ particles: { ...particles, drives: 1 } })).toThrow(
      /particles: has no field "drives"; did you mean "drive"\?/,
    );
    expect(wrong({ groundTruth: { realizations: 2 } })).toThrow(/has no field "groundTruth"/);
    expect(wrong({ elements: 7 })).toThrow(/elements: must divide particles\.sites = 100/);
  });
  it("predicts and trains as it is told", () => {
    const told = read({
      prediction: { times: [0, 1], members: 50 },
      training: { hidden: [7, 7] },
    });
    const { prediction, training } = experimentFromSnapshots(told, profiles, 77);
    expect(prediction).toMatchObject({ times: [0, 1], members: 50 });
    expect(prediction.profile.name).toBe("a");
    expect(training.hidden).toEqual([7, 7]);
  });
});
