/** The mean law of an ensemble near its own path, on a ring. */
import { type Law, memberSize, newLawValues } from "@spiediff/law";
import { massMatrix, type PeriodicTridiagonal } from "./periodic_tridiagonal.ts";

/** A law at one density field and its slopes there, `[elements]` each. */
export interface Linearisation {
  /** Of each element, between its nodes. */
  readonly mobility: Float64Array;
  /** Its slope in the mean density of its element. */
  readonly slope: Float64Array;
  readonly drivingForce: Float64Array;
  readonly curvature: Float64Array;
  /** At the nodes, the slope of `m f''` in density. */
  readonly diffusivitySlope: Float64Array;
  /** Of each element, the second slope of the mobility in density. */
  readonly bend: Float64Array;
  /** Work of a uniform field over one element. */
  readonly work: number;
}

/** The mean over the members of a law, as a law of one. */
export function averagedLaw(law: Law): Law {
  const size = memberSize(law);
  const all = new Float64Array(law.members * size);
  const values = newLawValues(law);
  return {
    ...law,
    members: 1,
    // Averages of different laws need not be one law's mobility and f': only the path is asked for.
    invariants: [],
    async evaluate(density, time, out) {
      for (let m = 0; m < law.members; m++) all.set(density, m * size);
      await law.evaluate(all, time, values);
      for (const key of ["mobility", "drivingForce", "curvature"] as const) {
        const own = out[key];
        own.fill(0);
        values[key].forEach((v, i) => own[i % own.length] += v / law.members);
      }
    },
  };
}

/** Steps in density for slopes of the mobility, the first and the second. */
const NUDGE = 1e-3, WIDE_NUDGE = 2e-2;

export async function linearise(law: Law, density: Float64Array): Promise<Linearisation> {
  const values = async (shift: number) => {
    const out = newLawValues(law);
    await law.evaluate(density.map((rho) => rho + shift), 0, out);
    return out;
  };
  const [{ low, high }] = law.fields;
  const room = Math.min(...density.map((rho) => Math.min(rho - low, high - rho) / 2));
  const nudge = Math.min(NUDGE, room);
  const above = await values(nudge), below = await values(-nudge);
  const between = (up: Float64Array, down: Float64Array) =>
    up.map((v, i) => (v - down[i]) / (2 * nudge));
  const here = await values(0);
  const field = law.terms.reduce(
    (sum, term) => term.kind === "drift" ? sum + term.strength[0][0] : sum,
    0,
  );
  return {
    ...here,
    slope: between(above.mobility, below.mobility),
    bend: field === 0
      ? new Float64Array(density.length)
      : await bendOf(values, Math.min(WIDE_NUDGE, room)),
    work: field / density.length,
    diffusivitySlope: between(nodalDiffusivity(above), nodalDiffusivity(below)),
  };
}

/** Second slope of the mobility; tables are smooth over a wide step only. */
async function bendOf(
  values: (shift: number) => Promise<{ mobility: Float64Array }>,
  step: number,
) {
  const [below, here, above] = [await values(-step), await values(0), await values(step)];
  return here.mobility.map((m, e) =>
    (below.mobility[e] - 2 * m + above.mobility[e]) / (step * step)
  );
}

/** `D = m f''` at the nodes of a ring, m the mean over both elements. */
function nodalDiffusivity({ mobility, curvature }: Pick<Linearisation, "mobility" | "curvature">) {
  const M = mobility.length;
  return curvature.map((c, i) => c * (mobility[i] + mobility[(i + M - 1) % M]) / 2);
}

/**
 * `G + scale B` for the derivative B of the drift `dz/dt` by nodal densities, G the mass matrix.
 */
export function massAndDrift(
  { mobility, slope, drivingForce, curvature, work }: Linearisation,
  scale: number,
): PeriodicTridiagonal {
  const M = mobility.length;
  const sum = massMatrix(M);
  for (let e = 0; e < M; e++) {
    const right = (e + 1) % M;
    // K_{e,e+1} = -M m.
    const step = -M * slope[e] * (drivingForce[right] - drivingForce[e] - work) / 2;
    const byLeft = M * mobility[e] * curvature[e] + step;
    const byRight = -M * mobility[e] * curvature[right] + step;
    sum.lower[right] += scale * byLeft;
    sum.diagonal[right] += scale * byRight;
    sum.diagonal[e] -= scale * byLeft;
    sum.upper[e] -= scale * byRight;
  }
  return sum;
}
