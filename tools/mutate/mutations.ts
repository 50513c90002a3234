/** Where a source can be broken realistically: sites found on its syntax tree, never inside of types. */
import ts from "typescript";

/** What kind of mistake a mutant plants. */
export type MutationKind =
  | "operator"
  | "comparison"
  | "constant"
  | "dropped factor or term"
  | "swapped arguments"
  | "removed statement"
  | "function"
  | "dropped field"
  | "negated condition";

/** One planted mistake: `source[start..end)` is replaced. */
export interface Mutant {
  readonly kind: MutationKind;
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

type Report = (kind: MutationKind, node: { start: number; end: number }, after: string) => void;

const ARITHMETIC: Readonly<Record<string, string>> = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "+=": "-=",
  "-=": "+=",
  "*=": "/=",
  "/=": "*=",
};
const COMPARISON: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "&&": "||",
  "||": "&&",
};
const FUNCTIONS: Readonly<Record<string, string>> = {
  min: "max",
  max: "min",
  floor: "round",
  round: "floor",
  ceil: "floor",
  trunc: "round",
  sqrt: "abs",
  sin: "cos",
  cos: "sin",
};

/** All mutants of one source, in order of their place. */
export function mutantsOf(path: string, source: string): Mutant[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const report: Report = (kind, { start, end }, after) => {
    const before = source.slice(start, end);
    const line = file.getLineAndCharacterOfPosition(start).line + 1;
    if (before !== after) mutants.push({ kind, path, line, start, end, before, after });
  };
  const visit = (node: ts.Node): void => {
    // Types do not run; messages of errors are read by people, and prose is no law.
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isImportDeclaration(node)) {
      return;
    }
    if (ts.isTypeAliasDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isThrowStatement(node)) return;
    expressions(node, file, report);
    statements(node, file, report);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return mutants.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The source with the mutant in its place. */
export function planted(source: string, { start, end, before, after }: Mutant): string {
  if (source.slice(start, end) !== before) {
    throw new RangeError(`The source no longer reads "${before}" at ${start}.`);
  }
  return source.slice(0, start) + after + source.slice(end);
}

function span(node: ts.Node, file: ts.SourceFile): { start: number; end: number } {
  return { start: node.getStart(file), end: node.getEnd() };
}

function expressions(node: ts.Node, file: ts.SourceFile, report: Report): void {
  if (ts.isBinaryExpression(node)) binary(node, file, report);
  else if (ts.isNumericLiteral(node)) constant(node, file, report);
  else if (ts.isCallExpression(node)) call(node, file, report);
  else if (ts.isConditionalExpression(node)) negate(node.condition, file, report);
  else if (ts.isObjectLiteralExpression(node)) fields(node, file, report);
}

function binary(node: ts.BinaryExpression, file: ts.SourceFile, report: Report): void {
  const token = node.operatorToken;
  const text = token.getText(file);
  if (text in COMPARISON) report("comparison", span(token, file), COMPARISON[text]);
  if (!(text in ARITHMETIC) || isText(node.left) || isText(node.right)) return;
  report("operator", span(token, file), ARITHMETIC[text]);
  if (text.endsWith("=")) return;
  const kind = "dropped factor or term";
  report(kind, span(node, file), `(${node.left.getText(file)})`);
  if (text === "+" || text === "*") report(kind, span(node, file), `(${node.right.getText(file)})`);
}

function isText(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

/** A whole number loses one (0 gains one), a fraction doubles. */
function constant(node: ts.NumericLiteral, file: ts.SourceFile, report: Report): void {
  if (ts.isPropertyAssignment(node.parent) && node.parent.name === node) return;
  const value = Number(node.text);
  const after = Number.isInteger(value) ? (value === 0 ? 1 : value - 1) : 2 * value;
  report("constant", span(node, file), String(after));
}

function call(node: ts.CallExpression, file: ts.SourceFile, report: Report): void {
  const { expression: callee, arguments: list } = node;
  if (ts.isPropertyAccessExpression(callee) && callee.expression.getText(file) === "Math") {
    const other = FUNCTIONS[callee.name.text];
    if (other !== undefined) report("function", span(callee.name, file), other);
    // Both orders mean the same.
    if (["min", "max", "hypot", "imul"].includes(callee.name.text)) return;
  }
  // So do sums and products of the gradient tape and of tensors.
  if (ts.isPropertyAccessExpression(callee) && /^(add|mul)$/.test(callee.name.text)) return;
  for (let k = 0; k + 1 < list.length; k++) {
    const [a, b] = [list[k], list[k + 1]];
    if ([a, b].some((one) => ts.isFunctionLike(one) || isText(one))) continue;
    const after = `${b.getText(file)}, ${a.getText(file)}`;
    report("swapped arguments", { start: a.getStart(file), end: b.getEnd() }, after);
  }
}

function negate(condition: ts.Expression, file: ts.SourceFile, report: Report): void {
  // A comparison negated is another comparison already where it is an equality.
  report("negated condition", span(condition, file), `!(${condition.getText(file)})`);
}

/** Fields of literals that are not spread: what a fingerprint or a record forgets. */
function fields(node: ts.ObjectLiteralExpression, file: ts.SourceFile, report: Report): void {
  for (const field of node.properties) {
    const { start, end } = span(field, file);
    const comma = /^\s*,/.exec(file.text.slice(end));
    report("dropped field", { start, end: end + (comma?.[0].length ?? 0) }, "");
  }
}

function statements(node: ts.Node, file: ts.SourceFile, report: Report): void {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node)) negate(node.expression, file, report);
  if (!ts.isExpressionStatement(node)) return;
  const { expression } = node;
  if (ts.isStringLiteral(expression)) return;
  if (ts.isCallExpression(expression) && /^console\./.test(expression.getText(file))) return;
  report("removed statement", span(node, file), ";");
}
