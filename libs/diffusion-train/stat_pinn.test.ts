import { longRangeFinite } from "@spiediff/exact-reference";
import { preset } from "@spiediff/experiment";
import { randomStream } from "@spiediff/random";
import { loadBackend, loadGraphRunner, type Tf } from "@spiediff/tensor-backend";
import { beforeAll, describe, expect, it } from "vitest";
import { syntheticData } from "./_synthetic.ts";
import { holdOut, type StatPinn, trainStatPinn } from "./mod.ts";

const M = 25;
const reference = longRangeFinite({ halfWidth: 40, betaJ0: 1 });
const data = holdOut(
  syntheticData(reference, preset("lrm").profiles, M, 0.01, 0.03, randomStream(1, "noise")),
  0.1,
  randomStream(1, "held-out"),
);
const grid = Array.from({ length: 81 }, (_, i) => 0.1 + 0.01 * i);
const relative = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.hypot(...Array.from(b, (v, i) => a[i] - v)) / Math.hypot(...Array.from(b));

let tf: Tf, train: (members: number, steps: number) => Promise<StatPinn>, pinn: StatPinn;
beforeAll(async () => {
  ({ tf } = await loadBackend({ prefer: "wasm" }));
  const runner = await loadGraphRunner() ?? undefined;
  train = (members, steps) =>
    trainStatPinn(
      tf,
      data,
      {
        hidden: [32, 32],
        learningRate: 0.01,
        members,
        steps: { mobility: steps, freeEnergy: steps },
        runner,
      },
      randomStream(1, "pinn"),
    );
  pinn = await train(2, 1200);
}, 60_000);

describe("trainStatPinn", () => {
  it("learns the mobility and, up to its gauge, f'", () => {
    const mobility = grid.map(reference.mobility);
    expect(relative(pinn.mobility(grid, grid), mobility)).toBeLessThan(0.02);
    const exact = grid.map(reference.drivingForce);
    const learned = pinn.drivingForce(grid);
    const shift = learned.reduce((s, v, i) => s + (exact[i] - v) / grid.length, 0);
    expect(relative(learned.map((v) => v + shift), exact)).toBeLessThan(0.03);
  });
  it("keeps the mobility positive and symmetric", () => {
    const a = [0.001, 0.5, 0.999, 0.3], b = [0.999, 0.2, 0.998, 0.3];
    expect(pinn.mobility(a, b)).toEqual(pinn.mobility(b, a));
    expect(pinn.mobility(a, b).every((v) => v > 0)).toBe(true);
  });
  it("shares its steps out to the members, watches held-out data, leaves no tensors", async () => {
    const before = tf.memory().numTensors;
    const small = await train(3, 300);
    for (const curve of [...small.curves.mobility, ...small.curves.freeEnergy]) {
      expect(curve.at(-1)!.step).toBeLessThanOrEqual(100);
      expect(curve[0].heldOut).toBeGreaterThan(0);
    }
    expect(small.curves.mobility.length).toBe(3);
    expect(small.curves.mobility[0]).not.toEqual(small.curves.mobility[1]);
    expect((await train(3, 300)).mobility(grid, grid)).toEqual(small.mobility(grid, grid));
    expect(tf.memory().numTensors).toBe(before);
    // Rounded to the nearest, but at least one each.
    for (const [steps, share] of [[5, 2], [7, 2], [1, 1]]) {
      const { curves: { mobility, freeEnergy } } = await train(3, steps);
      expect([...mobility, ...freeEnergy].map(([point]) => point.step)).toEqual(
        Array(6).fill(share),
      );
    }
  });
});
