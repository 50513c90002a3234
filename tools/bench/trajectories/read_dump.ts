/** `read_dump.ts fields|lines PATH`: reads a LAMMPS dump and prints what that took, as JSON. */
import { createReadStream, readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { seriesFields } from "@spiediff/particle-fields";
import { checkedSeries, openTrajectory } from "@spiediff/trajectories";

const [what, path] = Deno.args;
const started = performance.now();

if (what === "fields") {
  const frames = openTrajectory(path, "lammps-dump", { axes: ["x"], labels: ["mol"] });
  await seriesFields(checkedSeries(frames, ["x"]), path, {
    ...{ axis: "x", elements: 16, timestep: 1, lags: [40] },
    realizations: { by: "label", label: "mol" },
    schedule: { kind: "stationary", every: 1, from: 0 },
  });
} else {
  let count = 0;
  for await (const _ of createInterface({ input: createReadStream(path) })) count++;
  if (count === 0) throw new Error(`${path} has no lines.`);
}

const { user, system } = process.cpuUsage();
const peak = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
console.log(JSON.stringify({
  seconds: (performance.now() - started) / 1e3,
  processorSeconds: (user + system) / 1e6,
  peakMegabytes: Number(peak) / 1e3,
}));
