/** No function above 60 lines, hot loops aside: docs/architecture.md, rules. */
import ts from "typescript";

/** Lines that a function may have, docstring aside. */
export const LONGEST = 60;

/** A function with its lines, from its first token to its last. */
export interface MeasuredFunction {
  readonly file: string;
  readonly name: string;
  readonly lines: number;
}

/** A function that may be longer: a loop that runs millions of times, or a debt. */
export interface LengthException {
  readonly file: string;
  readonly function: string;
  readonly reason: "hot loop" | "to be cut";
}

/** What a function is called where it stands: its own name, or that of what it is assigned to. */
function nameOf(node: ts.SignatureDeclaration, source: ts.SourceFile): string {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  if (node.name) return node.name.getText(source);
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) {
    return parent.name.getText(source);
  }
  return ts.isCallExpression(parent) ? `argument of ${parent.expression.getText(source)}` : "?";
}

/** All functions of a source that are longer than allowed, those that contain others included. */
export function longFunctions(file: string, text: string): MeasuredFunction[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: MeasuredFunction[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
      const lines = lineOf(node.getEnd()) - lineOf(node.getStart(source)) + 1;
      if (lines > LONGEST) found.push({ file, name: nameOf(node, source), lines });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * Long functions that nobody has excepted, and exceptions that nobody needs: the list may only shrink.
 *
 * @param sources Text of each file by its path.
 */
export function lengthComplaints(
  sources: ReadonlyMap<string, string>,
  exceptions: readonly LengthException[],
): string[] {
  const long = [...sources].flatMap(([file, text]) => longFunctions(file, text));
  const excepted = ({ file, name }: MeasuredFunction) =>
    exceptions.some((one) => one.file === file && one.function === name);
  const needed = (one: LengthException) =>
    long.some(({ file, name }) => one.file === file && one.function === name);
  return [
    ...long.filter((one) => !excepted(one)).map(({ file, name, lines }) =>
      `${file}: ${name} has ${lines} lines; a function has at most ${LONGEST}.`
    ),
    ...exceptions.filter((one) => !needed(one)).map((one) =>
      `${one.file}: ${one.function} needs no exception; take it out of long_functions.json.`
    ),
  ];
}
