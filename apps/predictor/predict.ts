import { checkStepControl, checkTimes, integrate, type Sample } from "@spiediff/macro-solver";
import { reconstruct } from "@spiediff/mesh";
import { createEnsemble } from "./ensemble.ts";
import { fluctuations, LARGEST_COVARIANCE } from "./fluctuations.ts";
import { initialDensity } from "./initial_density.ts";
import { type LearnedMacroscopicLaw, learnedMacroscopicLaw } from "./learned_macroscopic_law.ts";
import { comparedMembers, forEachMember, meshErrorOf } from "./mesh_error.ts";
import { methodAndControl } from "./method.ts";
import { bandOver, curveBandOver } from "./statistics.ts";
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
  const elements = checkedElements(options.elements ?? model.manifest.system.elements);
  const way = methodAndControl(options, elements);
  checkStepControl(way.control, times, 0, { step: "fixedStep", tolerance: "tolerance" });
  const ensemble = createEnsemble(model, options);
  const density = initialDensity(profile, elements);
  const started = performance.now();
  const { law, table, nonConvexMembers, lawOn } = await buildLaw(model, ensemble, density, options);
  const tabulated = performance.now();

  const coverage = newCoverage(model.manifest.coverage.density, density);
  const frames: PredictionFrame[] = [];
  const some: Float64Array[] = [];
  let last!: Sample;
  for await (
    const sample of integrate({
      law,
      initialDensity: forEachMember(density, options.members),
      times,
      ...way,
      signal: options.signal,
      onStep: options.onProgress,
    })
  ) {
    last = sample;
    some.push(sample.density.slice(0, comparedMembers(options.members) * elements));
    coverage.visit(sample);
    const frame = frameOf(sample, elements, level, options.keepMembers ?? false);
    frames.push(frame);
    yield frame;
  }
  const finished = performance.now();
  // Direct inference would cost as much again; the law's tables are what makes this cheap.
  const meshError = !table.used
    ? null
    : await meshErrorOf(lawOn, profile, density, some, times, options.signal);
  const fluctuation = await fluctuationsOf(model, density, times, options);

  const result = {
    ...overTimes(frames),
    x: Float64Array.from({ length: elements }, (_, i) => i / elements),
    level,
    memberCount: options.members,
    fluctuation,
    meshError,
    initial: { density, mass: density.reduce((sum, rho) => sum + rho, 0) / elements },
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
    visit({ time, invariants: { minDensity, maxDensity } }: Sample): void {
      if (firstTimeOutside !== null || (minDensity >= trained[0] && maxDensity <= trained[1])) {
        return;
      }
      firstTimeOutside = isOutside(start, trained) ? 0 : time;
    },
    report: ({ invariants: { minDensity, maxDensity } }: Sample): Prediction["coverage"] => ({
      trained,
      visited: [minDensity, maxDensity],
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
  const { law } = await buildLaw(model, createEnsemble(model, few), density, few);
  return fluctuations(law, density, times, model.manifest.system, options.signal);
}

async function buildLaw(
  model: Model,
  ensemble: ReturnType<typeof createEnsemble>,
  density: Float64Array,
  options: PredictOptions,
): Promise<{
  law: LearnedMacroscopicLaw;
  table: Omit<TableReport, "fallbackRows">;
  nonConvexMembers: number;
  /** The same law on another mesh, of the first members only. */
  lawOn: (elements: number, members: number) => LearnedMacroscopicLaw;
}> {
  const { tabulate = "auto", tableTolerance = 1e-3 } = options;
  if (!(tableTolerance > 0 && tableTolerance < 1)) {
    throw new RangeError(`tableTolerance must lie between 0 and 1, not ${tableTolerance}.`);
  }
  const elements = density.length;
  let low = 1;
  let high = 0;
  let difference = 0;
  const nodes = new Float64Array(elements);
  reconstruct(density, 0, elements, 0, 1, nodes);
  nodes.forEach((rho, i) => {
    low = Math.min(low, rho);
    high = Math.max(high, rho);
    difference = Math.max(difference, Math.abs(rho - nodes[(i + 1) % elements]));
  });
  const tables: Tables = await makeTables(
    ensemble,
    low,
    high,
    difference,
    model.manifest.gauge.referenceDensity,
    tableTolerance,
    tabulate !== "never",
    options.signal,
  );
  const accurate = tables.mobilityError <= tableTolerance &&
    tables.drivingForceError <= tableTolerance;
  const used = tabulate === "always" || (tabulate === "auto" && accurate);
  const lawOn = (mesh: number, members: number) =>
    learnedMacroscopicLaw(ensemble, tables, mesh, !used, members);
  return {
    law: lawOn(elements, ensemble.count),
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
  const energy = bandOver(sample.freeEnergy, 1, level);
  return {
    time: sample.time,
    density: curveBandOver(sample.density, elements, level),
    freeEnergy: { mean: energy.mean[0], lower: energy.lower[0], upper: energy.upper[0] },
    massDrift: sample.invariants.maxMassDrift,
    ...(keepMembers ? { members: sample.density } : {}),
  };
}

const ending = ({ stationaryFrom, invariants, steps }: Sample) => ({
  stationaryFrom,
  invariants,
  steps,
});

function overTimes(
  frames: readonly PredictionFrame[],
): Pick<Prediction, "times" | "density" | "freeEnergy" | "massDrift" | "members"> {
  const energy = (key: "mean" | "lower" | "upper") =>
    Float64Array.from(frames, ({ freeEnergy }) => freeEnergy[key]);
  const members = frames.flatMap(({ members }) => members ? [members] : []);
  return {
    times: frames.map(({ time }) => time),
    density: frames.map(({ density }) => density),
    freeEnergy: { mean: energy("mean"), lower: energy("lower"), upper: energy("upper") },
    massDrift: Float64Array.from(frames, ({ massDrift }) => massDrift),
    ...(members.length > 0 ? { members } : {}),
  };
}

const isOutside = (density: Float64Array, [low, high]: readonly [number, number]) =>
  density.some((rho) => rho < low || rho > high);

function checkedElements(elements: number): number {
  if (!Number.isInteger(elements) || elements < 3 || elements > 10_000) {
    throw new RangeError(`elements must be a whole number from 3 to 10000, not ${elements}.`);
  }
  return elements;
}
