/**
 * Networks of laws of several fields as graphs in double precision, with all members of a model: inputs `state`
 * `[B, 2]` and `member` `[1]`, 0 for the most likely one.
 */
import type { MobilityNetwork, PotentialNetwork } from "@spiediff/field-networks";
import onnxProto from "onnx-proto";
import { type GraphBuilder, graphBuilder } from "./graph_builder.ts";
import type { Value } from "./types.ts";

const { onnx } = onnxProto;

/** Name of the constant that holds the parameters of all members, `[members + 1, P]`. */
const PARAMETERS = "parameters";

/** What both kinds of graphs begin with. */
interface Start {
  readonly g: GraphBuilder;
  readonly state: Value;
  /** `[B, 2]` the network's inputs. */
  readonly x: Value;
  /** Consecutive parameters of the member, as a matrix. */
  next(rows: number, columns: number): Value;
  scalar(value: number): Value;
}

function startOf(
  name: string,
  documentation: string,
  { mean, width }: PotentialNetwork["scaling"],
  members: readonly Float64Array[],
): Start {
  const g = graphBuilder(name, documentation, "float64");
  const state = g.input("state", "float64", ["B", 2]), member = g.input("member", "int32", [1]);
  const size = members[0].length;
  const all = g.constant(
    Float64Array.from(members.flatMap((one) => [...one])),
    [members.length, size],
    PARAMETERS,
  );
  const own = g.op("Gather", [all, member], { axis: 0 });
  let from = 0;
  return {
    g,
    state,
    x: g.op("Div", [g.op("Sub", [state, g.constant(mean, [1, 2])]), g.constant(width, [1, 2])]),
    next(rows, columns) {
      const to = from + rows * columns, part = g.columns(own, from, to);
      from = to;
      return g.reshape(part, [rows, columns]);
    },
    scalar: (value) => g.constant([value], [1, 1]),
  };
}

/** `x W^T`. */
const times = (g: GraphBuilder, x: Value, weights: Value): Value =>
  g.op("MatMul", [x, g.op("Transpose", [weights], { perm: [1, 0] })]);

/** `ln(1 + e^v)`, without overflow. */
function softplus({ g, scalar }: Start, v: Value): Value {
  const tail = g.op("Exp", [g.op("Neg", [g.op("Abs", [v])])]);
  return g.op("Add", [g.op("Relu", [v]), g.op("Log", [g.op("Add", [tail, scalar(1)])])]);
}

/** Entries of M, block after block, row by row: output `mobility` `[B, E]`. */
export function mobilityGraph(
  network: MobilityNetwork,
  members: readonly Float64Array[],
): Uint8Array {
  const { blocks, hidden, scaling, units } = network;
  const start = startOf("mobility", "M as a function of two fields.", scaling, members);
  const { g, x, next, scalar } = start;
  const layer = (input: Value, width: number, outputs: number) => {
    const weights = next(outputs, width), bias = next(1, outputs);
    return g.op("Add", [times(g, input, weights), bias]);
  };
  const one = g.op("Tanh", [layer(x, 2, hidden)]);
  const two = g.op("Tanh", [layer(one, hidden, hidden)]);
  const factors = layer(two, hidden, units.length);
  const out: Value[] = [];
  let from = 0;
  for (const size of blocks) {
    const rows = Array.from({ length: size }, (_, i) =>
      Array.from({ length: i + 1 }, (_, j) => {
        const at = from + i * (i + 1) / 2 + j, entry = g.columns(factors, at, at + 1);
        return i === j ? softplus(start, entry) : entry;
      }));
    rows.forEach((row, i) =>
      row.forEach((_, j) => {
        const products = rows[j].map((factor, k) => g.op("Mul", [row[k], factor]));
        const sum = products.reduce((a, b) => g.op("Add", [a, b]));
        const unit = units[from + i * (i + 1) / 2 + j];
        out.push(g.op("Mul", [sum, scalar(unit)]));
      })
    );
    from += size * (size + 1) / 2;
  }
  g.output("mobility", g.op("Concat", out, { axis: 1 }), ["B", units.length]);
  return g.finish();
}

