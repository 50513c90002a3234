import { describe, expect, it } from "vitest";
import { installHint } from "./doctor/installed.ts";
import { spiediff } from "./testing.ts";

describe("doctor", () => {
  it("says what is installed, what trains and why, and measures the machine", async () => {
    const { code, stdout } = await spiediff("doctor", "--json");
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found.packages["@tensorflow/tfjs"]).toMatch(/^\d+\.\d+\.\d+$/);
    expect(found.packages["@stricli/core"]).toMatch(/^\d+\.\d+\.\d+$/);
    expect(found.cores).toBeGreaterThanOrEqual(1);
    expect(found.training.steps).toMatch(/^(onnxruntime|wasm|tensorflow)$/);
    expect(found.training.reason.length).toBeGreaterThan(20);
    expect(found.particles.available).toEqual(expect.arrayContaining(["wasm", "typescript"]));
    expect(found.particles.advice).toMatch(/native code/);
    expect(found.speed.realizationsPerSecond[found.particles.engine]).toBeGreaterThan(1);
    for (const rate of ["trainingStepsPerSecond", "membersPerSecond"]) {
      expect(found.speed[rate], rate).toBeGreaterThan(1);
    }
    expect(found.speed.lrmSeconds.simulate).toBeGreaterThan(0.5);
  }, 120_000);
  it("only looks when asked to, for people", async () => {
    const { stdout } = await spiediff("doctor", "--quick");
    expect(stdout).toMatch(/^training {2,}\w+ for steps, tfjs \w+ for the rest$/m);
    expect(stdout).toMatch(/^particles {2,}(native|wasm) engine; .*native code/m);
    expect(stdout).toMatch(/^onnxruntime-node +1\./m);
    expect(stdout).not.toMatch(/per second/);
  }, 120_000);
  it("leads those who start it by npx to one installation of Deno", () => {
    const hint = /npm install --global --prefix ~\/\.local deno@2\.9\.5/;
    expect(installHint("/home/a/.npm/_npx/0f1e/node_modules/deno/deno", "2.9.5")).toMatch(hint);
    expect(installHint("C:\\npm-cache\\_npx\\0f1e\\node_modules\\deno\\deno.exe", "2.9.5")).toMatch(
      hint,
    );
    expect(installHint("/home/a/.local/lib/node_modules/deno/deno", "2.9.5")).toBe(null);
    expect(installHint("/home/a/.npm/_npx/0f1e/node", undefined)).toBe(null);
  });
});
