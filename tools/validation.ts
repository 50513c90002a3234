/**
 * Writes docs/validation.md from the studies' results: every claim, its command and its figure.
 *
 *   deno run -A tools/validation.ts
 */
import { boundText, type Claim, claimHolds } from "@spiediff/report";
import { ROOT } from "./root.ts";

/** One study's result.json, with the name of its folder. */
export interface StudyRecord {
  readonly name: string;
  readonly command: string;
  readonly seed: number;
  readonly claims: readonly Claim[];
  /** First line of its page. */
  readonly title: string;
}

const STUDIES = `${ROOT}/docs/studies`;
const PAGE = `${ROOT}/docs/validation.md`;

/** All studies that have left a result, by name. */
export function studyRecords(): StudyRecord[] {
  return [...Deno.readDirSync(STUDIES)].map(({ name }) => name).sort().flatMap((name) => {
    let text: string;
    try {
      text = Deno.readTextFileSync(`${STUDIES}/${name}/result.json`);
    } catch {
      return [];
    }
    const page = Deno.readTextFileSync(`${STUDIES}/${name}/README.md`);
    const title = /^# (.+)$/m.exec(page)?.[1] ?? name;
    return [{ name, title, ...JSON.parse(text) as Omit<StudyRecord, "name" | "title"> }];
  });
}

/** The page as Markdown. */
export function validationPage(records: readonly StudyRecord[]): string {
  const all = records.flatMap(({ claims }) => claims);
  const bounded = all.filter((claim) => claimHolds(claim) !== null);
  const kept = bounded.filter((claim) => claimHolds(claim));
  return [
    "# Validation",
    "",
    "Every claim that a study makes, with the command that makes it and its figure. This page is " +
    "written by `deno run -A tools/validation.ts` (and by each study when it ends) from " +
    "docs/studies/\\*/result.json; figures without a bound are measured and promised nothing.",
    "",
    "What happens to wrong input, stale files and interrupted work, case by case with before, now and the " +
    "test that holds it: [robustness](robustness.md).",
    "",
    `${kept.length} of ${bounded.length} bounded claims are kept. A claim that misses its bound stays ` +
    "in, with its true value, and stands first in its study's table.",
    "",
    ...overview(records),
    "Checked at every commit besides, by `deno task test`: unit and property tests of each package, " +
    "`deno task check`, a quick demo held against physics from its files alone " +
    "([apps/demo/quick.ts](../apps/demo/quick.ts)), the [tutorial](tutorial.md)'s commands, and the " +
    "[worked example](bring-your-own-data.md) of foreign data.",
    "",
    ...records.flatMap(section),
  ].join("\n").trimEnd() + "\n";
}

/** One line a study: how many of its bounded claims are kept, how many missed. */
function overview(records: readonly StudyRecord[]): string[] {
  const count = (claims: readonly Claim[], verdict: boolean) =>
    claims.filter((claim) => claimHolds(claim) === verdict).length;
  return [
    "| study | about | kept | missed |",
    "| --- | --- | ---: | ---: |",
    ...records.map(({ name, title, claims }) =>
      `| [${name}](#${name}) | ${cell(title)} | ${count(claims, true)} | ${
        count(claims, false) || "–"
      } |`
    ),
    "",
  ];
}

function section({ name, title, command, seed, claims }: StudyRecord): string[] {
  return [
    `## ${name}`,
    "",
    `[${title}](studies/${name}/README.md): \`${command}\`, seed ${seed}.`,
    "",
    "| claim | value | bound | |",
    "| --- | ---: | --- | --- |",
    ...[...claims].sort((a, b) => rank(a) - rank(b)).map((claim) => {
      const holds = claimHolds(claim);
      const verdict = holds === null ? "" : holds ? "kept" : "**missed**";
      return `| ${cell(claim.name)} | ${round(claim.value)} | ${boundText(claim)} | ${verdict} |`;
    }),
    "",
  ];
}

/** Missed claims before the others, which keep their order. */
const rank = (claim: Claim) => claimHolds(claim) === false ? 0 : 1;

const round = (value: number) => String(Number(value.toPrecision(4)));
const cell = (text: string) => text.replaceAll("|", "\\|");

/** Writes the page as `deno fmt` has it. */
export function writeValidation(): void {
  Deno.writeTextFileSync(PAGE, validationPage(studyRecords()));
  new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", PAGE], cwd: ROOT }).outputSync();
}

if (import.meta.main) writeValidation();
