import { randomStream } from "@spiediff/random";
import type { BenchLine } from "./types.ts";
import { medianSeconds } from "./timing.ts";

const DRAWS = 1_000_000;

/** Million draws a second, one thread. */
export default async function random(): Promise<BenchLine[]> {
  const stream = randomStream(1, "bench");
  const draws = {
    uniform: () => stream.uniform(),
    normal: () => stream.normal(),
    "poisson(20)": () => stream.poisson(20),
  };
  const lines: BenchLine[] = [];
  for (const [name, draw] of Object.entries(draws)) {
    let sum = 0;
    const seconds = await medianSeconds(() => {
      for (let i = 0; i < DRAWS; i++) sum += draw();
    });
    // Using the sum keeps the loop from being optimised away.
    if (Number.isNaN(sum)) throw new Error(`${name} gave NaN.`);
    lines.push({ name: `random ${name}, million draws/s`, value: DRAWS / seconds / 1e6 });
  }
  return lines;
}
