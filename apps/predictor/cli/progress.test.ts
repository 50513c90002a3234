import { describe, expect, it } from "vitest";
import { predictionProgress } from "./progress.ts";

/** Steps of 0.1 s each, 100 in all. */
function shownBy(isTTY: boolean, steps: number): string[] {
  const written: string[] = [];
  let clock = 0;
  const output = { isTTY, write: (text: string) => written.push(text) };
  const { onProgress, clear } = predictionProgress(output, () => clock);
  for (let done = 1; done <= steps; done++) {
    clock = 100 * done;
    onProgress({ time: 0.01 * done, end: 1, done, total: 100 });
  }
  clear();
  return written;
}

describe("predictionProgress", () => {
  it("is silent about what takes less than a second", () => {
    expect(shownBy(true, 9)).toEqual([]);
    expect(shownBy(false, 9)).toEqual([]);
  });
  it("rewrites one line on a terminal and leaves none behind", () => {
    const written = shownBy(true, 20);
    expect(written.slice(0, -1).every((text) => text.startsWith("\r\x1b[K"))).toBe(true);
    expect(written[0]).toContain("predicting: 10 %, 9.0 s left, time 0.1 of 1");
    expect(written.length).toBe(6 + 1);
    expect(written.at(-1)).toBe("\r\x1b[K");
  });
  it("writes a line every five seconds elsewhere", () => {
    expect(shownBy(false, 100).map((line) => /^predicting: (\d+) %/.exec(line)![1])).toEqual([
      "10",
      "60",
    ]);
  });
});
