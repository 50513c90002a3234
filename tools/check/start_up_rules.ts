/** What programs and threads must not load before anybody has asked for it: half of a second, before anything is done. */
import { type Member, packageName, resolveRelative, type Workspace } from "./workspace.ts";

/** Packages that draw, learn or simulate, and schemas: none is needed to read a command line. */
const FIGURES = ["@observablehq/plot", "linkedom"];
const LEARNING = ["@spiediff/diffusion-train", "@spiediff/epinet", "@spiediff/tensor-backend"];
const PARTICLES = ["@spiediff/kmc", "@spiediff/ensemble"];
const SCHEMAS = ["zod", "@spiediff/exact-reference"];

interface StartUpRule {
  /** Files that it holds for, by path. */
  readonly files: RegExp;
  /** Packages that their imports must not lead to, dynamic ones aside. */
  readonly never: readonly string[];
}

const START_UP_RULES: readonly StartUpRule[] = [
  {
    files: /^apps\/(spiediff|predictor)\/main\.ts$/,
    never: [...FIGURES, ...LEARNING, ...PARTICLES, ...SCHEMAS, "@spiediff/numerics", "listr2"],
  },
  // `doctor`, `report` and `watch` learn or draw whenever they run.
  {
    files: /^apps\/spiediff\/implementations\/(?!doctor|report|watch)\w+\.ts$/,
    never: [...FIGURES, ...LEARNING],
  },
  {
    files: /^apps\/predictor\/(cli|fields|law|export|space)\/.*(?<!test)\.ts$/,
    never: [...FIGURES, ...LEARNING, ...PARTICLES],
  },
  { files: /^libs\/kmc\/.*worker\.ts$/, never: SCHEMAS },
];

/** The file that an import leads to, or the foreign package's name. */
function targetOf(members: ReadonlyMap<string, Member>, from: string, specifier: string): string {
  if (specifier.startsWith(".")) return resolveRelative(from, specifier);
  const member = members.get(packageName(specifier));
  if (member === undefined) return packageName(specifier);
  const inside = `.${specifier.slice(member.manifest.name.length)}`;
  const door = (member.manifest.exports as Record<string, string> | undefined)?.[inside];
  return resolveRelative(`${member.folder}/package.json`, door ?? "./mod.ts");
}

/** What a file loads when it is loaded, each with the path of imports that leads there. */
function loadedBy(workspace: Workspace, file: string): Map<string, readonly string[]> {
  const members = new Map(workspace.members.map((member) => [member.manifest.name, member]));
  const imports = new Map(
    workspace.members.flatMap(({ files }) => files.map(({ path, imports }) => [path, imports])),
  );
  const found = new Map<string, readonly string[]>([[file, [file]]]);
  for (const [path, way] of found) {
    for (const { specifier, typeOnly, later } of imports.get(path) ?? []) {
      if (typeOnly || later) continue;
      const target = targetOf(members, path, specifier);
      if (!found.has(target)) found.set(target, [...way, target]);
    }
  }
  return found;
}

/** No program and no thread loads what it may never need. */
export function startUpComplaints(
  workspace: Workspace,
  rules: readonly StartUpRule[] = START_UP_RULES,
): string[] {
  const folders = new Map(
    workspace.members.map(({ manifest, folder }) => [`${folder}/`, manifest.name]),
  );
  const packageOf = (target: string) =>
    [...folders].find(([folder]) => target.startsWith(folder))?.[1] ?? target;
  return rules.flatMap(({ files, never }) => {
    const held = workspace.members.flatMap((member) => member.files)
      .map(({ path }) => path).filter((path) => files.test(path));
    if (held.length === 0) return [`The start-up rule for ${files} holds for no file.`];
    return held.flatMap((file) => {
      const loaded = [...loadedBy(workspace, file)];
      return never.flatMap((name) => {
        const way = loaded.find(([target]) => packageOf(target) === name)?.[1];
        return way === undefined ? [] : [
          `${file} loads ${name} when it starts: ${
            way.join(" -> ")
          }; import that where it is used.`,
        ];
      });
    });
  });
}
