import { parseSimulation, preset } from "@spiediff/experiment";
import { expect, it } from "vitest";
import { startText } from "./start_text.ts";

const started = (
  name: "lrm" | "short-weak",
  initialState: "bernoulli" | "local-gibbs",
  burnIn = 0,
) => {
  const { particles, sampling, ...rest } = preset(name);
  return startText(parseSimulation({
    ...rest,
    particles: { ...particles, initialState },
    sampling: { ...sampling, burnIn },
  }));
};

it("says how many sweeps there are, and by what they are enough", () => {
  // 2 * 40 tanh(1 / 81 / 4) = 0.247, and 0.247^10 is below 1e-6.
  expect(started("lrm", "local-gibbs")).toBe(
    "Start: local equilibrium, by 10 heat-bath sweeps from independent sites, of which each leaves at most " +
      "0.247 of any difference (Dobrushin’s bound), all of them one part in 10⁶; no burn-in.",
  );
});

it("says that nearest neighbours are drawn exactly, and what independent sites are not", () => {
  expect(started("short-weak", "local-gibbs", 1e-6))
    .toMatch(/exactly; a burn-in of 0\.000001\.$/);
  expect(started("lrm", "bernoulli", 2e-6))
    .toMatch(
      /^Start: independent sites, a burn-in of 0\.000002\. Until .* m and f″ need not agree/,
    );
});
