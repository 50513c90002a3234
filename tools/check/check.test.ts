import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dependencyComplaints, reasonComplaints } from "./dependency_rules.ts";
import { lengthComplaints, longFunctions } from "./function_length.ts";
import { fencesOf, readmeComplaints, statedOutput } from "./examples.ts";
import {
  cycleComplaints,
  importComplaints,
  layerComplaints,
  layerEdgeComplaints,
  standaloneComplaints,
} from "./import_rules.ts";
import { importsOf } from "./imports.ts";
import { linkComplaints } from "./links.ts";
import { startUpComplaints } from "./start_up_rules.ts";
import { countsOf } from "../results.ts";
import { ROOT } from "../root.ts";
import { type Member, readWorkspace, type Workspace } from "./workspace.ts";

/** A member as it stands on disk, from its files' sources. */
function member(
  name: string,
  layer: string,
  files: Record<string, string> = {},
  more: {
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
    tags?: string[];
  } = {},
): Member {
  const folder = `${layer === "app" ? "apps" : "libs"}/${name}`;
  const manifest = { name: `@spiediff/${name}`, version: "0.1.0", exports: { ".": "./mod.ts" } };
  return {
    folder,
    manifest: {
      ...manifest,
      dependencies: more.dependencies,
      devDependencies: more.devDependencies,
    },
    denoManifest: manifest,
    tags: [`layer:${layer}`, ...(more.tags ?? [])],
    entries: [`${folder}/mod.ts`, `${folder}/main.ts`],
    files: Object.entries(files).map(([path, source]) => ({
      path: `${folder}/${path}`,
      imports: importsOf(source),
    })),
  };
}

function workspace(...members: Member[]): Workspace {
  return {
    rootManifest: { name: "root", version: "0.1.0", devDependencies: { vitest: "5.1.1" } },
    members,
  };
}

const uses = (...names: string[]) =>
  names.map((name, i) => `import { x as x${i} } from "@spiediff/${name}";`).join("\n");

describe("importsOf", () => {
  it("finds every kind of edge and nothing in comments or strings", () => {
    const source = `
      import type { A } from "a";
      import { type B } from "b";
      import c, { type C } from "c";
      export { d } from "d";
      export type { E } from "e";
      export * from "f";
      import "g";
      const h = await import("h");
      new Worker(new URL("./i.ts", import.meta.url), { type: "module" });
      type J = import("j").J;
      // import "no1";
      const text = \`
      import "no2";
      \`;
      const regex = /[\`"'] import "no3"/;
    `;
    expect(importsOf(source)).toEqual([
      { specifier: "a", typeOnly: true },
      { specifier: "b", typeOnly: true },
      { specifier: "c", typeOnly: false },
      { specifier: "d", typeOnly: false },
      { specifier: "e", typeOnly: true },
      { specifier: "f", typeOnly: false },
      { specifier: "g", typeOnly: false },
      { specifier: "h", typeOnly: false, later: true },
      { specifier: "./i.ts", typeOnly: false, later: true },
      { specifier: "j", typeOnly: true },
    ]);
  });

  it("finds as many imports as were written, in order", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9/-]{0,12}$/);
    fc.assert(fc.property(fc.array(name, { maxLength: 8 }), (names) => {
      const source = names.map((one) => `import ${JSON.stringify(one)};`).join("\n");
      expect(importsOf(source).map(({ specifier }) => specifier)).toEqual(names);
    }));
  });
});

