import { describe, expect, it } from "vitest";
import { ROOT } from "../root.ts";
import { equivalentOf } from "./equivalents.ts";
import { type Mutant, mutantsOf, planted } from "./mutations.ts";
import { mutantJudge, sourcesToMutate } from "./runner.ts";
import { sampleMutants } from "./sample.ts";
import { scoreOf, type Verdict } from "./score.ts";
import { keep, takeUp } from "./state_file.ts";
import { testOrder } from "./test_order.ts";

const FIXTURE = `import { a } from "a";
interface Shape { size: 3; }
export function mean(values: number[], weight: number): number {
  let sum = 0;
  for (const value of values) sum += weight * value;
  if (values.length === 0) throw new RangeError("no " + "values" + 7);
  return Math.max(sum, a(weight, 2)) / (values.length - 1);
}
export const print = (n: number) => ({ n, size: n });
`;

const changed = (mutant: Mutant) => `${mutant.kind}: ${mutant.before} -> ${mutant.after}`;

describe("mutantsOf", () => {
  const mutants = mutantsOf("libs/a/mean.ts", FIXTURE);

  it("plants what people get wrong, and nothing in types, imports or messages", () => {
    expect(mutants.map(changed)).toEqual([
      "constant: 0 -> 1",
      "removed statement: sum += weight * value; -> ;",
      "operator: += -> -=",
      "dropped factor or term: weight * value -> (weight)",
      "dropped factor or term: weight * value -> (value)",
      "operator: * -> /",
      "negated condition: values.length === 0 -> !(values.length === 0)",
      "comparison: === -> !==",
      "constant: 0 -> 1",
      "dropped factor or term: Math.max(sum, a(weight, 2)) / (values.length - 1)" +
      " -> (Math.max(sum, a(weight, 2)))",
      "function: max -> min",
      "swapped arguments: weight, 2 -> 2, weight",
      "constant: 2 -> 1",
      "operator: / -> *",
      "dropped factor or term: values.length - 1 -> (values.length)",
      "operator: - -> +",
      "constant: 1 -> 0",
      "dropped field: n, -> ",
      "dropped field: size: n -> ",
    ]);
  });

  it("changes its span alone, and refuses a source that has moved on", () => {
    for (const mutant of mutants) {
      const text = planted(FIXTURE, mutant);
      expect(text).not.toBe(FIXTURE);
      expect(text.slice(0, mutant.start)).toBe(FIXTURE.slice(0, mutant.start));
      expect(text.endsWith(FIXTURE.slice(mutant.end))).toBe(true);
      expect(FIXTURE.split("\n")[mutant.line - 1]).toContain(mutant.before.split("\n")[0]);
      expect(() => planted(` ${FIXTURE}`, mutant)).toThrow(/no longer/);
    }
  });

  it("leaves every mutant a program that parses", () => {
    const sources = mutants.map((mutant) => planted(FIXTURE, mutant));
    for (const text of sources) expect(mutantsOf("x.ts", text).length).toBeGreaterThan(10);
  });
});

describe("the sample", () => {
  const many = ["libs/a/x.ts", "libs/b/y.ts"].flatMap((path) => mutantsOf(path, FIXTURE));

  it("is the seed's, without repetition, from all packages", () => {
    const sample = sampleMutants(many, 12, 7);
    expect(sampleMutants(many, 12, 7)).toEqual(sample);
    expect(sampleMutants(many, 12, 8)).not.toEqual(sample);
    expect(new Set(sample).size).toBe(12);
    expect(new Set(sample.map(({ path }) => path)).size).toBe(2);
    expect(sampleMutants(many, 1000, 7)).toHaveLength(many.length);
  });

  it("is of code that ships", () => {
    const helpers = ["libs/a/_shared.ts", "libs/a/_for_tests.ts"];
    const paths = ["libs/a/x.ts", "libs/a/x.test.ts", "libs/a/arbitraries.ts", "libs/a/types.ts"];
    const read = (path: string) =>
      path === "libs/a/x.ts" ? 'import { s } from "./_shared.ts";' : "";
    expect(sourcesToMutate([...paths, ...helpers, "tools/x.ts", "libs/ab/x.ts"], ["libs/a"], read))
      .toEqual(["libs/a/x.ts", "libs/a/_shared.ts"]);
  });
});

describe("the order of tests", () => {
  const sources: Record<string, string> = {
    "libs/a/x.ts": "",
    "libs/a/middle.ts": 'import { x } from "./x.ts";',
    "libs/a/sub/near.test.ts": 'import { x } from "../x.ts";',
    "libs/a/far.test.ts": 'import { m } from "./middle.ts";',
    "libs/a/long.test.ts": 'new URL("./x.ts", import.meta.url)',
    "libs/a/none.test.ts": 'import "./y.ts";',
    "libs/b/other.test.ts": 'import { x } from "../a/x.ts";',
  };
  const order = (path: string, seconds: Record<string, number> = {}) =>
    testOrder(path, Object.keys(sources), (file) => sources[file], seconds);

  it("is by steps of imports and by seconds, within the package", () => {
    const names = (path: string, seconds = {}) =>
      order(path, seconds).order.map((file) => /(\w+)\.test/.exec(file)![1]).join();
    expect(names("libs/a/x.ts")).toBe("near,long,far,none");
    expect(names("libs/a/x.ts", { "libs/a/long.test.ts": 1.5 })).toBe("near,far,long,none");
    expect(names("libs/a/middle.ts")).toMatch(/^far,/);
  });

  it("says whether any test imports the file", () => {
    expect(order("libs/a/x.ts").imported).toBe(true);
    expect(order("libs/a/elsewhere.ts").imported).toBe(false);
  });
});

