import { gaussLegendre, gaussPoints } from "@spiediff/numerics";

/** Hat functions and projections onto them (docs/theory.md section 2). */

const RULE = gaussLegendre[16];

/**
 * Value of the periodic hat `gamma_i` at `x`: 1 at the node `i / M`, linear to 0 at its neighbours.
 *
 * @param i Node, `0 .. M-1`.
 * @param x Position; any real, taken modulo 1.
 * @param elements `M`.
 */
export function hatFunction(i: number, x: number, elements: number): number {
  let s = x * elements - i;
  s -= elements * Math.round(s / elements);
  return Math.max(0, 1 - Math.abs(s));
}

/**
 * `z_i = eps * sum over x of eta(x) gamma_i(eps x)`, `eps = 1/N`, of one configuration.
 *
 * Site `x` lies in element `floor(x M / N)`, and the sums are integers until the last
 * multiplication, hence exact.
 *
 * @param occupation `[N]` (longer arrays are read up to `sites`), 0 or 1.
 * @param elements `M`, a divisor of `N`.
 * @param out `[M]`, overwritten; allocated when absent.
 * @param sites `N`; the array's length when absent.
 * @throws {RangeError} if `M` does not divide `N`.
 */
export function projectOccupation(
  occupation: ArrayLike<number>,
  elements: number,
  out: Float64Array = new Float64Array(elements),
  sites: number = occupation.length,
): Float64Array {
  const perElement = sitesPerElement(sites, elements);
  const unit = 1 / (sites * perElement);
  out.fill(0);
  for (let e = 0, x = 0; e < elements; e++) {
    let particles = 0;
    let firstMoment = 0;
    for (let r = 0; r < perElement; r++, x++) {
      particles += occupation[x];
      firstMoment += r * occupation[x];
    }
    out[e] += particles * perElement - firstMoment;
    out[e + 1 === elements ? 0 : e + 1] += firstMoment;
  }
  for (let i = 0; i < elements; i++) out[i] *= unit;
  return out;
}

/**
 * `z_i = integral of rho gamma_i dx` of a field, by Gauss-Legendre quadrature.
 *
 * @param field Density at `x` in `[0, 1)`; smooth within elements.
 * @returns `[M]`.
 */
export function projectField(field: (x: number) => number, elements: number): Float64Array {
  const z = new Float64Array(elements);
  const places = gaussPoints(0, 1, RULE);
  const width = 1 / elements;
  for (let e = 0; e < elements; e++) {
    places.forEach((s, q) => {
      const mass = RULE.weights[q] * width * field((e + s) * width);
      z[e] += mass * (1 - s);
      z[(e + 1) % elements] += mass * s;
    });
  }
  return z;
}

/**
 * `N / M`, checked.
 *
 * @throws {RangeError} unless `N` and `M` are positive integers, `M >= 3` and `M` divides `N`.
 */
export function sitesPerElement(sites: number, elements: number): number {
  checkElements(elements);
  if (!Number.isInteger(sites) || sites < elements) {
    throw new RangeError(
      `sites must be an integer of at least elements = ${elements}, not ${sites}.`,
    );
  }
  if (sites % elements !== 0) {
    throw new RangeError(
      `elements must divide sites, so that every element holds as many sites; ${elements} does not divide ${sites}.`,
    );
  }
  return sites / elements;
}

/** @throws {RangeError} unless `M` is an integer of at least 3. */
export function checkElements(elements: number): void {
  if (!Number.isInteger(elements) || elements < 3) {
    throw new RangeError(`elements must be an integer of at least 3, not ${elements}.`);
  }
}
