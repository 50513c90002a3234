import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { randomStream } from "@spiediff/random";
import { configurations, kernelConfigurations, ordered } from "./arbitraries.ts";
import { type AttemptOrder, createOrder, dealOut, orderSizes } from "./attempt_order.ts";
import { cutInto, type OrderPlan, planOrder } from "./order_plan.ts";
import { createArena } from "./arena.ts";
import { drawBond } from "./lane_random.ts";
import { createLattice, loadOccupation } from "./lattice.ts";
import type { LoopsName } from "./loops.ts";
import { EVERY_LOOPS } from "./_every_loops.ts";
import { attemptHops } from "./rejection.ts";
import type { ArrheniusSystem } from "./types.ts";

function orderFor(plan: OrderPlan, seed: number, loops: LoopsName = "wasm"): AttemptOrder {
  const arena = createArena([16, ...orderSizes(plan)], loops);
  const stream = new Uint32Array(arena.buffer, arena.reserve(16), 4);
  stream.set(randomStream(seed).state);
  return createOrder(plan, arena, stream, [])!;
}

/** Draws of all cells, one cell after the other: the order in which attempts are made. */
function dealt({ amount, capacity, words, draws }: AttemptOrder): number[] {
  return [...amount].flatMap((own, cell) => {
    const from = cell * capacity * words;
    return [...draws.subarray(from, from + own * words)];
  });
}

/** First draws of the attempts, as they come. */
function drawn({ words }: OrderPlan, seed: number, attempts: number): number[] {
  const { state } = randomStream(seed);
  return Array.from({ length: attempts }, () => {
    const first = drawBond(state);
    if (words === 2) drawBond(state);
    return first;
  });
}

const plans = fc.record({ words: fc.integer({ min: 1, max: 2 }), counts: fc.boolean() })
  .chain((shape) => ordered(configurations, shape));

/** Attempts at bonds that wait for the ring to close, near the front of what the second cell has taken over. */
const bothEnds: [{ system: ArrheniusSystem; eta: number[]; plan: OrderPlan }, number] = [{
  system: { sites: 117, halfWidth: 12, betaJ0: 0 },
  eta: [],
  plan: cutInto(3, 22, 117, 12, { words: 1, counts: true }),
}, 617447992];