/** Output `jet` `[B, 6]`: the potential, its two derivatives, and its three second ones `xx xy yy`. */
export function potentialGraph(
  network: PotentialNetwork,
  members: readonly Float64Array[],
): Uint8Array {
  const { first, second, monotonous, scaling, unit, ideal } = network;
  const start = startOf("potential", "A potential of two fields.", scaling, members);
  const { g, x, next, scalar } = start;
  const mul = (...values: Value[]) => values.reduce((a, b) => g.op("Mul", [a, b]));
  const add = (...values: Value[]) => values.reduce((a, b) => g.op("Add", [a, b]));
  /** Both columns of weights on the fields, as rows. */
  const weightsOf = (units: number) => {
    const weights = next(units, 2), rows = g.op("Transpose", [weights], { perm: [1, 0] });
    const [inX, raw] = [[0, 1], [1, 2]].map(([from, to]) =>
      g.reshape(g.columns(weights, from, to), [1, units])
    );
    const inY = monotonous ? g.op("Neg", [softplus(start, raw)]) : raw;
    return { inX, inY, both: monotonous ? g.op("Concat", [inX, inY], { axis: 0 }) : rows };
  };
  const rates = (v: Value) => {
    const rate = g.op("Sigmoid", [v]);
    return { rate, curve: mul(rate, g.op("Sub", [scalar(1), rate])) };
  };
  const w = weightsOf(first), bias = next(1, first);
  const mix = softplus(start, next(second, first));
  const v = weightsOf(second), offset = next(1, second);
  const weights = softplus(start, next(1, second)), linear = weightsOf(1);
  const share = ideal === null ? undefined : softplus(start, next(1, 1));

  const a = add(g.op("MatMul", [x, w.both]), bias), one = rates(a);
  const through = (hidden: Value) => times(g, hidden, mix);
  const b = add(through(softplus(start, a)), g.op("MatMul", [x, v.both]), offset), two = rates(b);
  const gx = add(through(mul(one.rate, w.inX)), v.inX);
  const gy = add(through(mul(one.rate, w.inY)), v.inY);
  const bend = (l: Value, r: Value, left: Value, right: Value) =>
    add(mul(two.rate, through(mul(one.curve, l, r))), mul(two.curve, left, right));
  const read = (hidden: Value) => times(g, hidden, weights);
  const [p, q] = scaling.width;
  const jet: [Value, number][] = [
    [add(read(softplus(start, b)), g.op("MatMul", [x, linear.both])), 1],
    [add(read(mul(two.rate, gx)), linear.inX), p],
    [add(read(mul(two.rate, gy)), linear.inY), q],
    [read(bend(w.inX, w.inX, gx, gx)), p * p],
    [read(bend(w.inX, w.inY, gx, gy)), p * q],
    [read(bend(w.inY, w.inY, gy, gy)), q * q],
  ];
  // As one row: runtimes keep a scalar factor of a product of matrices in single precision.
  const units = g.constant(jet.map(([, length]) => unit / length), [1, 6]);
  const scaled = mul(g.op("Concat", jet.map(([value]) => value), { axis: 1 }), units);
  const whole = share === undefined
    ? scaled
    : add(scaled, mul(share, g.op("Concat", mixtureJet(start), { axis: 1 })));
  g.output("jet", whole, ["B", 6]);
  return g.finish();
}

/** `a ln a + b ln b + c ln c` with its derivatives. */
function mixtureJet({ g, state, scalar }: Start): Value[] {
  const [a, b] = [[0, 1], [1, 2]].map(([from, to]) => g.columns(state, from, to));
  const c = g.op("Sub", [scalar(1), g.op("Add", [a, b])]);
  const [logA, logB, logC] = [a, b, c].map((v) => g.op("Log", [v]));
  const [inA, inB, inC] = [a, b, c].map((v) => g.op("Reciprocal", [v]));
  const terms = [[a, logA], [b, logB], [c, logC]].map((pair) => g.op("Mul", pair));
  return [
    terms.reduce((sum, term) => g.op("Add", [sum, term])),
    g.op("Sub", [logA, logC]),
    g.op("Sub", [logB, logC]),
    g.op("Add", [inA, inC]),
    inC,
    g.op("Add", [inB, inC]),
  ];
}

/**
 * The parameters of all members of a graph that is written here, the most likely ones first.
 *
 * @throws {RangeError} if the graph has no such constant of as many parameters.
 */
export function graphMembers(model: Uint8Array, parameters: number): Float64Array[] {
  const { graph } = onnx.ModelProto.decode(model);
  const found = graph?.initializer?.find(({ name }) => name === PARAMETERS);
  const [rows, size] = (found?.dims ?? []).map(Number), bytes = found?.rawData ?? [];
  if (size !== parameters || bytes.length !== 8 * rows * size) {
    throw new RangeError(
      `The graph "${graph?.name}" holds no members of ${parameters} parameters each.`,
    );
  }
  const all = new Float64Array(Uint8Array.from(bytes).buffer);
  return Array.from({ length: rows }, (_, k) => all.slice(k * size, (k + 1) * size));
}
