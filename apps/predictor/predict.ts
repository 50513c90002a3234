import { bandOver, curveBandOver, finestRing } from "@spiediff/law";
import { checkStepControl, checkTimes, integrate, type Sample } from "@spiediff/macro-solver";
import { type Mesh, ring } from "@spiediff/mesh";
import type { Manifest } from "@spiediff/model-artifact";
import { createEnsemble } from "./ensemble.ts";
import { fluctuations, LARGEST_COVARIANCE } from "./fluctuations.ts";
import { initialDensity } from "./initial_density.ts";
import { type LearnedMacroscopicLaw, learnedMacroscopicLaw } from "./learned_macroscopic_law.ts";
import { comparedMembers, forEachMember, meshErrorOf } from "./mesh_error.ts";
import { methodAndControl } from "./method.ts";
import { makeTables, type Tables } from "./tables.ts";
import type {
  Model,
  Prediction,
  PredictionFrame,
  PredictOptions,
  ProfileInput,
  TableReport,
} from "./types.ts";
import { warningsOf } from "./warnings.ts";

/**
 * Predicts the density over time with a band.
 *
 * @param times Rising, not negative.
 * @throws {RangeError} if the profile, a time or an option is not allowed.
 * @throws {ModelError} if the model gives values that cannot be used.
 * @throws {SolverError} if its law cannot be followed.
 */
export async function predict(
  model: Model,
  profile: ProfileInput,
  times: readonly number[],
  options: PredictOptions,
): Promise<Prediction> {
  const frames = predictStream(model, profile, times, options);
  for (;;) {
    const { done, value } = await frames.next();
    if (done) return value;
  }
}

/** Like `predict`, but gives the state at each time as soon as it is reached. */
export async function* predictStream(
  model: Model,
  profile: ProfileInput,
  times: readonly number[],
  options: PredictOptions,
): AsyncGenerator<PredictionFrame, Prediction, void> {
  const { level = 0.95 } = options;
  checkTimes(times, 0);
  const elements = checkedElements(options.elements, model.manifest);
  const way = checkedWay(options, elements, times);
  const ensemble = createEnsemble(model, options);
  const density = initialDensity(profile, elements, ensemble.field);
  const started = performance.now();
  const mesh = ring(elements);
  const built = await buildLaw(model, ensemble, mesh, density, options);
  const { law, table, nonConvexMembers, lawOn } = built;
  const tabulated = performance.now();

  const coverage = newCoverage(model.manifest.coverage.density, density);
  const frames: PredictionFrame[] = [];
  const some: Float64Array[] = [];
  let last!: Sample;
  const samples = integrate({
    law,
    initialState: forEachMember(density, options.members),
    times,
    ...way,
    signal: options.signal,
    onStep: options.onProgress,
  });
  for await (const sample of samples) {
    last = sample;
    some.push(sample.state.slice(0, comparedMembers(options.members) * elements));
    coverage.visit(sample);
    const frame = frameOf(sample, elements, level, options.keepMembers ?? false);
    frames.push(frame);
    yield frame;
  }
  const finished = performance.now();
  // Direct inference would cost as much again; the law's tables are what makes this cheap.
  const meshError = !table.used || 2 * elements > finestOf(model.manifest)
    ? null
    : await meshErrorOf(lawOn, mesh, profile, density, some, times, options.signal);
  const fluctuation = await fluctuationsOf(model, density, times, options);

  const result = {
    ...overTimes(frames, level),
    ...beginning(density),
    level,
    memberCount: options.members,
    fluctuation,
    meshError,
    ...ending(last),
    coverage: coverage.report(last),
    table: { ...table, fallbackRows: table.used ? law.fallbackRows() : 0 },
    nonConvexMembers,
    seconds: { tables: (tabulated - started) / 1e3, integration: (finished - tabulated) / 1e3 },
  };
  return { ...result, warnings: warningsOf(result, options, model.manifest) };
}

/** Watches whether members leave the densities that the model was trained on. */
function newCoverage(trained: readonly [number, number], start: Float64Array) {
  let firstTimeOutside: number | null = null;
  return {
    visit({ time, checks: { least, greatest } }: Sample): void {
      if (firstTimeOutside !== null || (least[0] >= trained[0] && greatest[0] <= trained[1])) {
        return;
      }
      firstTimeOutside = isOutside(start, trained) ? 0 : time;
    },
    report: ({ checks: { least, greatest } }: Sample): Prediction["coverage"] => ({
      trained,
      visited: [least[0], greatest[0]],
      firstTimeOutside,
    }),
  };
}

/** Members whose average law stands for all: the fluctuations hardly differ between them. */
const FLUCTUATION_MEMBERS = 16;

async function fluctuationsOf(
  model: Model,
  density: Float64Array,
  times: readonly number[],
  options: PredictOptions,
): Promise<Float64Array[] | null> {
  if (!(options.fluctuation ?? density.length <= LARGEST_COVARIANCE)) return null;
  if (density.length > LARGEST_COVARIANCE) {
    throw new RangeError(
      `fluctuation must be false above ${LARGEST_COVARIANCE} elements, not true for ${density.length}.`,
    );
  }
  const few = { ...options, members: Math.min(options.members, FLUCTUATION_MEMBERS) };
  const mesh = ring(density.length);
  const { law } = await buildLaw(model, createEnsemble(model, few), mesh, density, few);
  return fluctuations(law, density, times, model.manifest.system, options.signal);
}

