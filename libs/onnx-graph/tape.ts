import { graphBuilder } from "./graph_builder.ts";
import type { Value } from "./types.ts";
import {
  activations,
  arithmetic,
  products,
  type Recorder,
  shaping,
  still,
} from "./tape_operations.ts";
import type { Entry, Tape, TapeValue } from "./tape_types.ts";

/**
 * Starts a tape: reverse-mode differentiation written out as ONNX operators, so that a training
 * step runs in a runtime that only evaluates.
 *
 * Each operation is written into the graph when it is called; `finish` walks back over them and
 * writes the gradients' operations behind.
 */
export function gradientTape(name: string): Tape {
  const g = graphBuilder(name, "A loss and its gradients");
  const entries: Entry[] = [];
  const parameters: [string, TapeValue][] = [];
  const input = (inputName: string, shape: readonly number[], varies: boolean) => ({
    value: g.input(inputName, "float32", shape),
    shape,
    varies,
  });
  const recorder: Recorder = {
    g,
    record(result, pull) {
      if (result.varies) entries.push({ result, pull });
      return result;
    },
    tape: () => tape,
  };
  const tape: Tape = {
    input: (inputName, shape) => input(inputName, shape, false),
    parameter(inputName, shape) {
      const value = input(inputName, shape, true);
      parameters.push([inputName, value]);
      return value;
    },
    constant: (data, shape) => ({ value: g.constant(data, shape), shape, varies: false }),
    ...products(recorder),
    ...arithmetic(recorder),
    ...activations(recorder),
    ...shaping(recorder),
    finish(loss) {
      const gradients = backward(tape, entries, loss);
      g.output("loss", loss.value, [1]);
      for (const [parameterName, { value, shape }] of parameters) {
        const gradient = gradients.get(value);
        if (!gradient) throw new RangeError(`The loss does not depend on ${parameterName}.`);
        g.output(`gradient_${parameterName}`, gradient.value, shape);
      }
      return g.finish();
    },
  };
  return tape;
}

/** Gradients of the loss at every value on the way to it, by reverse accumulation. */
function backward(
  tape: Tape,
  entries: readonly Entry[],
  loss: TapeValue,
): Map<Value, TapeValue> {
  const gradients = new Map<Value, TapeValue>([[loss.value, tape.constant([1], [1])]]);
  for (const { result, pull } of entries.toReversed()) {
    const gradient = gradients.get(result.value);
    if (!gradient) continue;
    for (const [operand, give] of pull(gradient)) {
      if (!operand.varies) continue;
      const before = gradients.get(operand.value);
      gradients.set(operand.value, before ? still(tape.add(before, give())) : give());
    }
  }
  return gradients;
}
