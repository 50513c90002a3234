import jsep from "jsep";
import { UserError } from "@spiediff/command-line";

/** The parser's node, as far as it is used here. */
interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}
/** Of the coordinates x, y, z, as many as there are. */
type Evaluator = (at: readonly number[]) => number;

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
 * @param boxLength Where positions have a unit: what `L` stands for.
 * @throws {UserError} naming what is not understood.
 */
export function parseExpression(text: string, boxLength?: number): (x: number) => number {
  const value = parseField(
    text,
    1,
    boxLength === undefined ? CONSTANTS : { ...CONSTANTS, L: boxLength },
  );
  return (x) => value([x]);
}

/** Names of coordinates. */
const COORDINATES = ["x", "y", "z"];

/**
 * A field written as an expression of as many of x, y and z as there are dimensions.
 *
 * @throws {UserError} naming what is not understood.
 */
export function parseField(
  text: string,
  dimension: 1 | 2 | 3,
  constants: Readonly<Record<string, number>> = CONSTANTS,
): Evaluator {
  if (text.length > LONGEST) {
    throw new UserError(`The profile expression has more than ${LONGEST} characters.`);
  }
  let tree: Node;
  try {
    tree = jsep(text) as unknown as Node;
  } catch (error) {
    throw new UserError(
      `The profile "${text}" is neither a file nor an expression of ${
        COORDINATES.slice(0, dimension).join(", ")
      }: ${(error as Error).message}.`,
    );
  }
  return compile(tree, { text, coordinates: COORDINATES.slice(0, dimension), constants });
}

/** What is being read, for messages, and the coordinates and constants that it may name. */
interface Source {
  readonly text: string;
  readonly coordinates: readonly string[];
  readonly constants: Readonly<Record<string, number>>;
}

function compile(node: Node, source: Source): Evaluator {
  const { text, coordinates, constants } = source;
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
      const axis = coordinates.indexOf(name);
      if (axis >= 0) return (at) => at[axis];
      if (!Object.hasOwn(constants, name)) {
        const known = [...coordinates, ...Object.keys(constants)].join(", ");
        return refuse(`uses the unknown name ${name}; known are ${known}`);
      }
      return () => constants[name];
    }
    case "UnaryExpression": {
      const argument = compile(node.argument as Node, source);
      if (node.operator === "-") return (at) => -argument(at);
      if (node.operator === "+") return argument;
      return refuse(`uses the unknown operator ${String(node.operator)}`);
    }
    case "BinaryExpression":
      return compileBinary(node, source, refuse);
    case "CallExpression":
      return compileCall(node, source, refuse);
    case "Compound":
      return refuse(
        "is not one expression; an operator is missing, or a comma stands for a decimal point",
      );
    default:
      return refuse(`contains something else than arithmetic (${node.type})`);
  }
}

function compileBinary(node: Node, source: Source, refuse: (what: string) => never): Evaluator {
  const operator = String(node.operator);
  if (!Object.hasOwn(BINARY, operator)) return refuse(`uses the unknown operator ${operator}`);
  const base = node.left as Node;
  if ((operator === "^" || operator === "**") && base.type === "UnaryExpression") {
    // The parser reads -x^2 as (-x)^2, mathematicians as -(x^2): neither is guessed.
    return refuse("has a minus in front of a power; write -(x^2) or (0-x)^2");
  }
  const left = compile(base, source);
  const right = compile(node.right as Node, source);
  const apply = BINARY[operator];
  return (at) => apply(left(at), right(at));
}

function compileCall(node: Node, source: Source, refuse: (what: string) => never): Evaluator {
  const callee = node.callee as Node;
  const name = callee.type === "Identifier" ? String(callee.name) : "?";
  if (!Object.hasOwn(FUNCTIONS, name)) {
    return refuse(
      `calls the unknown function ${name}; known are ${Object.keys(FUNCTIONS).join(", ")}`,
    );
  }
  const { arity, call } = FUNCTIONS[name];
  const args = (node.arguments as Node[]).map((argument) => compile(argument, source));
  if (args.length !== arity) return refuse(`gives ${name} ${args.length} arguments, not ${arity}`);
  return (at) => call(...args.map((argument) => argument(at)));
}
