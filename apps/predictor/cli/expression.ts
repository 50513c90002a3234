import jsep from "jsep";
import { UserError } from "@spiediff/command-line";

/** The parser's node, as far as it is used here. */
interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}
type Evaluator = (x: number) => number;

const CONSTANTS: Record<string, number> = { pi: Math.PI, tau: 2 * Math.PI, e: Math.E };
const FUNCTIONS: Record<string, { readonly arity: number; readonly call: typeof Math.max }> = {
  sin: { arity: 1, call: Math.sin },
  cos: { arity: 1, call: Math.cos },
  tan: { arity: 1, call: Math.tan },
  tanh: { arity: 1, call: Math.tanh },
  exp: { arity: 1, call: Math.exp },
  log: { arity: 1, call: Math.log },
  sqrt: { arity: 1, call: Math.sqrt },
  abs: { arity: 1, call: Math.abs },
  floor: { arity: 1, call: Math.floor },
  sign: { arity: 1, call: Math.sign },
  min: { arity: 2, call: Math.min },
  max: { arity: 2, call: Math.max },
  pow: { arity: 2, call: Math.pow },
};
const BINARY: Record<string, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": Math.pow,
  "**": Math.pow,
};
const LONGEST = 500;

// The parser knows ^ as exclusive or; profiles want the power, as tight as ** and right to left.
jsep.addBinaryOp("^", 11, true);

/**
 * A profile written as an expression of x, e.g. `0.5 + 0.3*cos(2*pi*x)`. It is parsed and walked,
 * never executed as program text.
 *
 * @throws {UserError} naming what is not understood.
 */
export function parseExpression(text: string): Evaluator {
  if (text.length > LONGEST) {
    throw new UserError(`The profile expression has more than ${LONGEST} characters.`);
  }
  let tree: Node;
  try {
    tree = jsep(text) as unknown as Node;
  } catch (error) {
    throw new UserError(
      `The profile "${text}" is neither a file nor an expression of x: ${
        (error as Error).message
      }.`,
    );
  }
  return compile(tree, text);
}

function compile(node: Node, text: string): Evaluator {
  const refuse = (what: string): never => {
    throw new UserError(`The profile "${text}" ${what}.`);
  };
  switch (node.type) {
    case "Literal": {
      const value = node.value;
      if (typeof value !== "number") return refuse(`contains ${String(node.raw)}, not a number`);
      return () => value;
    }
    case "Identifier": {
      const name = String(node.name);
      if (name === "x") return (x) => x;
      if (!Object.hasOwn(CONSTANTS, name)) {
        return refuse(
          `uses the unknown name ${name}; known are x, ${Object.keys(CONSTANTS).join(", ")}`,
        );
      }
      return () => CONSTANTS[name];
    }
    case "UnaryExpression": {
      const argument = compile(node.argument as Node, text);
      if (node.operator === "-") return (x) => -argument(x);
      if (node.operator === "+") return argument;
      return refuse(`uses the unknown operator ${String(node.operator)}`);
    }
    case "BinaryExpression":
      return compileBinary(node, text, refuse);
    case "CallExpression":
      return compileCall(node, text, refuse);
    case "Compound":
      return refuse(
        "is not one expression; an operator is missing, or a comma stands for a decimal point",
      );
    default:
      return refuse(`contains something else than arithmetic (${node.type})`);
  }
}

function compileBinary(node: Node, text: string, refuse: (what: string) => never): Evaluator {
  const operator = String(node.operator);
  if (!Object.hasOwn(BINARY, operator)) return refuse(`uses the unknown operator ${operator}`);
  const base = node.left as Node;
  if ((operator === "^" || operator === "**") && base.type === "UnaryExpression") {
    // The parser reads -x^2 as (-x)^2, mathematicians as -(x^2): neither is guessed.
    return refuse("has a minus in front of a power; write -(x^2) or (0-x)^2");
  }
  const left = compile(base, text);
  const right = compile(node.right as Node, text);
  const apply = BINARY[operator];
  return (x) => apply(left(x), right(x));
}

function compileCall(node: Node, text: string, refuse: (what: string) => never): Evaluator {
  const callee = node.callee as Node;
  const name = callee.type === "Identifier" ? String(callee.name) : "?";
  if (!Object.hasOwn(FUNCTIONS, name)) {
    return refuse(
      `calls the unknown function ${name}; known are ${Object.keys(FUNCTIONS).join(", ")}`,
    );
  }
  const { arity, call } = FUNCTIONS[name];
  const args = (node.arguments as Node[]).map((argument) => compile(argument, text));
  if (args.length !== arity) return refuse(`gives ${name} ${args.length} arguments, not ${arity}`);
  return (x) => call(...args.map((argument) => argument(x)));
}
