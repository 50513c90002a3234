/** Predictions on squares and cubes: the learned law is one of densities, the mesh only says who is next to whom. */
import { type Band, bandOver } from "@spiediff/law";
import {
  type Checks,
  checkTimes,
  integrate,
  rungeKuttaChebyshev,
  type Sample,
  type StepCounts,
} from "@spiediff/macro-solver";
import { cube, type Mesh, nodalDensity, projectTorusField, square } from "@spiediff/mesh";
import { createEnsemble } from "../ensemble.ts";
import { forEachMember } from "../initial_density.ts";
import { learnedMacroscopicLaw } from "../learned_macroscopic_law.ts";
import { checkedTables, makeTables, readsTables, type TableChoice } from "../tables.ts";
import type { EnsembleOptions, Model } from "../types.ts";

/** A density as a function of position, each coordinate in `[0, 1)`, or averages over hats, first axis fastest. */
export type SpaceField = ((position: readonly number[]) => number) | Float64Array;

/** Settings of {@link predictSpace}. */
export interface SpaceOptions extends EnsembleOptions, TableChoice {
  /** To each axis; the model's when absent. */
  readonly elements?: number;
  /** Largest local error of any average in one step; 1e-5 when absent. */
  readonly tolerance?: number;
  /** Members followed at once, which is what memory grows with; as many as take 64 MB when absent. */
  readonly wave?: number;
  /** Called with the share that is done, 0 to 1. */
  readonly onShare?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** Averages over hats with their band; arrays over nodes have the first axis fastest. */
export interface SpacePrediction {
  readonly dimension: 2 | 3;
  /** To each axis. */
  readonly elements: number;
  readonly times: readonly number[];
  readonly initial: Float64Array;
  readonly level: number;
  readonly members: number;
  /** Band of each time, arrays `[elements^dimension]`. */
  readonly density: readonly Band[];
  /** Over times. */
  readonly freeEnergy: Band;
  /** Largest relative deviation of a member's mass up to each time. */
  readonly massDrift: Float64Array;
  /** Over all members. */
  readonly invariants: {
    readonly maxMassDrift: number;
    readonly maxFreeEnergyRise: number;
    readonly minDensity: number;
    readonly maxDensity: number;
    readonly operatorsChecked: number;
    readonly operatorsNotPSD: number;
    readonly lumpedMembers: number;
  };
  readonly coverage: { readonly trained: readonly [number, number]; readonly outside: boolean };
  /** Of the wave that took most; those refused since an invariant went the wrong way of all. */
  readonly steps: Pick<StepCounts, "accepted" | "lawEvaluations" | "rejectedForInvariant">;
  /** Whether mobility and f' of all members were read from tables. */
  readonly tablesUsed: boolean;
  readonly seconds: number;
}

const LARGEST_NODES = 2 ** 18;
const WAVE_BYTES = 64 * 2 ** 20;

/**
 * Predicts a density over time with a band, for a model of two or three dimensions. Members are followed in
 * waves: memory holds one wave, and of all members what the bands are made of, in single precision.
 *
 * @param times Rising, not negative.
 * @throws {RangeError} if the field, a time or an option is not allowed.
 * @throws {SolverError} if the law of a member cannot be followed.
 */
export async function predictSpace(
  model: Model,
  field: SpaceField,
  times: readonly number[],
  options: SpaceOptions,
): Promise<SpacePrediction> {
  const started = performance.now();
  checkTimes(times, 0);
  const { manifest } = model, { level = 0.95, members, firstMember = 0 } = options;
  const { dimension, elements, mesh } = meshOf(manifest.system, options.elements);
  const initial = averagesOf(field, mesh, elements, dimension);
  const wave = waveOf(mesh, members, options.wave);
  const found = collected(times.length, members, mesh.nodes);
  for (let first = 0; first < members; first += wave) {
    const count = Math.min(wave, members - first);
    const { law, used } = await lawOf(model, initial, mesh, {
      ...options,
      firstMember: firstMember + first,
      members: count,
    });
    let t = 0;
    for await (
      const sample of integrate({
        law,
        initialState: forEachMember(initial, count),
        times,
        method: rungeKuttaChebyshev,
        control: { kind: "adaptive", tolerance: options.tolerance ?? 1e-5 },
        signal: options.signal,
        onStep: ({ time, end }) => options.onShare?.((first + count * time / end) / members),
      })
    ) found.add(sample, t++, first);
    found.endWave(used);
  }
  const { invariants, ...rest } = found.result(level);
  return {
    ...{ dimension, elements, times, initial, level, members, invariants },
    ...rest,
    coverage: coverageOf(manifest, invariants),
    seconds: (performance.now() - started) / 1000,
  };
}

type Collected = Pick<
  SpacePrediction,
  "density" | "freeEnergy" | "massDrift" | "invariants" | "steps" | "tablesUsed"
>;

/** What all waves leave: of members what bands are made of. */
function collected(times: number, members: number, nodes: number) {
  const states = Array.from({ length: times }, () => new Float32Array(members * nodes));
  const means = states.map(() => new Float64Array(nodes));
  const energies = new Float64Array(members * times);
  const massDrift = new Float64Array(times);
  const totals = newTotals();
  let tablesUsed = true, last: Sample | undefined;
  return {
    /** A wave whose first member is `first`, at time `t`. */
    add(sample: Sample, t: number, first: number): void {
      states[t].set(sample.state, first * nodes);
      addMeans(sample.state, members, means[t]);
      sample.values["free energy"].forEach((F, m) => energies[(first + m) * times + t] = F);
      massDrift[t] = Math.max(massDrift[t], sample.checks.violation.mass);
      last = sample;
    },
    endWave(used: boolean): void {
      tablesUsed &&= used;
      if (last) totals.add(last.checks, last.steps);
    },
    result: (level: number): Collected => ({
      density: states.map((state, t) => ({
        ...bandOfColumns(state, nodes, level),
        mean: means[t],
      })),
      freeEnergy: bandOver(energies, times, level),
      massDrift,
      invariants: totals.invariants,
      steps: totals.steps,
      tablesUsed,
    }),
  };
}

/** Whether members leave the densities that the model was trained on. */
function coverageOf(
  { coverage: { density: [low, high] } }: Model["manifest"],
  { minDensity, maxDensity }: SpacePrediction["invariants"],
): SpacePrediction["coverage"] {
  return { trained: [low, high], outside: minDensity < low || maxDensity > high };
}

function meshOf(system: Model["manifest"]["system"], asked: number | undefined) {
  const { dimension } = system, elements = asked ?? system.elements;
  if (dimension !== 2 && dimension !== 3) {
    throw new RangeError(
      `The model's system has ${dimension} dimension; fields are predicted in 2 or 3, profiles in 1.`,
    );
  }
  const most = Math.floor(LARGEST_NODES ** (1 / dimension) + 1e-9);
  if (!Number.isInteger(elements) || elements < 3 || elements > most) {
    throw new RangeError(
      `elements must be a whole number from 3 to ${most} to each axis, not ${elements}.`,
    );
  }
  return {
    dimension,
    elements,
    mesh: dimension === 2 ? square(elements) : cube(elements),
  } as const;
}

function averagesOf(
  field: SpaceField,
  mesh: Mesh,
  elements: number,
  dimension: 2 | 3,
): Float64Array {
  if (typeof field === "function") {
    return nodalDensity(projectTorusField(field, elements, dimension), "lumped", dimension);
  }
  if (field.length === mesh.nodes) return field.slice();
  throw new RangeError(
    `The field has ${field.length} values; ${elements}^${dimension} = ${mesh.nodes} are needed.`,
  );
}

/** Points of a trajectory that a method keeps, and arrays over nodes and pairs in each. */
const POINTS = 5, NODE_ARRAYS = 5, BYTES = 8;

function waveOf({ nodes, pairs }: Mesh, members: number, asked: number | undefined): number {
  if (asked !== undefined && !(Number.isInteger(asked) && asked > 0)) {
    throw new RangeError(`wave must be a whole number above 0, not ${asked}.`);
  }
  const each = POINTS * BYTES * (NODE_ARRAYS * nodes + pairs.count);
  return Math.min(members, asked ?? Math.max(1, Math.floor(WAVE_BYTES / each)));
}

async function lawOf(model: Model, initial: Float64Array, mesh: Mesh, options: SpaceOptions) {
  const ensemble = createEnsemble(model, options), choice = checkedTables(options);
  let low = Infinity, high = -Infinity, steepest = 0;
  const steps = new Float64Array(mesh.pairs.count);
  mesh.gradient(initial, 0, steps, 0);
  for (const rho of initial) [low, high] = [Math.min(low, rho), Math.max(high, rho)];
  for (const step of steps) steepest = Math.max(steepest, Math.abs(step));
  const { referenceDensity } = model.manifest.gauge;
  const tables = await makeTables(
    ensemble,
    low,
    high,
    steepest,
    referenceDensity,
    choice.tableTolerance,
    choice.tabulate !== "never",
    options.signal,
  );
  const used = readsTables(tables, choice);
  const law = learnedMacroscopicLaw(ensemble, tables, mesh, {
    direct: !used,
    gradientEnergy: model.manifest.gradientEnergy,
  });
  return { law, used };
}

/** Adds what members of one wave contribute to the mean over all. */
function addMeans(state: Float64Array, members: number, mean: Float64Array): void {
  const nodes = mean.length;
  for (let i = 0; i < state.length; i++) mean[i % nodes] += state[i] / members;
}

/** The worst over waves. */
function newTotals() {
  const invariants = {
    maxMassDrift: 0,
    maxFreeEnergyRise: -Infinity,
    minDensity: Infinity,
    maxDensity: -Infinity,
    operatorsChecked: 0,
    operatorsNotPSD: 0,
    lumpedMembers: 0,
  };
  const steps = { accepted: 0, lawEvaluations: 0, rejectedForInvariant: 0 };
  return {
    invariants,
    steps,
    add(checks: Checks, taken: StepCounts) {
      const { violation, least, greatest, lumpedMembers } = checks;
      invariants.maxMassDrift = Math.max(invariants.maxMassDrift, violation.mass);
      invariants.maxFreeEnergyRise = Math.max(
        invariants.maxFreeEnergyRise,
        violation["free energy"],
      );
      invariants.minDensity = Math.min(invariants.minDensity, least[0]);
      invariants.maxDensity = Math.max(invariants.maxDensity, greatest[0]);
      invariants.operatorsChecked += checks.operatorsChecked;
      invariants.operatorsNotPSD += checks.operatorsNotPSD;
      invariants.lumpedMembers += lumpedMembers;
      steps.accepted = Math.max(steps.accepted, taken.accepted);
      steps.lawEvaluations = Math.max(steps.lawEvaluations, taken.lawEvaluations);
      steps.rejectedForInvariant += taken.rejectedForInvariant;
    },
  };
}

/** Columns that bands are made of at once. */
const COLUMNS = 1024;

function bandOfColumns(
  state: Float32Array,
  nodes: number,
  level: number,
): Omit<Band, "mean"> {
  const members = state.length / nodes;
  const band = {
    level,
    lower: new Float64Array(nodes),
    upper: new Float64Array(nodes),
  };
  for (let from = 0; from < nodes; from += COLUMNS) {
    const count = Math.min(COLUMNS, nodes - from);
    const part = new Float64Array(members * count);
    for (let m = 0; m < members; m++) {
      part.set(state.subarray(m * nodes + from, m * nodes + from + count), m * count);
    }
    const { lower, upper } = bandOver(part, count, level);
    band.lower.set(lower, from);
    band.upper.set(upper, from);
  }
  return band;
}
