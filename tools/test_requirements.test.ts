import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { install, type Requirement } from "@spiediff/slurm-test";
import { countsOf } from "./results.ts";
import { ROOT } from "./root.ts";
import { needOf, REQUIREMENTS, skippedText } from "./test_requirements.ts";

describe("tests that cannot run everywhere", () => {
  it("say in their title what they need, and the machine is asked for it", () => {
    const names = REQUIREMENTS.map(({ name }) => name);
    const files = execFileSync("git", ["ls-files", "*.test.ts"], { cwd: ROOT, encoding: "utf8" })
      .trim().split("\n").filter((file) => !file.endsWith("test_requirements.test.ts"));
    let conditional = 0;
    for (const file of files) {
      const source = readFileSync(`${ROOT}/${file}`, "utf8");
      const needs = [...source.matchAll(/\(needs ([^:)]+)/g)].map(([, need]) => need);
      const skips = source.match(/\.(skipIf|runIf|skip)\(/g) ?? [];
      conditional += skips.length;
      expect(needs, file).toHaveLength(skips.length);
      for (const need of needs) {
        if (need !== "file systems that root can mount") expect(names, file).toContain(need);
      }
    }
    expect(conditional).toBeGreaterThanOrEqual(8);
  });

  it("are counted by their need, the outermost first", () => {
    const skipped = (fullName: string) => ({ status: "skipped", fullName });
    expect(
      countsOf({
        success: true,
        numPassedTests: 1,
        numFailedTests: 0,
        testResults: [{
          status: "passed",
          assertionResults: [
            { status: "passed", fullName: "in fish (needs fish) a" },
            skipped("in zsh (needs zsh) a"),
            skipped("in zsh (needs zsh) b (needs a root)"),
            skipped("Slurm (needs Slurm: apt-get (of Debian) is absent) works"),
            skipped("says nothing"),
          ],
        }],
      }).skipped,
    ).toEqual({
      zsh: 2,
      "Slurm: apt-get (of Debian) is absent": 1,
      'what "says nothing" does not say': 1,
    });
    expect(needOf("needs nothing")).toBe(null);
  });

  it("are told with the reason why the machine lacks what they need", () => {
    const unmet = [{ name: "zsh", reason: "only root can install it" }];
    expect(skippedText({ "a root": 1, zsh: 7 }, unmet))
      .toBe("  7 that need zsh: only root can install it\n  1 that needs a root");
  });
});

describe("install", () => {
  const requirement = (name: string, ...there: boolean[]): Requirement => ({
    name,
    packages: [`spiediff-no-such-package-${name}`],
    isThere: () => there.length > 1 ? there.shift()! : there[0],
  });
  it("does nothing where all is there", async () => {
    const said: string[] = [];
    expect(await install([requirement("a", true)], (text) => said.push(text))).toEqual([]);
    expect(said).toEqual([]);
  });
  it("says why something is absent still, and goes on", async () => {
    const unmet = await install([requirement("a", true), requirement("b", false)]);
    expect(unmet).toEqual([{
      name: "b",
      reason: expect.stringMatching(
        /^it is not installed(, and only root can install it)?$|^it could not be installed: \S/,
      ),
    }]);
  }, 120_000);
});
