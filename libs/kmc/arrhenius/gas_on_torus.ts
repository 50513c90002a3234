/** The lattice gas of a square or cube from the fields that experiments have. */
import { latticeGas } from "../torus/processes.ts";
import { isotropicKernel } from "../torus/site_kernel.ts";
import type { HopProcess } from "../torus/types.ts";
import { shapeOf } from "./kernel.ts";
import type { Kernel } from "./types.ts";

/** Those of `particles` that decide its rates. */
export interface GasOnTorus {
  readonly dimension: 2 | 3;
  readonly halfWidth: number;
  readonly betaJ0: number;
  readonly kernel: Kernel;
}

/** @throws {RangeError} of a kernel that is a table: it has the distances of a ring only. */
export function gasOnTorus({ dimension, halfWidth, kernel, betaJ0 }: GasOnTorus): HopProcess {
  if (betaJ0 === 0) return latticeGas(null);
  if (kernel.name === "table") {
    throw new RangeError('kernel.name must not be "table" on a square or cube.');
  }
  const shape = shapeOf(kernel), extent = 2 * halfWidth + 1;
  return latticeGas(isotropicKernel(dimension, halfWidth, betaJ0, (r) => shape(r / extent)));
}
