import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundedQueue } from "./bounded_queue.ts";

const never = new AbortController().signal;

describe("boundedQueue", () => {
  it("takes the one that runs and as many as may wait, not one more, and again when one is done", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 6 }), async (waiting) => {
        const queue = boundedQueue(waiting);
        const ends: (() => void)[] = [];
        const task = () => new Promise<void>((end) => void ends.push(end));
        const accepted = Array.from({ length: waiting + 1 }, () => queue.run(task, never));
        expect(queue.size()).toBe(waiting + 1);
        expect(() => queue.run(task, never)).toThrow(expect.objectContaining({ status: 429 }));
        expect(queue.size()).toBe(waiting + 1);
        await Promise.resolve();
        // One at a time: only the first has started.
        expect(ends).toHaveLength(1);
        ends[0]();
        await accepted[0];
        expect(queue.size()).toBe(waiting);
        const last = queue.run(() => Promise.resolve("last"), never);
        for (let k = 1; k <= waiting; k++) {
          await new Promise((resolve) => setTimeout(resolve, 0));
          ends[k]();
          await accepted[k];
        }
        expect(await last).toBe("last");
        expect(queue.size()).toBe(0);
        await queue.close();
        expect(() => queue.run(task, never)).toThrow(expect.objectContaining({ status: 503 }));
      }),
      { numRuns: 20 },
    );
  });
});
