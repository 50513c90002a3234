/**
 * Which package may import which: the data flow of docs/architecture.md as a table. Every function
 * returns complaints, one sentence each; none means that the rule holds.
 */
import {
  layerOf,
  type Member,
  packageName,
  resolveRelative,
  shippedFiles,
  testFiles,
  type Workspace,
} from "./workspace.ts";

/** A layer may import the layers in its row, and itself only where its row says so. */
const ALLOWED: Record<string, string[]> = {
  foundation: ["foundation"],
  reference: ["foundation"],
  ensemble: ["foundation"],
  particles: ["foundation", "reference", "ensemble"],
  experiment: ["foundation", "particles"],
  operators: ["foundation", "ensemble"],
  prediction: ["foundation", "prediction"],
  artifact: ["foundation", "prediction", "artifact"],
  backend: ["foundation"],
  training: ["foundation", "prediction", "artifact", "backend"],
  epistemic: ["foundation", "prediction", "artifact", "backend", "training"],
  design: ["foundation", "prediction", "epistemic"],
  report: [],
  "run-report": [
    ...["foundation", "reference", "ensemble", "experiment", "operators", "prediction"],
    ...["artifact", "report"],
  ],
  "command-line": ["foundation"],
  executor: ["foundation", "command-line"],
  app: [
    ...["foundation", "reference", "ensemble", "particles", "experiment", "operators"],
    ...["prediction", "artifact"],
    ...["backend", "training", "epistemic", "design", "report", "run-report", "command-line"],
    "executor",
    "app",
  ],
  tools: [
    ...["foundation", "reference", "ensemble", "particles", "experiment", "operators"],
    ...["prediction", "artifact"],
    ...["backend", "training", "epistemic", "design", "report", "run-report", "command-line"],
    "executor",
    "app",
  ],
};

/** Types cost nothing at run time, so records may be described where they are made. */
const ALLOWED_AS_TYPES: Record<string, string[]> = { training: ["operators"] };

/** Tests may take particles, and hold anything against the exact answers. */
const ALLOWED_IN_TESTS = ["foundation", "reference", "particles", "experiment"];

/** What a member tagged `standalone` must not reach by any path. */
const NOT_STANDALONE_LAYERS = [
  "ensemble",
  "particles",
  "operators",
  "training",
  "epistemic",
  "backend",
];
const NOT_STANDALONE_PACKAGES = /^@tensorflow\//;

function byName(workspace: Workspace): Map<string, Member> {
  return new Map(workspace.members.map((member) => [member.manifest.name, member]));
}

/** Every member has exactly one layer, and it is a known one. */
export function layerComplaints(workspace: Workspace): string[] {
  return workspace.members.flatMap((member) => {
    const layer = layerOf(member);
    if (layer !== undefined && layer in ALLOWED) return [];
    return [
      `${member.folder}/project.json needs exactly one tag "layer:NAME" with NAME among ${
        Object.keys(ALLOWED).join(", ")
      }.`,
    ];
  });
}

/** Public are a package's name and what its `exports` name besides, e.g. a part for browsers. */
function isDoor({ manifest }: Member, specifier: string): boolean {
  const inside = `.${specifier.slice(manifest.name.length)}`;
  return inside === "." || inside in Object(manifest.exports);
}

/** Imports across packages follow the table and enter by the front door. */
export function layerEdgeComplaints(workspace: Workspace): string[] {
  const members = byName(workspace);
  return workspace.members.flatMap((member) => {
    const tests = testFiles(member);
    return member.files.flatMap((file) =>
      file.imports.flatMap(({ specifier, typeOnly }) => {
        if (specifier.startsWith(".")) {
          const target = resolveRelative(file.path, specifier);
          return target.startsWith(`${member.folder}/`) ? [] : [
            `${file.path} reaches out of its package by "${specifier}"; import its package instead.`,
          ];
        }
        const target = members.get(packageName(specifier));
        if (!target || target === member) return [];
        if (!isDoor(target, specifier)) {
          return [`${file.path} imports "${specifier}"; only "${target.manifest.name}" is public.`];
        }
        const from = layerOf(member) ?? "", to = layerOf(target) ?? "";
        const allowed = [
          ...(ALLOWED[from] ?? []),
          ...(typeOnly ? ALLOWED_AS_TYPES[from] ?? [] : []),
          ...(tests.has(file.path) ? ALLOWED_IN_TESTS : []),
        ];
        return allowed.includes(to)
          ? []
          : [`${file.path} (layer ${from}) must not import ${specifier} (layer ${to}).`];
      })
    );
  });
}