describe("attempts dealt out to cells", () => {
  it("keep their order where one depends on the other, around the ring", () => {
    let inOrder = 0, exchanged = 0, fallbacks = 0;
    fc.assert(
      fc.property(plans, fc.nat(), ({ plan }, seed) => {
        const { sites, reach, batch, words, counts } = plan;
        const order = orderFor(plan, seed);
        const stream = order.stream.slice();
        if (!dealOut(order, batch)) {
          fallbacks++;
          expect(order.stream).toEqual(stream);
          return;
        }
        inOrder++;
        const come = drawn(plan, seed, batch);
        const made = dealt(order).filter((_, i) => i % words === 0);
        expect(made.toSorted()).toEqual(come.toSorted());
        fc.pre(new Set(come).size === batch);
        const turn = new Map(made.map((draw, i) => [draw, i]));
        const bond = come.map((draw) => Math.floor(draw * sites / 2 ** 32));
        for (let later = 1; later < batch; later++) {
          for (let earlier = 0; earlier < later; earlier++) {
            const apart = Math.abs(bond[later] - bond[earlier]);
            const kept = turn.get(come[earlier])! < turn.get(come[later])!;
            if (!kept) exchanged++;
            const distance = Math.min(apart, sites - apart);
            const depends = counts
              ? [0, 1, reach - 1, reach].includes(distance)
              : distance <= reach;
            if (depends) expect(kept).toBe(true);
          }
        }
      }),
      { numRuns: 2000, examples: [bothEnds] },
    );
    // The property would be empty if all batches fell back, or none were reordered.
    expect(inOrder).toBeGreaterThan(200);
    expect(fallbacks).toBeGreaterThan(200);
    expect(exchanged).toBeGreaterThan(10_000);
  });

  it("are the same compiled and in TypeScript", () => {
    fc.assert(
      fc.property(plans, fc.nat(), ({ plan }, seed) => {
        const orders = EVERY_LOOPS.map((loops) => orderFor(plan, seed, loops));
        // Twice: the second must not see what the first has put off.
        for (let batch = 0; batch < 2; batch++) {
          const [a, ...others] = orders.map((order) => dealOut(order, plan.batch));
          others.forEach((b, i) => {
            expect(b).toBe(a);
            expect(orders[i + 1].stream).toEqual(orders[0].stream);
            if (a) expect(dealt(orders[i + 1])).toEqual(dealt(orders[0]));
          });
          for (const { stream } of orders) drawBond(stream);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("of more than a cell has room for are left as they come", () => {
    const order = orderFor(
      { ...cutInto(4, 100, 400, 1, { words: 1, counts: true }), capacity: 10 },
      1,
    );
    expect(dealOut(order, 100)).toBe(false);
    expect(dealOut(order, 20)).toBe(true);
  });
});

describe("plans", () => {
  it("cut large lattices only, and reaches that let fronts stay in their cells", () => {
    const replicas = { siteBytes: 128, words: 1, counts: true };
    const pairs = { siteBytes: 5, words: 2, counts: false };
    expect(planOrder(2000, 40, replicas)).toBeNull();
    expect(planOrder(2 ** 21, 5000, replicas)).toBeNull();
    expect(planOrder(2 ** 21, 2000, pairs)).toBeNull();
    for (
      const [sites, halfWidth, shape] of [
        [2e6, 40, replicas],
        [2e6, 400, replicas],
        [2 ** 21, 1, replicas],
        [3e5, 40, pairs],
        [2e6, 200, pairs],
      ] as const
    ) {
      const plan = planOrder(sites, halfWidth, shape)!;
      const order = orderFor(plan, 3);
      for (let i = 0; i < 3; i++) expect(dealOut(order, plan.batch)).toBe(true);
    }
  });
});

describe("any kernel, its attempts made cell by cell", () => {
  const run = (
    { system, eta }: { system: Parameters<typeof createLattice>[0]; eta: ArrayLike<number> },
    plan: OrderPlan | null | undefined,
    attempts: number,
    seed: number,
  ) => {
    const lattice = createLattice(system, "pair-energies", "wasm", plan);
    loadOccupation(lattice, eta);
    const { state } = randomStream(seed);
    attemptHops(lattice, state, attempts);
    const { occupation, hops, netHops, pairs } = lattice;
    return { occupation, energy: pairs!.energy, hops, netHops, state };
  };

  it("runs to the bits that it has as attempts are drawn", () => {
    fc.assert(
      fc.property(
        ordered(kernelConfigurations, { words: 0, counts: false }),
        fc.nat(),
        (configured, seed) => {
          const words = createLattice(configured.system, "pair-energies").oneDraw ? 1 : 2;
          const found = run(configured, { ...configured.plan, words }, 300, seed);
          expect(found).toEqual(run(configured, null, 300, seed));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([40, 90])("does so on a lattice that is cut up by itself, L = %d", (halfWidth) => {
    const sites = 300_000;
    expect(planOrder(sites, halfWidth, { siteBytes: 5, words: 1, counts: false })).not.toBeNull();
    const system = { sites, halfWidth, betaJ0: 2, kernel: { name: "gaussian" } as const };
    const eta = Uint8Array.from({ length: sites }, (_, x) => (x * x) % 7 < 3 ? 1 : 0);
    const found = run({ system, eta }, undefined, 700_000, 9);
    expect(found.hops).toBeGreaterThan(50_000);
    // Not toEqual, which prints long differences for minutes.
    const plain = run({ system, eta }, null, 700_000, 9);
    expect(found.state).toEqual(plain.state);
    expect([found.hops, found.netHops]).toEqual([plain.hops, plain.netHops]);
    expect(found.energy.every((value, x) => value === plain.energy[x])).toBe(true);
    expect(found.occupation.every((value, x) => value === plain.occupation[x])).toBe(true);
  });
});
