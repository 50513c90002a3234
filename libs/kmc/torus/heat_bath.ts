/** Local equilibrium of lattice gases on a torus, by heat-bath sweeps under a field. */
import type { Dimension } from "@spiediff/mesh";
import { xoshiro128starstar } from "@spiediff/random";
import { closureOf, sweepsThatForget } from "../arrhenius/heat_bath.ts";
import type { ContentsSampler } from "../process/types.ts";
import { geometryOf } from "./geometry.ts";
import type { SiteKernel } from "./types.ts";

const WORD = 2 ** -32;
/**
 * Sweeps where the bound promises nothing: the nearest-neighbour gas of a square forgets its start in about ten
 * at `b = 1`, density 1/2; fluctuations of the critical point (`b = 1.76`) take more.
 */
const DEFAULT_SWEEPS = 40;
/** Beyond this bound on what a sweep leaves it promises nothing in reasonable time. */
const SLOWEST = 0.7;
/** Wave numbers to each axis, where the kernel's spectrum is taken. */
const WAVES = 32;

/**
 * Draws `exp(sum over pairs of beta J eta eta + sum of field eta)`, nearly, with a field whose mean is
 * `density` `[N^d]` up to terms of two loops: what comes of it is measured anyway.
 */
export function heatBath(kernel: SiteKernel | null, density: Float64Array): ContentsSampler {
  const independent: ContentsSampler = (out, { uniform }) => {
    for (let x = 0; x < density.length; x++) out[x] = uniform() < density[x] ? 1 : 0;
  };
  if (kernel === null) return independent;
  const { ways, couplings } = kernel;
  const dimension = ways[0].length as Dimension;
  const side = Math.round(density.length ** (1 / dimension));
  const { around, sites } = geometryOf(dimension, side, side, kernel);
  const vacancy = fieldOf(kernel, density, around).map((field) => Math.exp(-field));
  const sweeps = sweepsOf(couplings);
  return (out, stream) => {
    independent(out, stream);
    const rng = stream.state;
    for (let s = 0; s < sweeps; s++) {
      for (let x = 0; x < sites; x++) {
        let binding = 0;
        for (let k = 0, at = x; k < couplings.length; k++, at += sites) {
          binding += couplings[k] * out[around[at]];
        }
        out[x] = xoshiro128starstar(rng) * WORD * (1 + vacancy[x] * Math.exp(-binding)) < 1 ? 1 : 0;
      }
    }
  };
}

/** From Dobrushin's bound, `sum of tanh(|beta J| / 4)`, where it is small enough. */
function sweepsOf(couplings: Float64Array): number {
  const contraction = couplings.reduce((sum, j) => sum + Math.tanh(Math.abs(j) / 4), 0);
  return contraction < SLOWEST ? sweepsThatForget(contraction) : DEFAULT_SWEEPS;
}

/** `ln(rho / (1 - rho)) - (v * rho)(x) - (1 - 2 rho) sigma / 2`, sigma of the optimised ring sum (theory.md 5). */
function fieldOf({ ways, couplings }: SiteKernel, density: Float64Array, around: Int32Array) {
  const sites = density.length, sigma = closureOf(spectrumOf(ways, couplings), density);
  return density.map((rho, x) => {
    let binding = 0;
    for (let k = 0; k < couplings.length; k++) {
      binding += couplings[k] * density[around[k * sites + x]];
    }
    return Math.log(rho / (1 - rho)) - binding - (1 - 2 * rho) * sigma(rho) / 2;
  });
}

/** Fourier transform of the couplings on a grid of wave numbers. */
function spectrumOf(ways: SiteKernel["ways"], couplings: Float64Array): Float64Array {
  const dimension = ways[0].length;
  return new Float64Array(WAVES ** dimension).map((_, index) =>
    ways.reduce((sum, way, k) => {
      const phase = way.reduce(
        (total, step, axis) => total + step * (Math.floor(index / WAVES ** axis) % WAVES + 0.5),
        0,
      );
      return sum + couplings[k] * Math.cos(2 * Math.PI * phase / WAVES);
    }, 0)
  );
}
