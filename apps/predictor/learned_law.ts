import { tabulateDrivingForce } from "./driving_force_table.ts";
import { createEnsemble } from "./ensemble.ts";
import { allowedIn, isInside } from "./field.ts";
import { operatorEntry } from "./mobility_table.ts";
import { type CurveBand, curveBandOver, type Field } from "@spiediff/law";
import type { EnsembleOptions, Model } from "./types.ts";

/** What the model has learned, over a density grid. */
export interface LearnedLaw {
  readonly density: Float64Array;
  readonly level: number;
  readonly mobility: CurveBand;
  /** `K1(rho, rho) = -m(rho)/Delta`, Delta the length of the model's own elements. */
  readonly K1: CurveBand;
  /** `D = m f''`, member by member. */
  readonly diffusivity: CurveBand;
  /** f''. */
  readonly curvature: CurveBand;
  /** f', each member shifted so that it vanishes at the reference density. */
  readonly drivingForce: CurveBand;
  /** f, the integral of f', vanishing at the reference density. */
  readonly freeEnergy: CurveBand;
  readonly gauge: { readonly referenceDensity: number };
  /** Each `[members * densities]`, with `keepMembers`. */
  readonly members?: Readonly<
    Record<
      "mobility" | "K1" | "diffusivity" | "curvature" | "drivingForce" | "freeEnergy",
      Float64Array
    >
  >;
}

/** Points of the quadrature of f'; cubics on this grid are exact to float32 for smooth networks. */
const POINTS = 129;

/**
 * Evaluates m, K1(rho, rho), D, f'', f' and f of every member on a density grid.
 *
 * The gauge a + b rho of f cannot be observed, so each member's is fixed at the manifest's reference
 * density: f = f' = 0 there, and the bands show only what the data left open.
 *
 * @param densities Rising, inside of the field's domain.
 * @throws {RangeError} if a density or an option is not allowed.
 * @throws {ModelError} if the model gives values that are not finite.
 */
export async function learnedLaw(
  model: Model,
  densities: ArrayLike<number>,
  options: EnsembleOptions,
): Promise<LearnedLaw> {
  const ensemble = createEnsemble(model, options);
  const { count, field } = ensemble;
  const density = checkedGrid(densities, field);
  const n = density.length;
  const reference = model.manifest.gauge.referenceDensity;
  const rows = count * n;
  const rho = new Float64Array(rows);
  const member = new Int32Array(rows);
  for (let r = 0; r < rows; r++) {
    rho[r] = density[r % n];
    member[r] = Math.floor(r / n);
  }
  const raw = new Float64Array(rows);
  await ensemble.mobility([rho], member, rows, raw);
  const mobility = raw.map((value) => ensemble.headedMobility(value));
  const { elements } = model.manifest.system;

  options.signal?.throwIfAborted();
  const drivingForce = new Float64Array(rows);
  await ensemble.drivingForce([rho], member, rows, drivingForce);
  options.signal?.throwIfAborted();
  const [low, high] = tableRange(density, reference, field);
  const table = await tabulateDrivingForce(ensemble, low, high, POINTS, reference);
  const curvature = rho.map((value, r) => table.curvature(member[r], value));
  const members = {
    mobility,
    K1: mobility.map((m) => operatorEntry(m, elements)),
    diffusivity: mobility.map((m, r) => m * curvature[r]),
    curvature,
    drivingForce: drivingForce.map((value, r) => value - table.offset[member[r]]),
    freeEnergy: rho.map((value, r) => table.freeEnergy(member[r], value)),
  };

  const level = options.level ?? 0.95;
  const band = (values: Float64Array) => curveBandOver(values, n, level);
  return {
    density,
    level,
    mobility: band(members.mobility),
    K1: band(members.K1),
    diffusivity: band(members.diffusivity),
    curvature: band(members.curvature),
    drivingForce: band(members.drivingForce),
    freeEnergy: band(members.freeEnergy),
    gauge: { referenceDensity: reference },
    ...(options.keepMembers ? { members } : {}),
  };
}

/** The grid and the reference density, widened where they nearly coincide. */
function tableRange(density: Float64Array, reference: number, field: Field): [number, number] {
  const low = Math.min(density[0], reference);
  const high = Math.max(density[density.length - 1], reference);
  const room = Math.max(0, 0.01 - (high - low));
  return [
    Math.max((field.low + low) / 2, low - room),
    Math.min((field.high + high) / 2, high + room),
  ];
}

function checkedGrid(densities: ArrayLike<number>, field: Field): Float64Array {
  const grid = Float64Array.from(densities);
  if (grid.length === 0) throw new RangeError("The density grid must not be empty.");
  grid.forEach((rho, i) => {
    if (!isInside(field, rho) || (i > 0 && rho <= grid[i - 1])) {
      throw new RangeError(
        `The density grid's value ${i} is ${rho}; values must rise, and ${allowedIn(field)}.`,
      );
    }
  });
  return grid;
}
