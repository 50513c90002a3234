/**
 * All checks of the repository that are not tests: format, lint, types, import rules, what programs load when they start, dependencies,
 * dead exports, duplicates, lengths of functions, links,
 * READMEs, types of examples. Prints one line per check and every complaint; exits with 1 if there is any.
 */
import { existsSync } from "node:fs";
import { dependencyComplaints, reasonComplaints } from "./dependency_rules.ts";
import { pagesWithExamples, readmeComplaints } from "./examples.ts";
import { lengthComplaints, type LengthException } from "./function_length.ts";
import { importComplaints } from "./import_rules.ts";
import { linkComplaints } from "./links.ts";
import { markdownPages } from "./pages.ts";
import longFunctions from "./long_functions.json" with { type: "json" };
import { startUpComplaints } from "./start_up_rules.ts";
import { type Member, readWorkspace } from "./workspace.ts";
import { writeResult } from "../results.ts";
import { ROOT } from "../root.ts";

/** A check gives its complaints; none means that it passed. */
type Check = () => string[] | Promise<string[]>;

/** One of Deno's own tools; what it prints is the complaint. */
function deno(...args: string[]): Check {
  return async () => {
    const command = new Deno.Command(Deno.execPath(), {
      args,
      cwd: ROOT,
      env: { NO_COLOR: "1" },
      stdout: "piped",
      stderr: "piped",
    });
    const { success, stdout, stderr } = await command.output();
    const text = new TextDecoder();
    return success ? [] : [(text.decode(stdout) + text.decode(stderr)).trim()];
  };
}

/** Sources outside of tests, by their paths. */
function shippedSources(): Map<string, string> {
  const files = readWorkspace(ROOT).members.flatMap((member) => member.files);
  return new Map(
    files.filter(({ path }) => !path.endsWith(".test.ts"))
      .map(({ path }) => [path, Deno.readTextFileSync(`${ROOT}/${path}`)]),
  );
}

function publicFace({ folder }: Member): string | undefined {
  const path = `${folder}/mod.ts`;
  return exists(path) ? Deno.readTextFileSync(`${ROOT}/${path}`) : undefined;
}

const exists = (path: string) => existsSync(`${ROOT}/${path}`);

const checks: [name: string, check: Check][] = [
  ["format", deno("fmt", "--check")],
  ["lint", deno("lint", "--quiet")],
  ["types", deno("check", "--quiet", ".")],
  ["imports", () => importComplaints(readWorkspace(ROOT))],
  ["start-up", () => startUpComplaints(readWorkspace(ROOT))],
  ["dependencies", () => {
    const workspace = readWorkspace(ROOT);
    const page = Deno.readTextFileSync(`${ROOT}/docs/dependencies.md`);
    return [...dependencyComplaints(workspace), ...reasonComplaints(workspace, page)];
  }],
  [
    "dead exports",
    deno("run", "-A", "npm:knip", "--config=tools/check/knip.json", "--no-config-hints"),
  ],
  ["duplicates", deno("run", "-A", "npm:jscpd", "--config=tools/check/jscpd.json")],
  // "to be cut" is a debt: the list may only shrink.
  [
    "function lengths",
    () => lengthComplaints(shippedSources(), longFunctions as LengthException[]),
  ],
  ["links", () => linkComplaints(markdownPages(ROOT), exists)],
  ["readmes", () => readmeComplaints(readWorkspace(ROOT), markdownPages(ROOT), publicFace)],
  // That they run, and print what they say, is a test: tools/examples.test.ts.
  [
    "examples",
    () => deno("check", "--quiet", "--doc-only", ...pagesWithExamples(markdownPages(ROOT)))(),
  ],
];

let failed = 0;
for (const [name, check] of checks) {
  const start = performance.now();
  const complaints = await check();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${complaints.length === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  for (const complaint of complaints) console.log(`  ${complaint.replaceAll("\n", "\n  ")}`);
  if (complaints.length > 0) failed++;
}
writeResult(ROOT, "check", { passed: checks.length - failed, failed });
Deno.exit(failed === 0 ? 0 : 1);
