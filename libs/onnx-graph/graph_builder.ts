import onnxProto from "onnx-proto";
import { graphInliner } from "./inline_graph.ts";
import type { GraphNode, Value } from "./types.ts";

const { onnx } = onnxProto;
const { DOUBLE, FLOAT, INT32, INT64 } = onnx.TensorProto.DataType;

/** ONNX operator set and file version that every graph of this project declares. */
export const OPSET = 17;
const IR_VERSION = 8;

/** `"B"` and other letters are dynamic dimensions. */
export type Shape = readonly (number | string)[];

/** Collects the nodes and constants of one ONNX graph. */
export interface GraphBuilder {
  input(name: string, type: "float32" | "float64" | "int32", shape: Shape): Value;
  /** Real numbers in the graph's precision. @param name A name to be found by; one that is free when absent. */
  constant(data: ArrayLike<number>, shape: readonly number[], name?: string): Value;
  int32(data: readonly number[]): Value;
  /**
   * The nodes of a whole model, fed with values of this graph.
   *
   * @param inputs A value for each of the model's inputs. @returns The model's outputs.
   * @throws {RangeError} if an input is missing or unknown, or the model is of another opset.
   */
  inline(model: Uint8Array, inputs: Readonly<Record<string, Value>>): Record<string, Value>;
  /** What a value was joined from side by side; itself alone if it was not. */
  joinedFrom(value: Value): readonly Value[];
  /** One node with one output. Attributes are integers and lists of integers. */
  op(
    type: string,
    inputs: readonly Value[],
    attributes?: Readonly<Record<string, number | readonly number[]>>,
  ): Value;
  /** Sum over axes, keeping them. */
  sumAxes(value: Value, axes: readonly number[]): Value;
  /** Columns `from` to `to`, the last not included. */
  columns(value: Value, from: number, to: number): Value;
  reshape(value: Value, shape: readonly number[]): Value;
  output(name: string, value: Value, shape: Shape): void;
  /** The serialised model. */
  finish(): Uint8Array;
}

/**
 * Starts a graph.
 *
 * @param name Graph name, kept in the file.
 * @param documentation What the model computes, kept in the file for people who open it.
 * @param precision Of constants and outputs.
 */
export function graphBuilder(
  name: string,
  documentation: string,
  precision: "float32" | "float64" = "float32",
): GraphBuilder {
  const real = precision === "float64" ? DOUBLE : FLOAT;
  const nodes: GraphNode[] = [];
  const initializer: object[] = [];
  const inputs: object[] = [];
  const outputs: object[] = [];
  const fresh = (prefix: string) => `${prefix}_${nodes.length + initializer.length}`;

  const integers = (values: readonly number[]): Value => {
    const constantName = fresh("i");
    const dims = [values.length];
    initializer.push({ name: constantName, dims, dataType: INT64, int64Data: values });
    return constantName;
  };
  const builder: GraphBuilder = {
    input(inputName, type, shape) {
      const elemType = { float32: FLOAT, float64: DOUBLE, int32: INT32 }[type];
      inputs.push({ name: inputName, type: tensorType(elemType, shape) });
      return inputName;
    },
    constant(data, shape, constantName = fresh("c")) {
      const rawData = bytesOf(data, shape, precision);
      initializer.push({ name: constantName, dims: shape, dataType: real, rawData });
      return constantName;
    },
    int32(data) {
      const name = fresh("t");
      initializer.push({ name, dims: [data.length], dataType: INT32, int32Data: data });
      return name;
    },
    inline: graphInliner(OPSET, fresh, nodes, initializer),
    joinedFrom: (value) => joinedIn(nodes, value),
    op(opType, input, attributes = {}) {
      const result = fresh(opType.toLowerCase());
      const attribute = Object.entries(attributes).map(attributeOf);
      nodes.push({ name: result, opType, input, output: [result], attribute });
      return result;
    },
    sumAxes(value, axes) {
      return builder.op("ReduceSum", [value, integers(axes)], { keepdims: 1 });
    },
    columns: (value, from, to) =>
      builder.op("Slice", [value, ...[[from], [to], [1]].map(integers)]),
    reshape: (value, shape) => builder.op("Reshape", [value, integers(shape)]),
    output(outputName, value, shape) {
      nodes.push({ name: outputName, opType: "Identity", input: [value], output: [outputName] });
      outputs.push({ name: outputName, type: tensorType(real, shape) });
    },
    finish: () =>
      serialised(documentation, { name, node: nodes, initializer, input: inputs, output: outputs }),
  };
  return builder;
}

/** A graph as its format has it, whatever stands in it. */
interface GraphContent {
  readonly name: string;
  readonly node: object[];
  readonly initializer: object[];
  readonly input: object[];
  readonly output: object[];
}

/** @throws {TypeError} if the graph is malformed. */
function serialised(documentation: string, graph: GraphContent): Uint8Array {
  const model = {
    irVersion: IR_VERSION,
    producerName: "spiediff",
    docString: documentation,
    opsetImport: [{ domain: "", version: OPSET }],
    graph,
  };
  const problem = onnx.ModelProto.verify(model);
  if (problem) throw new TypeError(`The ONNX graph "${graph.name}" is malformed: ${problem}.`);
  return onnx.ModelProto.encode(model).finish();
}

function joinedIn(nodes: readonly GraphNode[], value: Value): readonly Value[] {
  const { opType, input } = nodes.find(({ output }) => output.includes(value)) ?? {};
  if (opType === "Identity") return joinedIn(nodes, input![0]);
  return opType === "Concat" ? input! : [value];
}

/** A tensor's element type and shape, as an input or output declares it. */
function tensorType(elemType: number, shape: Shape) {
  const dim = shape.map((d) => typeof d === "number" ? { dimValue: d } : { dimParam: d });
  return { tensorType: { elemType, shape: { dim } } };
}

function attributeOf([name, value]: [string, number | readonly number[]]) {
  const { INT, INTS } = onnx.AttributeProto.AttributeType;
  return typeof value === "number"
    ? { name, type: INT, i: value }
    : { name, type: INTS, ints: value };
}

/** @throws {RangeError} if the shape needs another number of values. */
function bytesOf(
  data: ArrayLike<number>,
  shape: readonly number[],
  precision: "float32" | "float64",
): Uint8Array {
  const values = (precision === "float64" ? Float64Array : Float32Array).from(data);
  const size = shape.reduce((a, b) => a * b, 1);
  if (size !== values.length) {
    throw new RangeError(
      `A constant of shape [${shape}] needs ${size} values, not ${values.length}.`,
    );
  }
  return new Uint8Array(values.buffer);
}
