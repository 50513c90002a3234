import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { preset } from "@spiediff/experiment";
import { estimateFingerprint, trainingFingerprint } from "./run_folder.ts";

const experiment = preset("quick", 1);
const estimates = [{ profileName: "a", flux: [0.25, -1.5], nested: { hs: [1e-6] } }];

/** Paths of all numbers, strings and booleans of a value. */
function leaves(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}

/** The value with one leaf changed. */
function changed<T>(value: T, path: readonly (string | number)[]): T {
  const copy = structuredClone(value);
  const last = path.at(-1)!;
  // deno-lint-ignore no-explicit-any
  const parent = path.slice(0, -1).reduce((at: any, key) => at[key], copy);
  const old = parent[last];
  parent[last] = typeof old === "number" ? old * (1 + 1e-12) + 1e-15 : `${old}x`;
  return copy;
}

/** What decides a report or a prediction, not what is learned. */
const AFTER_TRAINING = ["name", "prediction", "groundTruth"];
const learned = leaves(experiment).filter(([top]) => !AFTER_TRAINING.includes(String(top)));

describe("fingerprints", () => {
  it("of a training change with every field of the configuration that training depends on", async () => {
    const own = await trainingFingerprint(experiment, estimates);
    for (const path of learned) {
      const other = await trainingFingerprint(changed(experiment, path), estimates);
      expect(other, path.join(".")).not.toBe(own);
    }
  });

  it("of a training do not change with what comes after it", async () => {
    const own = await trainingFingerprint(experiment, estimates);
    for (const path of leaves(experiment).filter(([top]) => AFTER_TRAINING.includes(String(top)))) {
      expect(await trainingFingerprint(changed(experiment, path), estimates)).toBe(own);
    }
  });

  it("of a training change with any number of any estimate", async () => {
    const own = await trainingFingerprint(experiment, estimates);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...leaves(estimates)), async (path) => {
        expect(await trainingFingerprint(experiment, changed(estimates, path))).not.toBe(own);
      }),
    );
    expect(await trainingFingerprint(experiment, [...estimates, ...estimates])).not.toBe(own);
  });

  it("of an estimate change with particles, mesh, sampling, seed and its own profile alone", async () => {
    const [first, second] = experiment.profiles;
    const own = await estimateFingerprint(experiment, first.name);
    for (const path of learned.filter(([top]) => top !== "training" && top !== "profiles")) {
      const other = await estimateFingerprint(changed(experiment, path), first.name);
      expect(other, path.join(".")).not.toBe(own);
    }
    const moved = (p: number) => changed(experiment, ["profiles", p, "mean"]);
    expect(await estimateFingerprint(moved(0), first.name)).not.toBe(own);
    expect(await estimateFingerprint(moved(1), first.name)).toBe(own);
    expect(await estimateFingerprint(experiment, second.name)).not.toBe(own);
  });
});
