import { parseAst } from "vitest/node";

/** One edge out of a file. */
export interface Import {
  specifier: string;
  /** Erased before the program runs. */
  typeOnly: boolean;
  /** Loaded when the program comes to it, or by another thread; absent where it is loaded with the file. */
  later?: true;
}

interface Node {
  type: string;
  [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

function literal(value: unknown): string | undefined {
  return isNode(value) && value.type === "Literal" && typeof value.value === "string"
    ? value.value
    : undefined;
}

/** `import { type A, type B }` is as erased as `import type { A, B }`. */
function allSpecifiersAreTypes(node: Node): boolean {
  const specifiers = node.specifiers as Node[];
  return specifiers.length > 0 &&
    specifiers.every((one) => one.importKind === "type" || one.exportKind === "type");
}

/** `new URL("./worker.ts", import.meta.url)` starts a file as surely as an import does. */
function codeUrl(node: Node): string | undefined {
  const callee = node.callee as Node;
  const [first, second] = node.arguments as unknown[];
  const target = literal(first);
  return callee.name === "URL" && second !== undefined && target !== undefined &&
      /^\.{1,2}\/.*\.(ts|js|mjs)$/.test(target)
    ? target
    : undefined;
}

function edgeOf(node: Node): Import | undefined {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration": {
      const specifier = literal(node.source);
      if (specifier === undefined) return undefined;
      const typeOnly = node.importKind === "type" || node.exportKind === "type" ||
        (node.type !== "ExportAllDeclaration" && allSpecifiersAreTypes(node));
      return { specifier, typeOnly };
    }
    case "ImportExpression": {
      const specifier = literal(node.source);
      return specifier === undefined ? undefined : { specifier, typeOnly: false, later: true };
    }
    case "TSImportType": {
      const specifier = literal(node.source) ?? literal(node.argument);
      return specifier === undefined ? undefined : { specifier, typeOnly: true };
    }
    case "NewExpression": {
      const specifier = codeUrl(node);
      return specifier === undefined ? undefined : { specifier, typeOnly: false, later: true };
    }
  }
}

/**
 * Every edge out of a TypeScript source: static and dynamic imports, re-exports, import types and
 * worker addresses, in the order of the text. Read from the syntax tree, so comments and strings do
 * not count.
 * @throws {SyntaxError} (or the parser's own error) if the source does not parse.
 */
export function importsOf(source: string): Import[] {
  const found: Import[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isNode(value)) {
      const edge = edgeOf(value);
      if (edge) found.push(edge);
      for (const key in value) if (key !== "type") visit(value[key]);
    }
  };
  visit(parseAst(source, { lang: "ts" }));
  return found;
}
