import process from "node:process";
import { preset } from "@spiediff/experiment";
import { LOOPS, LOOPS_VARIABLE } from "@spiediff/kmc";
import { afterEach, expect, it } from "vitest";
import { useEngine } from "./engine_flag.ts";
import { engineFlag } from "./flags.ts";

const before = process.env[LOOPS_VARIABLE];
afterEach(() => {
  if (before === undefined) delete process.env[LOOPS_VARIABLE];
  else process.env[LOOPS_VARIABLE] = before;
});

it("names the build that moves these very particles, and asks for none that they lack", () => {
  const { particles: arrhenius } = preset("quick"), { particles } = preset("zero-range");
  expect(useEngine("typescript", arrhenius)).toBe("typescript");
  expect(useEngine("wasm", arrhenius)).toBe("wasm");
  expect(process.env[LOOPS_VARIABLE]).toBe("wasm");
  // Threads inherit what is asked for; these particles have no such loops all the same.
  expect(useEngine(undefined, particles)).toBe("typescript");
  expect(useEngine("auto", particles)).toBe("typescript");
  expect(() => useEngine("native", particles))
    .toThrow("--engine must be auto or typescript for zero-range, not native.");
});

it("offers every build that there is", () => {
  expect([...engineFlag.engine.values]).toEqual(["auto", ...LOOPS]);
});
