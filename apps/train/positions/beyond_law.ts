/** What the law does not cover, where the data show it: one sentence each. */
import type { EnsembleRecord } from "@spiediff/ensemble";
import { jackknife, standardError } from "@spiediff/fdt-operators";
import { chiSquarePValue } from "@spiediff/numerics";
import type { PositionFiles } from "./description.ts";
import { combined, type ProfileCheck } from "./profile_check.ts";
import { LIKELY_RATIO } from "./summary.ts";

/** Of the mobility of particles that act on each other by forces alone, by which theirs may differ. */
const LARGEST_EXCESS = 0.15;
/** Standard errors that this needs: what is left of windows that are not short is a few. */
const ERRORS = 5;
/** `D / D0` of fluctuations below which a gas has more of them than any that repels itself. */
const COMPRESSIBLE = 0.2;
/** Probability of a gradient as large by chance, of runs at rest. */
const LEAST_P_VALUE = 1e-6;
/** Systems from which their scatter is known well enough. */
const LEAST_SYSTEMS = 16;
const MODES = 3;

/**
 * Hydrodynamic interactions, potentials that are on in runs at rest, and separation into phases. Walls, and particles
 * that come and go, are refused where they are read.
 *
 * @param gradients p-value of each profile's gradient at rest, of {@link gradientAtRest}; null where it is none.
 */
export function beyondLaw(
  { trajectory: { damping } }: PositionFiles,
  checks: readonly ProfileCheck[],
  gradients: readonly (number | null)[],
): string[] {
  const { value, standardError: error } = combined(checks.map((one) => one.mobilityRatio));
  const [low, high] = LIKELY_RATIO, off = Math.abs(value - 1);
  const warnings: string[] = [];
  if (
    damping === 0 && value > low && value < high && off > Math.max(LARGEST_EXCESS, ERRORS * error)
  ) {
    warnings.push(
      `m/(D0 rho) is ${value.toFixed(2)} +- ${
        error.toFixed(2)
      }, and 1 for overdamped particles that act on each ` +
        "other by forces alone: is there a fluid between them (hydrodynamic interactions), or is the diffusivity " +
        "another one? A mobility that reaches beyond neighbouring elements is not covered by the law.",
    );
  }
  checks.forEach(({ name, diffusivity: { fluctuations } }, p) => {
    const gradient = gradients[p];
    if (gradient !== null && gradient < LEAST_P_VALUE) {
      warnings.push(
        `Profile "${name}": it is said to be at rest, and its mean density has a gradient (p = ${
          gradient.toExponential(0)
        }): is a potential on? The law has none, and its fluctuations are not those of one density.`,
      );
    }
    if (fluctuations && fluctuations.value + 3 * fluctuations.standardError < COMPRESSIBLE) {
      warnings.push(
        `Profile "${name}": its fluctuations are ${
          (1 / Math.max(fluctuations.value, 0.01)).toFixed(0)
        } times those of particles that do not act on each other: do they separate into phases? The law does not ` +
          "cover that.",
      );
    }
  });
  return warnings;
}

/**
 * Probability of longest waves of the mean density as large by chance; null of too few systems to tell.
 *
 * @param groups Realizations of each system.
 */
export function gradientAtRest(
  { elements: M, total, blocks }: EnsembleRecord,
  groups: readonly number[],
): number | null {
  if (groups.length < LEAST_SYSTEMS) return null;
  const count = Math.min(MODES, Math.floor((M - 1) / 2));
  const waves = jackknife(
    total,
    blocks,
    ({ start }) =>
      Float64Array.from({ length: 2 * count }, (_, w) => {
        const k = (w >> 1) + 1, of = w % 2 === 0 ? Math.cos : Math.sin;
        return start.mean.reduce((sum, z, i) => sum + z * of(2 * Math.PI * k * i / M), 0);
      }),
  );
  const square = waves.value.reduce((sum, v, w) => sum + (v / standardError(waves, w)) ** 2, 0);
  return chiSquarePValue(square, waves.value.length);
}