async function buildLaw(
  model: Model,
  ensemble: ReturnType<typeof createEnsemble>,
  mesh: Mesh,
  density: Float64Array,
  options: PredictOptions,
): Promise<{
  law: LearnedMacroscopicLaw;
  table: Omit<TableReport, "fallbackRows">;
  nonConvexMembers: number;
  /** The same law on another mesh, of the first members only. */
  lawOn: (mesh: Mesh, members: number) => LearnedMacroscopicLaw;
}> {
  const { tabulate = "auto", tableTolerance = 1e-3 } = options;
  if (!(tableTolerance > 0 && tableTolerance < 1)) {
    throw new RangeError(`tableTolerance must lie between 0 and 1, not ${tableTolerance}.`);
  }
  const nodes = new Float64Array(mesh.nodes), differences = new Float64Array(mesh.pairs.count);
  mesh.pointValues(density, 0, ensemble.field, nodes);
  mesh.gradient(nodes, 0, differences, 0);
  const tables: Tables = await makeTables(
    ensemble,
    Math.min(...nodes),
    Math.max(...nodes),
    Math.max(...differences.map(Math.abs)),
    model.manifest.gauge.referenceDensity,
    tableTolerance,
    tabulate !== "never",
    options.signal,
  );
  const accurate = tables.mobilityError <= tableTolerance &&
    tables.drivingForceError <= tableTolerance;
  const used = tabulate === "always" || (tabulate === "auto" && accurate);
  const lawOn = (mesh: Mesh, members: number) =>
    learnedMacroscopicLaw(ensemble, tables, mesh, {
      direct: !used,
      members,
      gradientEnergy: model.manifest.gradientEnergy,
    });
  return {
    law: lawOn(mesh, ensemble.count),
    lawOn,
    nonConvexMembers: tables.drivingForce.nonConvexMembers,
    table: {
      used,
      k1Error: tables.mobility ? tables.mobilityError : 0,
      drivingForceError: tables.drivingForceError,
      k1Points: tables.mobility?.points ?? 0,
      drivingForcePoints: tables.drivingForce.points,
      range: [tables.drivingForce.low, tables.drivingForce.high],
    },
  };
}

function frameOf(
  sample: Sample,
  elements: number,
  level: number,
  keepMembers: boolean,
): PredictionFrame {
  const energy = bandOver(sample.values["free energy"], 1, level);
  return {
    time: sample.time,
    density: curveBandOver(sample.state, elements, level),
    freeEnergy: { mean: energy.mean[0], lower: energy.lower[0], upper: energy.upper[0] },
    massDrift: sample.checks.violation.mass,
    ...(keepMembers ? { members: sample.state } : {}),
  };
}

/** How members go on in time, once its parts are allowed. */
function checkedWay(options: PredictOptions, elements: number, times: readonly number[]) {
  const way = methodAndControl(options, elements);
  checkStepControl(way.control, times, 0, { step: "fixedStep", tolerance: "tolerance" });
  return way;
}

const beginning = (density: Float64Array) => ({
  x: density.map((_, i) => i / density.length),
  initial: { density, mass: density.reduce((sum, rho) => sum + rho, 0) / density.length },
});

const ending = ({ stationaryFrom, checks, steps }: Sample) => {
  const { violation, least, greatest, ...counts } = checks;
  return {
    stationaryFrom,
    invariants: {
      maxMassDrift: violation.mass,
      maxFreeEnergyRise: violation["free energy"],
      minDensity: least[0],
      maxDensity: greatest[0],
      ...counts,
    },
    steps,
  };
};

function overTimes(
  frames: readonly PredictionFrame[],
  level: number,
): Pick<Prediction, "times" | "density" | "freeEnergy" | "massDrift" | "members"> {
  const energy = (key: "mean" | "lower" | "upper") =>
    Float64Array.from(frames, ({ freeEnergy }) => freeEnergy[key]);
  const members = frames.flatMap(({ members }) => members ? [members] : []);
  return {
    times: frames.map(({ time }) => time),
    density: frames.map(({ density }) => density),
    freeEnergy: { level, mean: energy("mean"), lower: energy("lower"), upper: energy("upper") },
    massDrift: Float64Array.from(frames, ({ massDrift }) => massDrift),
    ...(members.length > 0 ? { members } : {}),
  };
}

const isOutside = (density: Float64Array, [low, high]: readonly [number, number]) =>
  density.some((rho) => rho < low || rho > high);

function checkedElements(asked: number | undefined, manifest: Manifest): number {
  const elements = asked ?? manifest.system.elements;
  if (!Number.isInteger(elements) || elements < 3 || elements > 10_000) {
    throw new RangeError(`elements must be a whole number from 3 to 10000, not ${elements}.`);
  }
  const most = finestOf(manifest);
  if (elements > most) {
    throw new RangeError(
      `elements must be at most ${most}, not ${elements}: on a finer mesh the gradient energy of this repulsion would make short waves grow.`,
    );
  }
  return elements;
}

/** Elements up to which a model's gradient energy holds. */
const finestOf = ({ gradientEnergy, system }: Manifest): number =>
  gradientEnergy ? finestRing(gradientEnergy, system) : Infinity;
