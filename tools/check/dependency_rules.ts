/** Each import is declared, each declaration is used, each version is exact. */
import { isBuiltin } from "node:module";
import { type Member, packageName, shippedFiles, type Workspace } from "./workspace.ts";

/** What shipped code may import, and what tests may import besides. */
function declared(
  member: Member,
): { shipped: Record<string, string>; all: Record<string, string> } {
  const { dependencies, optionalDependencies, devDependencies } = member.manifest;
  const shipped = { ...dependencies, ...optionalDependencies };
  return { shipped, all: { ...shipped, ...devDependencies } };
}

/** What a file may import besides its member's own dependencies: the root's development tools. */
function rootTools(workspace: Workspace): Set<string> {
  return new Set(Object.keys(workspace.rootManifest.devDependencies ?? {}));
}

function undeclared(member: Member, tools: Set<string>): string[] {
  const { shipped, all } = declared(member);
  const ships = shippedFiles(member);
  const manifest = `${member.folder}/package.json`;
  return member.files.flatMap((file) =>
    file.imports.flatMap(({ specifier }) => {
      if (specifier.startsWith(".") || specifier.startsWith("node:")) return [];
      if (isBuiltin(specifier)) {
        return [`${file.path} imports "${specifier}"; write "node:${specifier}".`];
      }
      if (/^[a-z]+:/.test(specifier)) {
        return [
          `${file.path} imports "${specifier}"; declare it in package.json and import its name.`,
        ];
      }
      const name = packageName(specifier);
      const isTest = !ships.has(file.path);
      if (name === member.manifest.name || name in (isTest ? all : shipped)) return [];
      if (tools.has(name) && (isTest || member.tags.includes("layer:tools"))) return [];
      return name in all
        ? [`${file.path} ships, but "${name}" is only a devDependency in ${manifest}.`]
        : [`${file.path} imports "${name}", which ${manifest} does not declare.`];
    })
  );
}

/** A member that only tests use belongs to devDependencies, and one that nobody uses nowhere. */
function unused(member: Member): string[] {
  // A package that is only laid out (an empty mod.ts) declares its place in the data flow in advance.
  if (member.files.every(({ imports }) => imports.length === 0)) return [];
  const ships = shippedFiles(member);
  const names = (files: typeof member.files) =>
    new Set(files.flatMap((file) => file.imports.map(({ specifier }) => packageName(specifier))));
  const everywhere = names(member.files);
  const shipped = names(member.files.filter(({ path }) => ships.has(path)));
  const { dependencies = {}, devDependencies = {} } = member.manifest;
  const manifest = `${member.folder}/package.json`;
  return [
    ...[...Object.keys(dependencies), ...Object.keys(devDependencies)]
      .filter((name) => !everywhere.has(name))
      .map((name) => `${manifest} declares "${name}", which no file imports.`),
    ...Object.keys(dependencies).filter((name) => everywhere.has(name) && !shipped.has(name))
      .map((name) => `${manifest}: only tests import "${name}"; move it to devDependencies.`),
  ];
}

function unpinned(where: string, dependencies: Record<string, string> | undefined): string[] {
  return Object.entries(dependencies ?? {})
    .filter(([, version]) =>
      version !== "workspace:*" && !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)
    )
    .map(([name, version]) => `${where} asks for "${name}" ${version}; pin one exact version.`);
}

/** A package that two members ask for comes in one version. */
function differing(workspace: Workspace): string[] {
  const versions = new Map<string, Map<string, string>>();
  for (const member of workspace.members) {
    for (const [name, version] of Object.entries(declared(member).all)) {
      const where = versions.get(name) ?? new Map<string, string>();
      versions.set(name, where.set(version, member.folder));
    }
  }
  return [...versions].filter(([, where]) => where.size > 1).map(([name, where]) =>
    `"${name}" comes in several versions: ${
      [...where].map(([version, folder]) => `${version} in ${folder}`).join(", ")
    }.`
  );
}

function sameIdentity(member: Member): string[] {
  const { manifest, denoManifest, folder } = member;
  return (["name", "version", "exports"] as const)
    .filter((key) => JSON.stringify(manifest[key]) !== JSON.stringify(denoManifest[key]))
    .map((key) => `${folder}: package.json and deno.json differ in "${key}".`);
}

/** Every package from outside has its reason on the page of dependencies. */
export function reasonComplaints(workspace: Workspace, page: string): string[] {
  const own = new Set(workspace.members.map(({ manifest }) => manifest.name));
  const { devDependencies, optionalDependencies } = workspace.rootManifest;
  const names = new Set([
    ...Object.keys({ ...devDependencies, ...optionalDependencies }),
    ...workspace.members.flatMap((member) => Object.keys(declared(member).all)),
  ]);
  const named = new Set(page.match(/[@\w./-]+/g));
  return [...names].filter((name) => !own.has(name) && !named.has(name))
    .map((name) => `docs/dependencies.md does not say why "${name}" is there.`);
}

/** All rules about what package.json files declare and files import. */
export function dependencyComplaints(workspace: Workspace): string[] {
  const tools = rootTools(workspace);
  const root = workspace.rootManifest;
  return [
    ...unpinned("package.json", { ...root.devDependencies, ...root.optionalDependencies }),
    ...differing(workspace),
    ...workspace.members.flatMap((member) => [
      ...undeclared(member, tools),
      ...unused(member),
      ...unpinned(`${member.folder}/package.json`, declared(member).all),
      ...sameIdentity(member),
    ]),
  ];
}
