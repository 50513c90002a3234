/**
 * The gauge of a free energy: mass conservation leaves `a + b rho` of f open, so every comparison
 * fits that line first (docs/theory.md section 7).
 */

/** Least-squares line `a + b x` through values. */
export interface Line {
  readonly a: number;
  readonly b: number;
}

/** Fits a line to `values` over the grid `x`, using only points where `use` is true. */
export function fitLine(
  x: ArrayLike<number>,
  values: ArrayLike<number>,
  use: (i: number) => boolean = () => true,
): Line {
  let n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (let i = 0; i < x.length; i++) {
    if (!use(i)) continue;
    n++;
    sx += x[i];
    sy += values[i];
    sxx += x[i] * x[i];
    sxy += x[i] * values[i];
  }
  const b = (n * sxy - sx * sy) / (n * sxx - sx * sx);
  return { a: (sy - b * sx) / n, b };
}

/** `values` moved by the line that brings them closest to `target`, and that line. */
export function moveOnto(
  x: ArrayLike<number>,
  values: ArrayLike<number>,
  target: ArrayLike<number>,
  use?: (i: number) => boolean,
): { values: Float64Array; line: Line } {
  const line = fitLine(x, Float64Array.from(values, (v, i) => target[i] - v), use);
  return { values: Float64Array.from(values, (v, i) => v + line.a + line.b * x[i]), line };
}

/** `values` minus their best line. */
export function withoutLine(x: ArrayLike<number>, values: ArrayLike<number>): Float64Array {
  const { a, b } = fitLine(x, values);
  return Float64Array.from(values, (v, i) => v - a - b * x[i]);
}

/** Trapezoidal integral from the first grid point: f of an f', up to its line. */
export function integral(x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  const sum = new Float64Array(y.length);
  for (let i = 1; i < y.length; i++) {
    sum[i] = sum[i - 1] + (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2;
  }
  return sum;
}

/** Members' f and f', each an array over the grid. */
export interface MemberCurves {
  readonly freeEnergy: readonly Float64Array[];
  readonly drivingForce: readonly Float64Array[];
}

/** Each member's f moved by its own line onto `target`, its f' by that line's slope. */
export function gaugeOnto(
  x: ArrayLike<number>,
  { freeEnergy, drivingForce }: MemberCurves,
  target: ArrayLike<number>,
  use?: (i: number) => boolean,
): MemberCurves {
  const moved = freeEnergy.map((f) => moveOnto(x, f, target, use));
  return {
    freeEnergy: moved.map(({ values }) => values),
    drivingForce: drivingForce.map((force, m) => force.map((v) => v + moved[m].line.b)),
  };
}
