/** Examples in Markdown: that every package has one, and what each says it prints. */
import type { Pages } from "./pages.ts";
import type { Member, Workspace } from "./workspace.ts";

/** A fenced piece of code. */
export interface Fence {
  readonly language: string;
  readonly code: string;
}

/** All fences of a Markdown text, in order. */
export function fencesOf(text: string): Fence[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .map(([, language, code]) => ({ language, code }));
}

/** Paths of the pages that have TypeScript to run. */
export function pagesWithExamples(pages: Pages): string[] {
  return [...pages].filter(([, text]) => fencesOf(text).some(({ language }) => language === "ts"))
    .map(([path]) => path);
}

/**
 * What an example says that it prints: the comments on `console.log(...)`, behind it or in the lines below,
 * one line each.
 *
 * @throws {RangeError} if something is printed without a comment.
 */
export function statedOutput(code: string): string[] {
  const calls = code.matchAll(
    /console\.log\([\s\S]*?\);(?:[ \t]*\/\/ ?(.*)|((?:\n[ \t]*\/\/.*)+))?/g,
  );
  return [...calls].flatMap(([call, behind, below]) => {
    if (behind !== undefined) return [behind];
    if (below === undefined) {
      throw new RangeError(`An example prints without saying what: ${call}`);
    }
    return below.trim().split("\n").map((line) => line.trim().replace(/^\/\/ ?/, ""));
  });
}

/** What it says on top of a module that nothing can be imported from yet. */
const EMPTY = /^export \{\};$/m;

/**
 * Every package has a README that says what it is for, shows it, and names what it does not know of. A package
 * without exports has nothing to show; an app may show a command instead of code.
 *
 * @param publicFace Text of a member's mod.ts; undefined if it has none.
 */
export function readmeComplaints(
  workspace: Workspace,
  pages: Pages,
  publicFace: (member: Member) => string | undefined,
): string[] {
  return workspace.members.filter(({ folder }) => /^(libs|apps)\//.test(folder))
    .flatMap((member) => {
      const path = `${member.folder}/README.md`;
      const text = pages.get(path);
      if (text === undefined) return [`${path} is missing.`];
      const complaints: string[] = [];
      const shown = fencesOf(text).map(({ language }) => language);
      const face = publicFace(member);
      const app = member.folder.startsWith("apps/");
      if (
        !(face !== undefined && EMPTY.test(face)) &&
        !shown.includes("ts") && !(app && shown.includes("sh"))
      ) {
        complaints.push(`${path} has no example: a fence of ts${app ? " or sh" : ""}.`);
      }
      if (!/^# \S/.test(text)) complaints.push(`${path} does not begin with a heading.`);
      if (!/^\*\*(Knows|Will know) nothing of\*\* /m.test(text)) {
        complaints.push(`${path} does not say what the package "Knows nothing of".`);
      }
      return complaints;
    });
}
