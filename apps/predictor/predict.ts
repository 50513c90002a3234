import {
  checkStepControl,
  checkTimes,
  explicitRungeKutta,
  integrate,
  type Method,
  rk4,
  rosenbrock2,
  type Sample,
  type StepControl,
} from "@spiediff/macro-solver";
import { createEnsemble } from "./ensemble.ts";
import { fluctuations, LARGEST_COVARIANCE } from "./fluctuations.ts";
import { initialDensity } from "./initial_density.ts";
import { type LearnedMacroscopicLaw, learnedMacroscopicLaw } from "./learned_macroscopic_law.ts";
import { bandOver, curveBandOver } from "./statistics.ts";
import { makeTables, type Tables } from "./tables.ts";
import type {
  Band,
  Model,
  Prediction,
  PredictionFrame,
  PredictOptions,
  ProfileInput,
  TableReport,
} from "./types.ts";
import { warningsOf } from "./warnings.ts";

/** Above this many elements the explicit method's stability limit costs more than accuracy needs. */
const LARGEST_EXPLICIT = 60;

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
  const { law, table, nonConvexMembers } = await buildLaw(model, ensemble, density, options);
  const tabulated = performance.now();

  const frames: PredictionFrame[] = [];
  const members = options.members;
  const initial = new Float64Array(members * elements);
  for (let m = 0; m < members; m++) initial.set(density, m * elements);
  const trained = model.manifest.coverage.density;
  let firstTimeOutside: number | null = null;
  let last!: Sample;
  for await (
    const sample of integrate({
      law,
      initialDensity: initial,
      times,
      ...way,
      signal: options.signal,
      onStep: options.onProgress,
    })
  ) {
    last = sample;
    const { minDensity, maxDensity } = sample.invariants;
    if (firstTimeOutside === null && (minDensity < trained[0] || maxDensity > trained[1])) {
      firstTimeOutside = isOutside(density, trained) ? 0 : sample.time;
    }
    const frame = frameOf(sample, elements, level, options.keepMembers ?? false);
    frames.push(frame);
    yield frame;
  }
  const finished = performance.now();
  const fluctuation = await fluctuationsOf(model, density, times, options);

  const result = {
    times: [...times],
    x: Float64Array.from({ length: elements }, (_, i) => i / elements),
    level,
    memberCount: members,
    density: frames.map((frame) => frame.density),
    fluctuation,
    freeEnergy: overTimes(frames),
    massDrift: Float64Array.from(frames, (frame) => frame.massDrift),
    initial: { density, mass: density.reduce((sum, rho) => sum + rho, 0) / elements },
    stationaryFrom: last.stationaryFrom,
    invariants: last.invariants,
    steps: last.steps,
    coverage: {
      trained,
      visited: [last.invariants.minDensity, last.invariants.maxDensity] as const,
      firstTimeOutside,
    },
    table: { ...table, fallbackRows: table.used ? law.fallbackRows() : 0 },
    nonConvexMembers,
    seconds: { tables: (tabulated - started) / 1e3, integration: (finished - tabulated) / 1e3 },
    ...(options.keepMembers ? { members: frames.map((frame) => frame.members!) } : {}),
  };
  return { ...result, warnings: warningsOf(result, options, model.manifest) };
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
}> {
  const { tabulate = "auto", tableTolerance = 1e-3 } = options;
  if (!(tableTolerance > 0 && tableTolerance < 1)) {
    throw new RangeError(`tableTolerance must lie between 0 and 1, not ${tableTolerance}.`);
  }
  const elements = density.length;
  let low = 1;
  let high = 0;
  let difference = 0;
  density.forEach((rho, i) => {
    low = Math.min(low, rho);
    high = Math.max(high, rho);
    difference = Math.max(difference, Math.abs(rho - density[(i + 1) % elements]));
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
  return {
    law: learnedMacroscopicLaw(ensemble, tables, elements, !used),
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

function methodAndControl(
  options: PredictOptions,
  elements: number,
): { method: Method; stiff?: Method; control: StepControl } {
  const { method = "auto", fixedStep } = options;
  const explicit = method === "rk4" || (method === "auto" && elements <= LARGEST_EXPLICIT);
  const tolerance = options.tolerance ?? (explicit ? 1e-6 : 1e-5);
  return {
    method: explicit ? explicitRungeKutta(rk4) : rosenbrock2,
    ...(method === "auto" && explicit ? { stiff: rosenbrock2 } : {}),
    control: fixedStep === undefined
      ? { kind: "adaptive", tolerance }
      : { kind: "fixed", step: fixedStep },
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

function overTimes(frames: readonly PredictionFrame[]): Band {
  const collect = (key: "mean" | "lower" | "upper") =>
    Float64Array.from(frames, (frame) => frame.freeEnergy[key]);
  return { mean: collect("mean"), lower: collect("lower"), upper: collect("upper") };
}

const isOutside = (density: Float64Array, [low, high]: readonly [number, number]) =>
  density.some((rho) => rho < low || rho > high);

function checkedElements(elements: number): number {
  if (!Number.isInteger(elements) || elements < 3 || elements > 10_000) {
    throw new RangeError(`elements must be a whole number from 3 to 10000, not ${elements}.`);
  }
  return elements;
}