describe("the score", () => {
  const [mutant] = mutantsOf("libs/a/x.ts", FIXTURE);
  const verdicts = (killed: number, survived: number, equivalent: number): Verdict[] =>
    [
      ...Array(killed).fill("killed"),
      ...Array(survived).fill("survived"),
      ...Array(equivalent).fill("equivalent"),
    ].map((fate) => ({ mutant, fate, seconds: 1 }));

  it("asks for 95 % of those that are not argued equivalent, at most 10 % of all", () => {
    expect(scoreOf(verdicts(95, 5, 0))).toMatchObject({ share: 0.95, enough: true });
    expect(scoreOf(verdicts(94, 6, 0)).enough).toBe(false);
    expect(scoreOf(verdicts(90, 0, 10)).enough).toBe(true);
    expect(scoreOf(verdicts(89, 0, 11)).enough).toBe(false);
  });

  it("takes an argument for its own mutant only", () => {
    const why = "an argument";
    const entry = { path: mutant.path, source: "let sum = 0;", before: "0", after: "1", why };
    expect(equivalentOf(mutant, FIXTURE, [entry])).toBe(entry);
    expect(equivalentOf(mutant, FIXTURE, [{ ...entry, after: "2" }])).toBeUndefined();
    expect(equivalentOf(mutant, FIXTURE, [{ ...entry, source: "sum = 0;" }])).toBeUndefined();
  });

  it("goes on after what was judged, drops half a line, and forgets other sources", () => {
    const folder = Deno.makeTempDirSync();
    const file = `${folder}/dist/state.jsonl`;
    const [one] = verdicts(1, 0, 0);
    expect(takeUp(file, "d1")).toEqual([]);
    keep(file, one);
    Deno.writeTextFileSync(file, '{"mutant":', { append: true });
    keep(file, one);
    expect(takeUp(file, "d1")).toEqual([one, one]);
    expect(takeUp(file, "d2")).toEqual([]);
    expect(takeUp(file, "d2")).toEqual([]);
    Deno.removeSync(folder, { recursive: true });
  });
});

describe("the runner on a package of one function", () => {
  it(
    "tells a mistake that its test notices from one that it does not or that takes too long",
    async () => {
      const copy = Deno.makeTempDirSync();
      const source = `export const half = (x: number) => x / 2;
export const third = (x: number) => x / 3;
export const pause = (ms: number) => ms - ms;
`;
      const test = `import { expect, it } from "vitest";
import { half, pause } from "./half.ts";
it("halves", () => expect(half(6)).toBe(3));
it("is quick", () => new Promise((resolve) => setTimeout(resolve, pause(20_000))), 500);
`;
      const path = "libs/tiny/half.ts";
      Deno.mkdirSync(`${copy}/libs/tiny`, { recursive: true });
      Deno.symlinkSync(`${ROOT}/node_modules`, `${copy}/node_modules`);
      Deno.symlinkSync(`${ROOT}/tools`, `${copy}/tools`);
      // The lock says which vitest.
      Deno.copyFileSync(`${ROOT}/deno.lock`, `${copy}/deno.lock`);
      Deno.writeTextFileSync(`${copy}/deno.json`, '{ "nodeModulesDir": "none" }');
      Deno.writeTextFileSync(`${copy}/${path}`, source);
      Deno.writeTextFileSync(`${copy}/libs/tiny/half.test.ts`, test);
      // One that always fails tells nothing of any mistake.
      const wrong = 'import { expect, it } from "vitest";\nimport { third } from "./half.ts";\n' +
        'it("is wrong", () => expect(third(6)).toBe(3));\n';
      Deno.writeTextFileSync(`${copy}/libs/tiny/wrong.test.ts`, wrong);
      Deno.writeTextFileSync(`${copy}/libs/tiny/package.json`, '{"name":"tiny","type":"module"}');
      try {
        const tests = ["libs/tiny/half.test.ts", "libs/tiny/wrong.test.ts"];
        const judge = mutantJudge(copy, [path, ...tests], [], 60);
        const operators = mutantsOf(path, source).filter(({ kind }) => kind === "operator");
        const fates: string[] = [];
        for (const mutant of operators) fates.push((await judge(mutant)).fate);
        expect(fates).toEqual(["killed", "survived", "timed out"]);
        expect(Deno.readTextFileSync(`${copy}/${path}`)).toBe(source);
      } finally {
        Deno.removeSync(copy, { recursive: true });
      }
    },
    300_000,
  );
});
