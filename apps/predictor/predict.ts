import { bandOver, beyondData, curveBandOver } from "@spiediff/law";
import { checkStepControl, checkTimes, integrate, type Sample } from "@spiediff/macro-solver";
import { ring } from "@spiediff/mesh";
import type { Manifest } from "@spiediff/model-artifact";
import { partsOf } from "./band_parts.ts";
import { buildLaw, fieldOfPrediction } from "./build_law.ts";
import { createEnsemble } from "./ensemble.ts";
import { LARGEST_COVARIANCE } from "./fluctuations.ts";
import {
  finestOf,
  fluctuationOver,
  type FurtherErrors,
  furtherErrors,
  meshErrorOver,
} from "./further_errors.ts";
import { forEachMember, initialDensity } from "./initial_density.ts";
import { methodAndControl } from "./method.ts";
import type { Model, Prediction, PredictionFrame, PredictOptions, ProfileInput } from "./types.ts";
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
  const elements = checkedElements(options, model.manifest);
  const externalField = checkedField(options, model.manifest);
  const way = checkedWay(options, elements, times);
  const ensemble = createEnsemble(model, options);
  const density = initialDensity(profile, elements, ensemble.field);
  const started = performance.now();
  const mesh = ring(elements);
  const built = await buildLaw(model, ensemble, mesh, density, options);
  const { law, table, nonConvexMembers } = built;
  const tabulated = performance.now();

  const coverage = newCoverage(model.manifest.coverage.density, density);
  const further = furtherErrors(model.manifest, built, { mesh, profile, density, times }, options);
  const frames: PredictionFrame[] = [];
  const found: FurtherErrors[] = [];
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
    coverage.visit(sample);
    const errors = await further(sample);
    found.push(errors);
    const frame = frameOf(sample, elements, options, errors);
    frames.push(frame);
    yield frame;
  }
  const finished = performance.now();
  const result = {
    ...overTimes(frames, level),
    ...beginning(density),
    level,
    memberCount: options.members,
    externalField,
    fluctuation: options.fluctuation === false ? null : fluctuationOver(found),
    meshError: meshErrorOver(found),
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

function frameOf(
  sample: Sample,
  elements: number,
  { level = 0.95, keepMembers = false }: PredictOptions,
  { discretisation, linear }: FurtherErrors,
): PredictionFrame {
  const energy = bandOver(sample.values["free energy"], 1, level);
  const parts = partsOf(sample.state, elements, discretisation, linear);
  return {
    time: sample.time,
    density: curveBandOver(sample.state, elements, level, beyondData(parts)),
    parts,
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
      maxFreeEnergyRise: violation["free energy"] ?? null,
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
): Pick<Prediction, "times" | "density" | "parts" | "freeEnergy" | "massDrift" | "members"> {
  const energy = (key: "mean" | "lower" | "upper") =>
    Float64Array.from(frames, ({ freeEnergy }) => freeEnergy[key]);
  const members = frames.flatMap(({ members }) => members ? [members] : []);
  return {
    times: frames.map(({ time }) => time),
    density: frames.map(({ density }) => density),
    parts: frames.map(({ parts }) => parts),
    freeEnergy: { level, mean: energy("mean"), lower: energy("lower"), upper: energy("upper") },
    massDrift: Float64Array.from(frames, ({ massDrift }) => massDrift),
    ...(members.length > 0 ? { members } : {}),
  };
}

const isOutside = (density: Float64Array, [low, high]: readonly [number, number]) =>
  density.some((rho) => rho < low || rho > high);

function checkedField(options: PredictOptions, manifest: Manifest): number {
  const field = fieldOfPrediction(manifest, options);
  if (Number.isFinite(field)) return field;
  throw new RangeError(`externalField must be finite, not ${field}.`);
}

function checkedElements(
  { elements: asked, fluctuation }: PredictOptions,
  manifest: Manifest,
): number {
  const elements = asked ?? manifest.system.elements, { dimension } = manifest.system;
  if (dimension !== 1) {
    throw new RangeError(
      `The model's system has ${dimension} dimensions; profiles are predicted in one, fields by \`predictSpace\`.`,
    );
  }
  if (!Number.isInteger(elements) || elements < 3 || elements > 10_000) {
    throw new RangeError(`elements must be a whole number from 3 to 10000, not ${elements}.`);
  }
  const most = finestOf(manifest);
  if (elements > most) {
    throw new RangeError(
      `elements must be at most ${most}, not ${elements}: on a finer mesh the gradient energy of this repulsion would make short waves grow.`,
    );
  }
  if (fluctuation === true && elements > LARGEST_COVARIANCE) {
    throw new RangeError(
      `fluctuation must be false above ${LARGEST_COVARIANCE} elements, not true for ${elements}.`,
    );
  }
  return elements;
}
