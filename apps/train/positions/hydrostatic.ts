import type { EnsembleRecord } from "@spiediff/ensemble";
import { jackknife, standardError } from "@spiediff/fdt-operators";
import { nodalDensity } from "@spiediff/mesh";

/**
 * `beta rho f''` from a start in equilibrium under a known potential, `f'(rho(x)) = c - V(x)`: least squares over the
 * elements, one number for the whole profile.
 *
 * @param potential `V = amplitude cos(2 pi k x)`, x from 0 to 1.
 */
export function diffusivityOfPotential(
  { elements: M, total, blocks }: EnsembleRecord,
  { k, amplitude }: { readonly k: number; readonly amplitude: number },
  beta: number,
): { value: number; standardError: number } {
  const V = (i: number) => amplitude * Math.cos(2 * Math.PI * k * i / M);
  const jack = jackknife(total, blocks, ({ start }) => {
    const density = nodalDensity(start.mean, "fourth-order");
    let product = 0, square = 0;
    for (let e = 0; e < M; e++) {
      const a = density[e], b = density[(e + 1) % M];
      product -= beta * (a + b) / 2 * (V(e + 1) - V(e)) * (b - a);
      square += (b - a) ** 2;
    }
    return Float64Array.of(product / square);
  });
  return { value: jack.value[0], standardError: standardError(jack, 0) };
}
