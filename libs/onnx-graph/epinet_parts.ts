import onnxProto from "onnx-proto";

const { onnx } = onnxProto;

/** An epinet's numbers, read from the graph that `epinetGraph` writes. */
export interface EpinetParts {
  readonly featureDim: number;
  readonly indexDim: number;
  /** Fixed random layer on the last features, the condition: `[conditionDim * units]`, `[units]`. */
  readonly conditionDim: number;
  readonly units: number;
  readonly layerWeight: Float32Array;
  readonly layerBias: Float32Array;
  /** What features, random layer and 1 do to each index: `[(featureDim + units + 1) * indexDim]`. */
  readonly readout: Float32Array;
}

const NODES = "MatMul Add Tanh Concat MatMul Add Mul ReduceSum Identity";

/**
 * The numbers of an epinet's graph, for whoever evaluates it otherwise.
 *
 * @throws {RangeError} if the graph is not one that `epinetGraph` writes.
 */
export function epinetParts(model: Uint8Array): EpinetParts {
  const { graph } = onnx.ModelProto.decode(model);
  const nodes = graph?.node ?? [], inputs = (graph?.input ?? []).map(({ name }) => name);
  if (
    nodes.map(({ opType }) => opType).join(" ") !== NODES || inputs.join() !== "features,index"
  ) {
    throw new RangeError(
      `The graph "${graph?.name}" is not an epinet's of features and index: its inputs are ${
        inputs.join(", ")
      }.`,
    );
  }
  const constant = (node: number) => {
    const name = nodes[node].input![1];
    const { rawData, dims } = graph!.initializer!.find((one) => one.name === name)!;
    // A copy, for whatever is read may stand at any byte.
    return { dims: dims!.map(Number), values: new Float32Array(Uint8Array.from(rawData!).buffer) };
  };
  const layer = constant(0), readout = constant(4);
  const [featureDim, units] = layer.dims;
  // Zero weights pass over all features before the condition.
  const before = Math.floor(layer.values.findIndex((weight) => weight !== 0) / units);
  return {
    featureDim,
    indexDim: readout.dims[1],
    conditionDim: featureDim - before,
    units,
    layerWeight: layer.values.slice(before * units),
    layerBias: constant(1).values,
    readout: Float32Array.from([...readout.values, ...constant(5).values]),
  };
}
