import {
  mobilityFunction,
  type MobilityNetwork,
  mobilityParameters,
  potentialFunction,
  type PotentialNetwork,
  potentialParameters,
} from "@spiediff/field-networks";
import { randomStream } from "@spiediff/random";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { graphMembers, mobilityGraph, potentialGraph } from "./mod.ts";

const scaling = { mean: [0.3, 0.25], width: [0.2, 0.15] } as const;
const states = [[0.2, 0.3], [0.35, 0.1], [0.1, 0.6], [0.5, 0.45]];

const membersOf = (seed: number, count: number, size: number) =>
  Array.from({ length: count }, (_, k) => {
    const { normal } = randomStream(seed, "member", k);
    return Float64Array.from({ length: size }, () => 1.5 * normal());
  });

async function run(model: Uint8Array, member: number, output: string): Promise<number[]> {
  const session = await ort.InferenceSession.create(model);
  const state = new ort.Tensor("float64", Float64Array.from(states.flat()), [states.length, 2]);
  const results = await session.run({
    state,
    member: new ort.Tensor("int32", Int32Array.of(member), [1]),
  });
  await session.release();
  return Array.from(results[output].data as Float64Array);
}

/** Sums in another order differ in the last digits. */
function expectClose(found: number[], expected: number[]): void {
  expect(found.length).toBe(expected.length);
  const size = Math.max(...expected.map(Math.abs));
  found.forEach((v, k) => expect(Math.abs(v - expected[k])).toBeLessThan(1e-12 * size));
}

describe.each([[[2, 1]], [[2]], [[3]]])("M in blocks of %j", (blocks) => {
  const entries = blocks.reduce((sum, size) => sum + size * (size + 1) / 2, 0);
  const network: MobilityNetwork = {
    ...{ blocks, hidden: 4, scaling },
    units: Array.from({ length: entries }, (_, k) => 0.01 * (k + 1)),
  };
  const members = membersOf(1, 3, mobilityParameters(network));
  const model = mobilityGraph(network, members);

  it.each([0, 2])("of member %i is the network's in double precision", async (member) => {
    const at = mobilityFunction(network, members[member]), out = new Float64Array(entries);
    const expected = states.flatMap(([a, b]) => {
      at(a, b, out);
      return [...out];
    });
    expectClose(await run(model, member, "mobility"), expected);
  });

  it("keeps its members' parameters to the last bit", () => {
    expect(graphMembers(model, members[0].length)).toEqual(members);
    expect(() => graphMembers(model, members[0].length + 1)).toThrow(
      /no members of \d+ parameters each/,
    );
  });
});

describe.each(
  [
    [true, -0.7, null],
    [false, 1.3, null],
    [false, 1.3, "mixture"],
  ] as const,
)("a potential, monotonous: %s, unit %f, ideal part: %s", (monotonous, unit, ideal) => {
  const network: PotentialNetwork = { first: 4, second: 3, monotonous, scaling, unit, ideal };
  const members = membersOf(2, 2, potentialParameters(network));

  it.each([0, 1])("and its derivatives are the network's, of member %i", async (member) => {
    const at = potentialFunction(network, members[member]), jet = new Float64Array(6);
    const expected = states.flatMap(([a, b]) => {
      at(a, b, jet);
      return [...jet];
    });
    expectClose(await run(potentialGraph(network, members), member, "jet"), expected);
  });
});
