/**
 * An explicit Runge-Kutta method is a value.
 *
 * Stage `i` is evaluated at `y + h * sum_j a[i][j] k_j`; the step is `y + h * sum_i b[i] k_i`.
 * `embedded` are the weights of a lower order solution that may also use `k_{s+1}`, the rate at the
 * new point: it is the first stage of the next step, so the error estimate costs nothing.
 */
export interface ButcherTableau {
  readonly name: string;
  readonly order: number;
  readonly a: readonly (readonly number[])[];
  readonly b: readonly number[];
  readonly c: readonly number[];
  readonly embedded: { readonly b: readonly number[]; readonly order: number };
  /** Length of the stability interval on the negative real axis. */
  readonly realStability: number;
}

/** The classical method of order 4 (Kutta 1901). Its third-order companion uses the new point. */
export const rk4: ButcherTableau = {
  name: "rk4",
  order: 4,
  a: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  b: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
  c: [0, 1 / 2, 1 / 2, 1],
  // Order conditions: sum b = 1, sum b c = 1/2, sum b c^2 = 1/3, sum b a c = 1/12 + 1/12 = 1/6.
  embedded: { b: [1 / 6, 1 / 3, 1 / 3, 0, 1 / 6], order: 3 },
  realStability: 2.785,
};

/** Bogacki & Shampine, "A 3(2) pair of Runge-Kutta formulas" (1989). */
export const bogackiShampine: ButcherTableau = {
  name: "bogacki-shampine",
  order: 3,
  a: [[], [1 / 2], [0, 3 / 4]],
  b: [2 / 9, 1 / 3, 4 / 9],
  c: [0, 1 / 2, 3 / 4],
  embedded: { b: [7 / 24, 1 / 4, 1 / 3, 1 / 8], order: 2 },
  realStability: 2.512,
};

/** Heun's method of order 2 with Euler as its companion. */
export const heun: ButcherTableau = {
  name: "heun",
  order: 2,
  a: [[], [1]],
  b: [1 / 2, 1 / 2],
  c: [0, 1],
  embedded: { b: [1, 0], order: 1 },
  realStability: 2,
};