/** Edges between packages, declared or imported. Tests are left out: they never ship. */
function packageEdges(workspace: Workspace): Map<string, Set<string>> {
  const members = byName(workspace);
  return new Map(workspace.members.map((member) => {
    const targets = new Set(Object.keys(member.manifest.dependencies ?? {}));
    const shipped = shippedFiles(member);
    for (const file of member.files) {
      if (!shipped.has(file.path)) continue;
      for (const { specifier } of file.imports) {
        if (members.has(packageName(specifier))) targets.add(packageName(specifier));
      }
    }
    targets.delete(member.manifest.name);
    return [member.manifest.name, targets];
  }));
}

/** Imports, of types too, between the files of all packages; packages are entered at their mod.ts. */
function fileEdges(workspace: Workspace): Map<string, Set<string>> {
  const members = byName(workspace);
  return new Map(
    workspace.members.flatMap((member) =>
      member.files.map((file) => {
        const targets = file.imports.flatMap(({ specifier }) => {
          if (specifier.startsWith(".")) return [resolveRelative(file.path, specifier)];
          const target = members.get(packageName(specifier));
          return target ? [`${target.folder}/mod.ts`] : [];
        });
        return [file.path, new Set(targets)] as const;
      })
    ),
  );
}

/** One path around each cycle that a depth-first walk meets. */
function cycles(edges: Map<string, Set<string>>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const walk = (node: string, path: string[]): void => {
    const start = path.indexOf(node);
    if (start >= 0) found.push([...path.slice(start), node]);
    if (start >= 0 || done.has(node)) return;
    for (const next of edges.get(node) ?? []) walk(next, [...path, node]);
    done.add(node);
  };
  for (const node of edges.keys()) walk(node, []);
  return found;
}

/** No package and no file reaches itself. */
export function cycleComplaints(workspace: Workspace): string[] {
  return [...cycles(packageEdges(workspace)), ...cycles(fileEdges(workspace))]
    .map((path) => `Import cycle: ${path.join(" -> ")}.`);
}

/** A standalone app reaches neither particles nor training, by its imports or by what it installs. */
export function standaloneComplaints(workspace: Workspace): string[] {
  const members = byName(workspace);
  const edges = packageEdges(workspace);
  const forbidden = (name: string) => {
    const member = members.get(name);
    return member
      ? NOT_STANDALONE_LAYERS.includes(layerOf(member) ?? "")
      : NOT_STANDALONE_PACKAGES.test(name);
  };
  return workspace.members.filter((member) => member.tags.includes("standalone")).flatMap(
    (member) => {
      const paths = new Map([[member.manifest.name, [member.manifest.name]]]);
      for (const [name, path] of paths) {
        for (const next of edges.get(name) ?? []) {
          if (!paths.has(next)) paths.set(next, [...path, next]);
        }
      }
      return [...paths].filter(([name]) => forbidden(name))
        .map(([, path]) => `${member.folder} is standalone, but reaches ${path.join(" -> ")}.`);
    },
  );
}

/** No file lies about that neither an entry nor a test reaches. */
export function deadFileComplaints(workspace: Workspace): string[] {
  return workspace.members.flatMap((member) => {
    const alive = new Set([...shippedFiles(member), ...testFiles(member)]);
    return member.files.map(({ path }) => path).filter((path) => !alive.has(path))
      .map((path) => `${path} is reached by no entry and by no test.`);
  });
}

/** All rules of this file. */
export function importComplaints(workspace: Workspace): string[] {
  return [
    ...layerComplaints(workspace),
    ...layerEdgeComplaints(workspace),
    ...cycleComplaints(workspace),
    ...standaloneComplaints(workspace),
    ...deadFileComplaints(workspace),
  ];
}
