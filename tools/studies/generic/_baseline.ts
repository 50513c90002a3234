/** The same fluxes without structure: a tension that is a cubic of stretch, momentum and energy. */
import type { FieldsData } from "@spiediff/fields-train";
import type { LocalTension } from "@spiediff/generic";
import { weightedLeastSquares } from "@spiediff/numerics";

/** Powers of r, p and e up to the third. */
const POWERS = Array.from({ length: 64 }, (_, k) => [k & 3, (k >> 2) & 3, k >> 4])
  .filter(([a, b, c]) => a + b + c <= 3);

/**
 * Fluxes of momentum are `-tau - nu p_x`: tension and viscosity by least squares, weighted by errors.
 *
 * @throws {Error} if the data do not tell all coefficients.
 */
export function freeTension(data: readonly FieldsData[]): LocalTension {
  const rows = data.flatMap(({ middle, slope, flux, fluxCovariance, elements: n }) =>
    Array.from({ length: n }, (_, e) => ({
      z: [middle[e], middle[n + e], middle[2 * n + e]],
      slope: slope[n + e],
      flux: flux[n + e],
      weight: 1 / fluxCovariance.get(n + e, n + e),
    }))
  );
  const term = (z: readonly number[], [a, b, c]: readonly number[]) =>
    z[0] ** a * z[1] ** b * z[2] ** c;
  const columns = [
    ...POWERS.map((powers) => Float64Array.from(rows, ({ z }) => -term(z, powers))),
    Float64Array.from(rows, ({ slope }) => -slope),
  ];
  const map = weightedLeastSquares(columns, Float64Array.from(rows, ({ weight }) => weight));
  if (map === null) throw new Error("The fluxes do not tell a cubic of three fields.");
  const gains = map.map((row) => row.reduce((sum, w, k) => sum + w * rows[k].flux, 0));
  return {
    value: (...z) => POWERS.reduce((sum, powers, k) => sum + gains[k] * term(z, powers), 0),
    gradient(r, p, e, out) {
      const z = [r, p, e];
      out.fill(0);
      POWERS.forEach((powers, k) =>
        powers.forEach((power, field) => {
          if (power === 0) return;
          out[field] += gains[k] * power * term(z, powers.with(field, power - 1));
        })
      );
    },
  };
}
