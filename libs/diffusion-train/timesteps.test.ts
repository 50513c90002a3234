import { noiseSchedule } from "@spiediff/diffusion";
import { longRangeFinite } from "@spiediff/exact-reference";
import { preset } from "@spiediff/experiment";
import { type RandomStream, randomStream } from "@spiediff/random";
import { loadBackend } from "@spiediff/tensor-backend";
import { expect, it } from "vitest";
import { syntheticData } from "./_synthetic.ts";
import { trainMobility } from "./mod.ts";

/** A stream that notes of how many choices each of its integers, or its children's, is one. */
function noting(stream: RandomStream, choices: Set<number>): RandomStream {
  return {
    ...stream,
    integer: (n) => {
      choices.add(n);
      return stream.integer(n);
    },
    split: (name) => noting(stream.split(name), choices),
  };
}

it("training draws from all rows and all timesteps, the last of each among them", async () => {
  const { tf } = await loadBackend({ prefer: "wasm" });
  const elements = 11;
  const reference = longRangeFinite({ halfWidth: 40, betaJ0: 1 });
  const profiles = preset("lrm").profiles.slice(0, 2);
  const data = syntheticData(reference, profiles, elements, 0.01, 0.03, randomStream(1, "noise"));
  const steps = 7;
  const schedule = noiseSchedule({ name: "cosine", steps, offset: 0.008 });
  const choices = new Set<number>();
  const options = { hidden: [4], batch: 8, steps: 2, learningRate: 0.01, schedule };
  await trainMobility(tf, data, options, noting(randomStream(1, "train"), choices));
  expect([...choices].sort((a, b) => a - b)).toEqual([steps, elements * profiles.length]);
}, 60_000);
