import onnxProto from "onnx-proto";
import type { GraphNode, Value } from "./types.ts";

const { onnx } = onnxProto;

/**
 * Copies whole models into a graph under construction; a model that comes again shares its weights.
 *
 * @param fresh A name that no node has. @param nodes, initializer Of the graph, extended.
 */
export function graphInliner(
  opset: number,
  fresh: (prefix: string) => string,
  nodes: GraphNode[],
  initializer: object[],
) {
  const inlined = new Map<Uint8Array, string>();
  return (model: Uint8Array, given: Readonly<Record<string, Value>>): Record<string, Value> => {
    const { graph, names } = parsed(model, given, opset);
    const prefix = fresh("part");
    const weights = graph.initializer ?? [];
    const first = inlined.get(model) ?? prefix;
    if (first === prefix) {
      inlined.set(model, prefix);
      for (const constant of weights) {
        initializer.push({ ...constant, name: `${prefix}/${constant.name}` });
      }
    }
    const constants = new Set(weights.map(({ name }) => name));
    const own = (name: string) =>
      name === "" ? "" : given[name] ?? `${constants.has(name) ? first : prefix}/${name}`;
    for (const node of graph.node ?? []) {
      nodes.push({
        ...node,
        name: own(node.name!),
        opType: node.opType!,
        input: node.input!.map(own),
        output: node.output!.map(own),
      });
    }
    return Object.fromEntries(names.map((name) => [name, own(name)]));
  };
}

/** A model's graph and the names of its outputs, held against the inputs that it is given. */
function parsed(model: Uint8Array, given: Readonly<Record<string, Value>>, opset: number) {
  const { graph, opsetImport } = onnx.ModelProto.decode(model);
  const version = Number(opsetImport![0]?.version);
  if (!graph || version !== opset) {
    throw new RangeError(`Only graphs of opset ${opset} can be joined, not of opset ${version}.`);
  }
  const wanted = (graph.input ?? []).map(({ name }) => name!);
  if ([...wanted].sort().join() !== Object.keys(given).sort().join()) {
    throw new RangeError(
      `The graph "${graph.name}" has the inputs ${wanted.join(", ")}, and is given ${
        Object.keys(given).join(", ")
      }.`,
    );
  }
  return { graph, names: (graph.output ?? []).map(({ name }) => name!) };
}
