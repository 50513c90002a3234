/** Each import is declared, each declaration is used, each version is exact. */
import { isBuiltin } from "node:module";
import { isTestFile, type Member, packageName, type Workspace } from "./workspace.ts";

function declared(member: Member): Record<string, string> {
  return { ...member.manifest.dependencies, ...member.manifest.optionalDependencies };
}

/** What a file may import besides its member's own dependencies: the root's development tools. */
function rootTools(workspace: Workspace): Set<string> {
  return new Set(Object.keys(workspace.rootManifest.devDependencies ?? {}));
}

function undeclared(member: Member, tools: Set<string>): string[] {
  const known = declared(member);
  return member.files.flatMap((file) =>
    file.imports.flatMap(({ specifier }) => {
      if (specifier.startsWith(".")) return [];
      if (specifier.startsWith("node:")) return [];
      if (isBuiltin(specifier)) {
        return [`${file.path} imports "${specifier}"; write "node:${specifier}".`];
      }
      if (/^[a-z]+:/.test(specifier)) {
        return [
          `${file.path} imports "${specifier}"; declare it in package.json and import its name.`,
        ];
      }
      const name = packageName(specifier);
      if (name === member.manifest.name || name in known) return [];
      if (
        tools.has(name) && (isTestFile(file.path) || member.tags.includes("layer:tools"))
      ) return [];
      return [
        `${file.path} imports "${name}", which ${member.folder}/package.json does not declare.`,
      ];
    })
  );
}

function unused(member: Member): string[] {
  const used = new Set(
    member.files.flatMap((file) => file.imports.map(({ specifier }) => packageName(specifier))),
  );
  return Object.keys(member.manifest.dependencies ?? {}).filter((name) => !used.has(name))
    .map((name) => `${member.folder}/package.json declares "${name}", which no file imports.`);
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
    for (const [name, version] of Object.entries(declared(member))) {
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

/** All rules of this file. */
export function dependencyComplaints(workspace: Workspace): string[] {
  const tools = rootTools(workspace);
  const root = workspace.rootManifest;
  return [
    ...unpinned("package.json", { ...root.devDependencies, ...root.optionalDependencies }),
    ...differing(workspace),
    ...workspace.members.flatMap((member) => [
      ...undeclared(member, tools),
      ...unused(member),
      ...unpinned(`${member.folder}/package.json`, declared(member)),
      ...sameIdentity(member),
    ]),
  ];
}
