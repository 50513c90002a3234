/** Do the stated errors cover? Many small experiments, each with its own errors. */
import { type Estimated, estimateOperators } from "@spiediff/fdt-operators";
import { latticeProfile, sampleEnsemble } from "@spiediff/kmc";
import type { Claim } from "@spiediff/report";
import { mean } from "../_study.ts";

const REPEATS = 200;
const sites = 400;
const elements = 10;
const field = (x: number) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x);

/** Coverage of `multiple` standard errors, for each quantity, against the experiments' grand mean. */
export interface Coverage {
  readonly quantity: string;
  readonly nominal: number[];
  readonly share: number[];
  readonly standardError: number[];
}

/** Multiples of the standard error and the normal law's coverage. */
const LEVELS = [[0.5244, 0.4], [0.8416, 0.6], [1, 0.6827], [1.2816, 0.8], [1.96, 0.95]] as const;

/** Runs the experiments of one system and counts. */
export async function coverage(
  system: { sites: number; halfWidth: number; betaJ0: number },
  seed: number,
): Promise<Coverage[]> {
  const profile = latticeProfile("small", sites, field);
  const results: Record<string, Estimated[]> = {};
  for (let k = 0; k < REPEATS; k++) {
    const record = await sampleEnsemble({
      system,
      elements,
      profile,
      initialState: "bernoulli",
      realizations: 128,
      seed: `${seed}-${k}`,
      workers: 1,
      burnIn: 5e-5,
      horizons: [2.5e-5, 5e-5, 1e-4],
    });
    const estimate = estimateOperators(record);
    const found: Record<string, Estimated> = {
      "K1, best": { value: estimate.K1, standardError: estimate.K1StandardError },
      "K1, classic": estimate.diagnostics.classic[1].K1,
      "K1, extrapolated": estimate.diagnostics.extrapolated!,
      "flux, best": { value: estimate.flux, standardError: estimate.fluxStandardError },
      "flux, classic": estimate.diagnostics.classic[1].flux,
      "density": { value: estimate.density, standardError: estimate.densityStandardError },
    };
    for (const [name, value] of Object.entries(found)) (results[name] ??= []).push(value);
  }
  return Object.entries(results).map(([quantity, runs]) => {
    const centre = Array.from({ length: elements }, (_, e) => mean(runs.map((r) => r.value[e])));
    // The grand mean shares each experiment's own error: its spread is too small by this factor.
    const shrink = Math.sqrt(1 - 1 / REPEATS);
    const perRun = LEVELS.map(([multiple]) =>
      runs.map((r) =>
        mean(
          r.value.map((v, e) =>
            Math.abs(v - centre[e]) < multiple * shrink * r.standardError[e] ? 1 : 0
          ),
        )
      )
    );
    return {
      quantity,
      nominal: LEVELS.map(([, nominal]) => nominal),
      share: perRun.map((shares) => mean(shares)),
      standardError: perRun.map((shares) => {
        const m = mean(shares);
        return Math.sqrt(mean(shares.map((s) => (s - m) ** 2)) / (REPEATS - 1));
      }),
    };
  });
}

/** 68 +- 6 % at one standard error, for each quantity. */
export function coverageClaims(name: string, coverages: readonly Coverage[]): Claim[] {
  return coverages.map(({ quantity, share }) => ({
    name: `${name}, ${quantity}: share of ${REPEATS} experiments' values within one standard error`,
    value: share[2],
    min: 0.62,
    max: 0.74,
  }));
}
