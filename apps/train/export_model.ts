import { STEERED_SAMPLER } from "@spiediff/epinet";
import {
  conservedField,
  type Experiment,
  externalFieldOf,
  isSimulated,
} from "@spiediff/experiment";
import { processOf } from "@spiediff/kmc";
import { type Manifest, writeModel } from "@spiediff/model-artifact";
import {
  drivingForceGraph,
  epinetGraph,
  freeEnergyGraph,
  mobilityDenoiserGraph,
} from "@spiediff/onnx-graph";
import type { LearnedModels } from "./learn.ts";

/** Where a model came from, for its manifest. */
export interface Origin {
  readonly code: { name: string; version: string; commit: string | null };
  readonly nodalDensityRule: "lumped" | "consistent" | "fourth-order";
  /** Least and greatest nodal density of the training data. */
  readonly coverage: readonly [number, number];
  /** SHA-256 of what the model was made from, by name. */
  readonly madeFrom: Readonly<Record<string, string>>;
  /** Further figures of the training, kept in the manifest as they are. */
  readonly training: Readonly<Record<string, number | string>>;
}

/** What each quantity of a model is measured in. */
const UNITS = {
  length: "domain length",
  time: "diffusive time: one hop at infinite temperature takes sites^-2 / drive",
  density: "occupied fraction of sites",
  energy: "1/beta = k_B T",
  mobility: "length^2/(energy time)",
};

/** Of particles that are on no lattice, in the units of their files. */
function unitsOf(experiment: Experiment): Record<string, string> {
  const scales = isSimulated(experiment) ? undefined : experiment.particles.scales;
  if (!scales) return { ...UNITS };
  const { length, time, density, names } = scales;
  return {
    ...UNITS,
    length: `${length} ${names.length}, the box along the axis`,
    time: `${time} ${names.time}, the box squared over the diffusivity of a lone particle`,
    density: `${density} ${names.density}`,
    energy: names.energy,
  };
}

/** Writes the model folder: five ONNX graphs and their manifest. */
export function exportModel(
  folder: string,
  experiment: Experiment,
  models: LearnedModels,
  origin: Origin,
): Promise<Manifest> {
  const { mobility, mobilityEpinet, drivingForceEpinet } = models;
  const gradient = models.gradientEnergy;
  const externalField = externalFieldOf(experiment);
  const [low, high] = origin.coverage;
  const reference = (low + high) / 2;
  return writeModel(folder, {
    code: origin.code,
    seed: experiment.seed,
    config: JSON.parse(JSON.stringify(experiment)),
    system: systemOf(experiment),
    units: unitsOf(experiment),
    nodalDensityRule: origin.nodalDensityRule,
    coverage: { density: [low, high] },
    diffusion: {
      schedule: mobility.schedule.spec,
      predictionType: "sample",
      timestepSpacing: "trailing",
    },
    sampler: { ...STEERED_SAMPLER },
    ...networksOf(models),
    calibration: {
      mobility: mobilityEpinet.calibration,
      drivingForce: drivingForceEpinet.calibration,
    },
    gauge: {
      text: `Mass conservation leaves a + b rho of f open; f = f' = 0 at density ${reference}.`,
      referenceDensity: reference,
    },
    ...(gradient && { gradientEnergy: { ...gradient } }),
    ...(externalField !== 0 && { externalField }),
    lawError: models.lawError,
    madeFrom: { ...origin.madeFrom },
    training: { ...origin.training },
  }, graphsOf(models));
}

/** What the manifest says of the networks, by the names of {@link graphsOf}. */
function networksOf(
  { mobility, drivingForce, mobilityEpinet, drivingForceEpinet }: LearnedModels,
): Pick<Manifest, "mobility" | "drivingForce"> {
  return {
    mobility: {
      scale: mobility.scale,
      state: mobility.state,
      denoiser: "mobility-denoiser.onnx",
      epinet: "mobility-epinet.onnx",
      featureDim: mobilityEpinet.weights.featureDim,
      indexDim: mobilityEpinet.weights.indexDim,
    },
    drivingForce: {
      state: drivingForce.state,
      ...(drivingForce.ideal.energy > 0 && { idealEnergy: drivingForce.ideal.energy }),
      freeEnergy: "free-energy-denoiser.onnx",
      denoiser: "driving-force-denoiser.onnx",
      epinet: "driving-force-epinet.onnx",
      featureDim: drivingForceEpinet.weights.featureDim,
      indexDim: drivingForceEpinet.weights.indexDim,
    },
  };
}

/** The five graphs by the names of their files. */
function graphsOf(
  { mobility, drivingForce, mobilityEpinet, drivingForceEpinet }: LearnedModels,
): Record<string, Uint8Array> {
  const { weights, condition, energyScale } = drivingForce;
  return {
    "mobility-denoiser.onnx": mobilityDenoiserGraph(mobility.weights, mobility.condition),
    "mobility-epinet.onnx": epinetGraph("mobility-epinet", mobilityEpinet.weights),
    "free-energy-denoiser.onnx": freeEnergyGraph(weights, condition, energyScale),
    "driving-force-denoiser.onnx": drivingForceGraph(weights, condition, energyScale),
    "driving-force-epinet.onnx": epinetGraph("driving-force-epinet", drivingForceEpinet.weights),
  };
}

/** What the manifest says of the particles; of another code's only what is known. */
function systemOf(experiment: Experiment): Manifest["system"] {
  const { particles, elements } = experiment;
  const { sites, beta, drive } = particles;
  if (particles.system === "foreign") {
    const { scales } = particles;
    const offLattice = scales && { field: { ...conservedField(experiment) }, scales };
    const place = { dimension: 1, sites, elements } as const;
    return { particles: particles.system, ...place, ...offLattice, beta, drive };
  }
  const { described, dimension } = processOf(particles);
  const place = { dimension, sites, elements };
  return { particles: particles.system, ...place, ...described, beta, drive } as Manifest["system"];
}