describe("import rules", () => {
  it("let the data flow forwards", () => {
    const good = workspace(
      member("random", "foundation", { "mod.ts": "" }),
      member("exact-reference", "reference", { "mod.ts": "" }),
      member("ensemble", "ensemble", { "mod.ts": uses("random") }),
      member("kmc", "particles", {
        "mod.ts": uses("random", "ensemble"),
        "a.test.ts": uses("exact-reference"),
      }),
      member("fdt-operators", "operators", {
        "mod.ts": uses("ensemble"),
        "a.test.ts": uses("kmc"),
      }),
      member("diffusion", "prediction", { "mod.ts": uses("random") }),
      member("diffusion-train", "training", {
        "mod.ts": `${uses("diffusion")}\nimport type { E } from "@spiediff/fdt-operators";`,
      }),
      member("epinet", "epistemic", { "mod.ts": uses("diffusion-train") }),
      member("predictor", "app", { "main.ts": uses("diffusion") }, { tags: ["standalone"] }),
      member("train", "app", { "main.ts": uses("kmc", "epinet") }),
    );
    expect(importComplaints(good)).toEqual([]);
  });

  it.each([
    ["kmc", "particles", "fdt-operators", "operators"],
    ["fdt-operators", "operators", "kmc", "particles"],
    ["ensemble", "ensemble", "kmc", "particles"],
    ["fdt-operators", "operators", "diffusion-train", "training"],
    ["diffusion-train", "training", "epinet", "epistemic"],
    ["diffusion", "prediction", "diffusion-train", "training"],
    ["macro-solver", "prediction", "kmc", "particles"],
    ["exact-reference", "reference", "kmc", "particles"],
    ["report", "report", "random", "foundation"],
    ["random", "foundation", "kmc", "particles"],
    ["kmc", "particles", "train", "app"],
  ])("refuse %s (%s) -> %s (%s)", (from, fromLayer, to, toLayer) => {
    const bad = workspace(
      member(from, fromLayer, { "mod.ts": uses(to) }),
      member(to, toLayer, { "mod.ts": "" }),
    );
    expect(layerEdgeComplaints(bad)).toEqual([
      `libs/${from}/mod.ts (layer ${fromLayer}) must not import @spiediff/${to} (layer ${toLayer}).`,
    ]);
  });

  it("refuse a value import where only types are allowed", () => {
    const bad = workspace(
      member("fdt-operators", "operators", { "mod.ts": "" }),
      member("diffusion-train", "training", { "mod.ts": uses("fdt-operators") }),
    );
    expect(layerEdgeComplaints(bad)).toHaveLength(1);
  });

  it("refuse side doors: files of other packages, deep imports", () => {
    const bad = workspace(
      member("random", "foundation", { "mod.ts": "", "_x.ts": "" }),
      member("kmc", "particles", {
        "mod.ts": `import "../random/_x.ts";\nimport "@spiediff/random/_x.ts";`,
      }),
    );
    expect(layerEdgeComplaints(bad)).toEqual([
      'libs/kmc/mod.ts reaches out of its package by "../random/_x.ts"; import its package instead.',
      'libs/kmc/mod.ts imports "@spiediff/random/_x.ts"; only "@spiediff/random" is public.',
    ]);
  });

  it("let in by a second door that the package's exports declare", () => {
    const random = member("random", "foundation", { "mod.ts": "", "portable.ts": "" });
    const importing = (path: string) =>
      workspace(
        { ...random, manifest: { ...random.manifest, exports: { "./portable": "./portable.ts" } } },
        member("kmc", "particles", { "mod.ts": `import "@spiediff/random/${path}";` }),
      );
    expect(layerEdgeComplaints(importing("portable"))).toEqual([]);
    expect(layerEdgeComplaints(importing("_x.ts"))).toHaveLength(1);
  });

  it("refuse a member without a layer, with two, or with an unknown one", () => {
    const none = { ...member("a", "foundation"), tags: [] };
    const two = member("b", "foundation", {}, { tags: ["layer:report"] });
    const unknown = member("c", "misc");
    expect(layerComplaints(workspace(none, two, unknown))).toHaveLength(3);
  });

  it("find cycles between packages, declared or imported, and between files, of types too", () => {
    const packages = workspace(
      member("a", "foundation", { "mod.ts": uses("b") }),
      member("b", "foundation", { "mod.ts": "" }, {
        dependencies: { "@spiediff/a": "workspace:*" },
      }),
    );
    expect(cycleComplaints(packages)).toEqual([
      "Import cycle: @spiediff/a -> @spiediff/b -> @spiediff/a.",
    ]);
    const files = workspace(
      member("a", "foundation", { "mod.ts": `import "./x.ts";`, "x.ts": `import "./mod.ts";` }),
    );
    expect(cycleComplaints(files)).toEqual([
      "Import cycle: libs/a/mod.ts -> libs/a/x.ts -> libs/a/mod.ts.",
    ]);
    const types = workspace(
      member("a", "foundation", {
        "mod.ts": `import "./x.ts";`,
        "x.ts": `import type { A } from "./mod.ts";`,
      }),
    );
    expect(cycleComplaints(types)).toEqual([
      "Import cycle: libs/a/mod.ts -> libs/a/x.ts -> libs/a/mod.ts.",
    ]);
  });

  it("keep the predictor apart from particles and training, over any number of steps", () => {
    const chain = workspace(
      member("predictor", "app", { "main.ts": uses("a") }, { tags: ["standalone"] }),
      member("a", "artifact", { "mod.ts": uses("b") }),
      member("b", "artifact", { "mod.ts": uses("kmc") }),
      member("kmc", "particles", { "mod.ts": "" }),
    );
    expect(standaloneComplaints(chain)).toEqual([
      "apps/predictor is standalone, but reaches @spiediff/predictor -> @spiediff/a -> @spiediff/b -> @spiediff/kmc.",
    ]);
    const installed = workspace(
      member("predictor", "app", {}, {
        tags: ["standalone"],
        dependencies: { "@spiediff/a": "workspace:*" },
      }),
      member("a", "artifact", {}, { dependencies: { "@tensorflow/tfjs": "4.22.0" } }),
    );
    expect(standaloneComplaints(installed)).toHaveLength(1);
  });

  it("find files that nobody reaches, and count what only tests reach as tests", () => {
    const bad = workspace(
      member("exact-reference", "reference", { "mod.ts": "" }),
      member("kmc", "particles", {
        "mod.ts": `new Worker(new URL("./worker.ts", import.meta.url));`,
        "worker.ts": "",
        "a.test.ts": `import "./_helper.ts";`,
        "_helper.ts": uses("exact-reference"),
        "_try.ts": "",
      }),
    );
    expect(importComplaints(bad)).toEqual([
      "libs/kmc/_try.ts is reached by no entry and by no test.",
    ]);
  });

  it("find any planted violation among random forward edges", () => {
    const layers = ["foundation", "ensemble", "operators"];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 1, max: 2 }), (from, step) => {
        const to = Math.min(from + step, 2);
        const members = layers.map((layer, i) => {
          const targets = layers.map((_, k) => k).filter((k) => k < i).map((k) => `p${k}`);
          return member(`p${i}`, layer, {
            "mod.ts": uses(...targets, ...(i === from ? [`p${to}`] : [])),
          });
        });
        expect(layerEdgeComplaints(workspace(...members))).toHaveLength(1);
        expect(cycleComplaints(workspace(...members)).length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("dependency rules", () => {
  it("accept declared, used, pinned dependencies and vitest in tests", () => {
    const good = workspace(member("a", "foundation", {
      "mod.ts": `import { z } from "zod";\nimport { join } from "node:path";`,
      "a.test.ts": `import { it } from "vitest";`,
    }, { dependencies: { zod: "4.6.7" } }));
    expect(dependencyComplaints(good)).toEqual([]);
  });

  it.each([
    ["undeclared", { "mod.ts": `import "zod";` }, {}, /does not declare/],
    ["unused", { "mod.ts": `import "node:fs";` }, { zod: "4.6.7" }, /which no file imports/],
    ["a range", { "mod.ts": `import "zod";` }, { zod: "^4.6.7" }, /pin one exact version/],
    ["npm: in the source", { "mod.ts": `import "npm:zod@4";` }, {}, /declare it in package.json/],
    ["a bare builtin", { "mod.ts": `import "fs";` }, {}, /write "node:fs"/],
    [
      "only tests use",
      { "mod.ts": "", "a.test.ts": `import "zod";` },
      { zod: "4.6.7" },
      /move it to dev/,
    ],
    ["vitest outside of tests", { "mod.ts": `import "vitest";` }, {}, /does not declare/],
  ])("refuse %s", (_, files, dependencies, message) => {
    const complaints = dependencyComplaints(
      workspace(member("a", "foundation", files as Record<string, string>, { dependencies })),
    );
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatch(message);
  });

  it("let tests use devDependencies, and nobody else", () => {
    const files = { "mod.ts": `import "node:fs";`, "a.test.ts": `import "zod";` };
    const devDependencies = { zod: "4.6.7" };
    expect(dependencyComplaints(workspace(member("a", "foundation", files, { devDependencies }))))
      .toEqual([]);
    const shipping = { ...files, "mod.ts": `import "zod";` };
    expect(
      dependencyComplaints(workspace(member("a", "foundation", shipping, { devDependencies }))),
    )
      .toEqual(['libs/a/mod.ts ships, but "zod" is only a devDependency in libs/a/package.json.']);
  });

  it("refuse one package in two versions, and manifests that disagree", () => {
    const file = { "mod.ts": `import "zod";` };
    const [a, b] = ["4.6.7", "4.6.6"].map((zod, i) =>
      member(`p${i}`, "foundation", file, { dependencies: { zod } })
    );
    b.denoManifest = { ...b.denoManifest, version: "0.2.0" };
    expect(dependencyComplaints(workspace(a, b))).toEqual([
      '"zod" comes in several versions: 4.6.7 in libs/p0, 4.6.6 in libs/p1.',
      'libs/p1: package.json and deno.json differ in "version".',
    ]);
  });

  it("ask for the reason of every package from outside", () => {
    const a = member("a", "foundation", {}, {
      dependencies: { zod: "4.6.7", "@scope/x": "1.0.0", "@spiediff/b": "workspace:*" },
    });
    const page = "| @scope/x | because | vitest | because |";
    expect(reasonComplaints(workspace(a, member("b", "foundation")), page)).toEqual([
      'docs/dependencies.md does not say why "zod" is there.',
    ]);
  });
});

describe("examples", () => {
  it("are fences; what they print stands behind or below", () => {
    const text =
      "a\n```ts\nconsole.log(1); // 1\n// no output\nconst a = 2;\nconsole.log(\n  a,\n);\n" +
      "// 2\n//  3\n```\n```sh\nls\n```\n";
    const [code, shell] = fencesOf(text);
    expect(statedOutput(code.code)).toEqual(["1", "2", " 3"]);
    expect(shell).toEqual({ language: "sh", code: "ls\n" });
    expect(() => statedOutput("console.log(1);\n")).toThrow(
      "An example prints without saying what",
    );
  });

  it("are asked of every package that exports something, with what it knows nothing of", () => {
    const packages = ["a", "b", "c", "d"].map((name) => member(name, "foundation"));
    const end = "\n**Knows nothing of** all else.\n";
    const pages = new Map([
      ["libs/a/README.md", "# A\n```ts\na();\n```\n" + end],
      ["libs/b/README.md", "B\n```sh\nls\n```\n"],
      ["libs/c/README.md", "# C\n" + end],
    ]);
    const face = ({ folder }: { folder: string }) =>
      folder === "libs/c" ? "/** Empty. */\nexport {};\n" : "export const a = 1;\n";
    expect(readmeComplaints(workspace(...packages), pages, face)).toEqual([
      "libs/b/README.md has no example: a fence of ts.",
      "libs/b/README.md does not begin with a heading.",
      'libs/b/README.md does not say what the package "Knows nothing of".',
      "libs/d/README.md is missing.",
    ]);
  });
});

describe("function lengths", () => {
  const lines = (n: number) => "  a();\n".repeat(n);

  it("count from the first token to the last, docstring aside, by the name that it has", () => {
    const doc = "/**\n" + " * x\n".repeat(9) + " */\n";
    expect(longFunctions("a.ts", `${doc}export function f() {\n${lines(58)}}\n`)).toEqual([]);
    const text = `${doc}export function f() {\n${lines(59)}}\n` +
      `const g = () => {\n${lines(60)}};\n` +
      `const o = {\n h() {\n${lines(61)}}, i: function () {\n${lines(62)}} };\n` +
      `describe("x", () => {\n${lines(63)}});\nclass C { constructor() {\n${lines(64)}} }\n` +
      `declare function typesHaveNoBody(): void;\n`;
    expect(longFunctions("a.ts", text).map(({ name, lines }) => [name, lines])).toEqual([
      ["f", 61],
      ["g", 62],
      ["h", 63],
      ["i", 64],
      ["argument of describe", 65],
      ["constructor", 66],
    ]);
  });

  it("complain of those that are not excepted, and of exceptions that nobody needs", () => {
    const sources = new Map([
      ["a.ts", `function f() {\n${lines(70)}}\nfunction g() {\n${lines(80)}}\n`],
      ["b.ts", "function g() {}\n"],
    ]);
    const exception = { function: "g", reason: "to be cut" } as const;
    expect(lengthComplaints(sources, [
      { file: "a.ts", ...exception },
      { file: "b.ts", ...exception },
    ])).toEqual([
      "a.ts: f has 72 lines; a function has at most 60.",
      "b.ts: g needs no exception; take it out of long_functions.json.",
    ]);
  });
});

describe("links", () => {
  it("complain about missing files and headings, not about code or the web", () => {
    const pages = new Map([
      [
        "README.md",
        "[a](docs/a.md) [b](docs/a.md#two-words) [c](#here)\n# Here\n`[x](y)` [w](https://example.org)",
      ],
      ["docs/a.md", "# Two words\n[up](../README.md#there) [gone](b.md)"],
    ]);
    expect(linkComplaints(pages, (path) => pages.has(path))).toEqual([
      "docs/a.md links to ../README.md#there, but README.md has no such heading.",
      "docs/a.md links to b.md, which is not there.",
    ]);
  });
});

describe("test counts", () => {
  const report = { success: true, numPassedTests: 3, numFailedTests: 0, testResults: [] };

  it("count a file that does not load and a failure without a test", () => {
    const broken = [{ status: "failed", assertionResults: [] }];
    expect(countsOf(report)).toEqual({ passed: 3, failed: 0 });
    expect(countsOf({ ...report, success: false })).toEqual({ passed: 3, failed: 1 });
    expect(countsOf({ ...report, success: false, testResults: broken })).toEqual({
      passed: 3,
      failed: 1,
    });
  });

  it("count a failed test once", () => {
    const file = {
      status: "failed",
      assertionResults: [{ status: "failed" }, { status: "passed" }],
    };
    expect(countsOf({ ...report, success: false, numFailedTests: 1, testResults: [file] }))
      .toEqual({ passed: 3, failed: 1 });
  });
});

describe("this repository", () => {
  it("is read whole: every member with a layer, every file parsed", () => {
    const { members } = readWorkspace(ROOT);
    expect(members.length).toBeGreaterThanOrEqual(18);
    expect(members.flatMap(({ files }) => files).length).toBeGreaterThan(100);
  });
});

describe("what programs load when they start", () => {
  const rules = [{ files: /^apps\/program\/main\.ts$/, never: ["zod", "@spiediff/heavy"] }];
  const heavy = member("heavy", "foundation", { "mod.ts": 'import "zod";' });
  const complaints = (main: string) =>
    startUpComplaints(workspace(heavy, member("program", "app", { "main.ts": main })), rules);

  it("is found through packages, and not behind a dynamic import, a worker or a type", () => {
    expect(complaints('import { x } from "@spiediff/heavy";')).toEqual([
      "apps/program/main.ts loads zod when it starts: apps/program/main.ts -> libs/heavy/mod.ts -> zod; " +
      "import that where it is used.",
      "apps/program/main.ts loads @spiediff/heavy when it starts: apps/program/main.ts -> " +
      "libs/heavy/mod.ts; import that where it is used.",
    ]);
    expect(complaints('await import("@spiediff/heavy");')).toEqual([]);
    expect(complaints('import type { x } from "@spiediff/heavy";')).toEqual([]);
  });

  it("enters a package by the door that is named", () => {
    const light = member("light", "foundation", { "mod.ts": 'import "zod";', "flags.ts": "" });
    const doors = { ...light.manifest, exports: { ".": "./mod.ts", "./flags": "./flags.ts" } };
    const main = (from: string) => member("program", "app", { "main.ts": `import "${from}";` });
    const found = (from: string) =>
      startUpComplaints(workspace({ ...light, manifest: doors }, main(from)), rules).length;
    expect([found("@spiediff/light"), found("@spiediff/light/flags")]).toEqual([1, 0]);
  });

  it("complains of a rule that holds for no file", () => {
    expect(startUpComplaints(workspace(heavy), rules)).toHaveLength(1);
  });
});
