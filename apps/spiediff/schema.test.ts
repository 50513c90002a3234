import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { spiediff } from "./testing.ts";

const KEPT = fileURLToPath(new URL("../../docs/experiment.schema.json", import.meta.url));

describe("the JSON schema of experiment files", () => {
  it("in docs is current; if not: deno task -q spiediff schema > docs/experiment.schema.json", async () => {
    const { code, stdout } = await spiediff("schema");
    expect(code).toBe(0);
    expect(stdout).toBe(await readFile(KEPT, "utf8"));
  });
  it("describes the fields that a user fills in", async () => {
    const [simulated, snapshots] = JSON.parse((await spiediff("schema")).stdout).oneOf;
    expect(simulated.properties.sampling.properties.h.description).toMatch(/window/i);
    const [process] = simulated.properties.particles.oneOf;
    expect(process.required).toEqual(["sites", "halfWidth", "betaJ0"]);
    expect(Object.keys(snapshots.properties.particles.properties)).not.toContain("halfWidth");
  });
});
