import { profilesFigure } from "@spiediff/report";
import type { BenchLine } from "./types.ts";
import { medianSeconds } from "./timing.ts";

/** Milliseconds for the largest figure of the report: 6 times, 25 nodes, with particles. */
export default async function report(): Promise<BenchLine[]> {
  const x = Array.from({ length: 25 }, (_, i) => i / 25);
  const times = [0, 1, 2, 3, 4, 5];
  const table = (offset: number) =>
    times.map((t) => x.map((xi) => 0.5 + offset + 0.3 * Math.exp(-t) * Math.cos(2 * Math.PI * xi)));
  const seconds = await medianSeconds(() =>
    profilesFigure({
      times,
      x,
      level: 0.95,
      mean: table(0),
      lower: table(-0.01),
      upper: table(0.01),
      members: 2000,
      kmc: {
        mean: table(0.001),
        standardError: table(0).map((row) => row.map(() => 0.002)),
        realizations: 1,
      },
    })
  );
  return [{ name: "report profiles figure, ms", value: seconds * 1000 }];
}
