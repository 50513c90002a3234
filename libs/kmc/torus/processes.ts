/** Hopping particles of any dimension: lattice gases, and those processes whose rates read a bond only. */
import { exclusionDensity } from "@spiediff/law";
import type { BondProcess } from "../process/types.ts";
import { heatBath } from "./heat_bath.ts";
import type { HopProcess, SiteKernel } from "./types.ts";

/**
 * The lattice gas with Arrhenius rates: a particle hops to a vacant neighbour at rate
 * `exp(-sum of beta J(r) eta(x + r))`; symmetric exclusion without a kernel. Detailed balance holds for
 * `beta H = -sum over pairs of beta J eta eta`.
 *
 * @throws {RangeError} if a way of the kernel has no opposite of the same coupling, or is zero.
 */
export function latticeGas(kernel: SiteKernel | null): HopProcess {
  if (kernel !== null) checkKernel(kernel);
  return {
    name: kernel === null ? "exclusion" : "arrhenius",
    field: exclusionDensity,
    rate: (from, to) => from === 1 && to === 0 ? 1 : 0,
    bound: 1,
    kernel,
    sampler: (density) => heatBath(kernel, density),
    logWeight: () => 0,
  };
}

/**
 * A process of the ring in more dimensions: zero range, inclusion, one's own.
 *
 * @throws {RangeError} unless its rates read a bond's two sites only and move one particle.
 */
export function hopProcess(process: BondProcess): HopProcess {
  const { name, field, bound, reach, transfer } = process;
  if (reach !== 1 || transfer !== undefined) {
    throw new RangeError(
      `${name}: rates must read their bond's two sites only and move one particle, to have a meaning in ` +
        "more than one dimension.",
    );
  }
  return {
    name,
    field,
    bound,
    kernel: null,
    rate: (from, to) => process.rate(from, to, 0, 0),
    sampler: (density) => process.sampler(density),
    logWeight: (contents) => process.logWeight([contents]),
  };
}

function checkKernel({ ways, couplings }: SiteKernel): void {
  const strength = new Map(ways.map((way, k) => [way.join(), couplings[k]]));
  ways.forEach((way, k) => {
    const opposite = strength.get(way.map((step) => step === 0 ? 0 : -step).join());
    if (opposite !== couplings[k] || way.every((step) => step === 0)) {
      throw new RangeError(
        `The kernel's way (${way}) must not be zero, and have its opposite with the same coupling ` +
          `${couplings[k]}, not ${opposite}.`,
      );
    }
  });
}
