import { STEERED_SAMPLER } from "@spiediff/epinet";
import type { Experiment } from "@spiediff/experiment";
import { type Manifest, writeModel } from "@spiediff/model-artifact";
import {
  drivingForceGraph,
  epinetGraph,
  freeEnergyGraph,
  k1DenoiserGraph,
} from "@spiediff/onnx-graph";
import type { LearnedModels } from "./learn.ts";

/** Where a model came from, for its manifest. */
export interface Origin {
  readonly code: { name: string; version: string; commit: string | null };
  readonly nodalDensityRule: "lumped" | "consistent" | "fourth-order";
  /** Least and greatest nodal density of the training data. */
  readonly coverage: readonly [number, number];
  /** Further figures of the training, kept in the manifest as they are. */
  readonly training: Readonly<Record<string, number | string>>;
}

/** Writes the model folder: five ONNX graphs and their manifest. */
export function exportModel(
  folder: string,
  experiment: Experiment,
  models: LearnedModels,
  origin: Origin,
): Promise<Manifest> {
  const { k1, drivingForce, k1Epinet, drivingForceEpinet } = models;
  const { particles } = experiment;
  const [low, high] = origin.coverage;
  const reference = (low + high) / 2;
  const files = {
    "k1-denoiser.onnx": k1DenoiserGraph(k1.weights, k1.condition),
    "k1-epinet.onnx": epinetGraph("k1-epinet", k1Epinet.weights),
    "free-energy-denoiser.onnx": freeEnergyGraph(
      drivingForce.weights,
      drivingForce.condition,
      drivingForce.energyScale,
    ),
    "driving-force-denoiser.onnx": drivingForceGraph(
      drivingForce.weights,
      drivingForce.condition,
      drivingForce.energyScale,
    ),
    "driving-force-epinet.onnx": epinetGraph("driving-force-epinet", drivingForceEpinet.weights),
  };
  return writeModel(folder, {
    code: origin.code,
    seed: experiment.seed,
    config: JSON.parse(JSON.stringify(experiment)),
    system: {
      particles: particles.system,
      dimension: 1,
      sites: particles.sites,
      elements: experiment.elements,
      halfWidth: particles.halfWidth,
      kernel: particles.kernel.name,
      betaJ0: particles.betaJ0,
      beta: particles.beta,
      drive: particles.drive,
    },
    units: {
      length: "domain length",
      time: "diffusive time: one hop at infinite temperature takes sites^-2 / drive",
      density: "occupied fraction of sites",
      energy: "1/beta = k_B T",
      K1: "1/(energy time), between neighbouring nodes",
    },
    nodalDensityRule: origin.nodalDensityRule,
    coverage: { density: [low, high] },
    diffusion: {
      schedule: k1.schedule.spec,
      predictionType: "sample",
      timestepSpacing: "trailing",
    },
    sampler: { ...STEERED_SAMPLER },
    k1: {
      scale: k1.scale,
      state: k1.state,
      denoiser: "k1-denoiser.onnx",
      epinet: "k1-epinet.onnx",
      featureDim: k1Epinet.weights.featureDim,
      indexDim: k1Epinet.weights.indexDim,
    },
    drivingForce: {
      state: drivingForce.state,
      freeEnergy: "free-energy-denoiser.onnx",
      denoiser: "driving-force-denoiser.onnx",
      epinet: "driving-force-epinet.onnx",
      featureDim: drivingForceEpinet.weights.featureDim,
      indexDim: drivingForceEpinet.weights.indexDim,
    },
    calibration: { k1: k1Epinet.calibration, drivingForce: drivingForceEpinet.calibration },
    gauge: {
      text: `Mass conservation leaves a + b rho of f open; f = f' = 0 at density ${reference}.`,
      referenceDensity: reference,
    },
    training: { ...origin.training },
  }, files);
}
