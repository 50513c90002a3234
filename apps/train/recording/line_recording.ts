/** Records of squares and cubes: what blocks of realizations say along the lines of nodes. */
import {
  type Experiment,
  isSimulated,
  type Profile,
  type SimulatedExperiment,
} from "@spiediff/experiment";
import {
  estimateLines,
  type LineBlock,
  lineCollector,
  linesAsRings,
  type LineShape,
} from "@spiediff/fdt-operators";
import { processOf, type TorusProcess } from "@spiediff/kmc";
import { randomStream } from "@spiediff/random";
import { profileRuns } from "../estimate.ts";
import type { RecordHead } from "../record_file.ts";
import type { RecordedBlocks, Recording } from "./types.ts";

/** Blocks to aim at; of few realizations fewer, so that each has two. */
const BLOCKS = 32;
/** What a block holds of each window, `[d * M^d]` each. */
const PARTS = ["mobility", "instantaneous", "flux", "smoothFlux", "field"] as const;

interface Head extends RecordHead, Omit<LineShape, "window"> {
  readonly burnIn: number;
  /** Macroscopic, and in hop times of the process. */
  readonly horizons: readonly number[];
  readonly windows: readonly number[];
  readonly realizations: number;
}

/** Estimates of every line's mobility and flux by blocks, from whose scatter errors come. */
export const lineRecording: Recording = {
  blocks(experiment, profile) {
    const { realizations, blocks: asked = BLOCKS } = experiment.sampling;
    const head = headOf(experiment, profile);
    const blocks = Math.min(asked, Math.floor(realizations / 2));
    const first = (index: number) => Math.floor(index * realizations / blocks);
    const simulate = realizationsOf(experiment, profile, head);
    const packedLength = 1 + head.windows.length * PARTS.length * valuesOf(head);
    return {
      ...{ count: blocks, head, packedLength },
      run: (index) =>
        Promise.resolve(packed(simulate(first(index), first(index + 1)), packedLength)),
      summed: () => weightedMean(packedLength),
    };
  },
  // The longest window has seen most of what memory of the currents there is.
  estimate({ head, blocks }, experiment) {
    const { windows, horizons, profileName, ...shape } = head as Head;
    const lines = windows.map((window, w) =>
      estimateLines({ ...shape, window }, blocks.map((values) => unpacked(values, head as Head, w)))
    );
    const { shortest = 0 } = torusOf(experiment).clock;
    return linesAsRings(
      profileName,
      lines[lines.length - 1],
      lines.length > 1 ? { hs: horizons, shortest, lines } : undefined,
    );
  },
};

function headOf(experiment: SimulatedExperiment, { name }: Profile): Head {
  const { particles: { sites, beta, drive }, elements, sampling } = experiment;
  const { realizations, burnIn, h: horizons } = sampling;
  return {
    ...{ profileName: name, dimension: torusOf(experiment).dimension, side: sites, elements, beta },
    ...{ realizations, burnIn, horizons },
    windows: horizons.map((h) => h * drive * sites ** 2),
  };
}

function torusOf(experiment: Experiment): TorusProcess {
  if (isSimulated(experiment)) {
    const process = processOf(experiment.particles);
    if (process.dimension !== 1) return process;
  }
  throw new RangeError("Lines of nodes are those of a square or cube.");
}

/** Runs realizations `from .. to - 1`; one block for each window. */
function realizationsOf(experiment: SimulatedExperiment, profile: Profile, head: Head) {
  const { elements, seed, sampling: { burnIn, h: horizons, realizations } } = experiment;
  const { profile: { name, density } } = profileRuns(experiment, profile, realizations);
  const run = torusOf(experiment).segments({ density, elements, burnIn, horizons });
  const collectors = head.windows.map((window) => lineCollector({ ...head, window }));
  return (from: number, to: number): LineBlock[] => {
    for (let r = from; r < to; r++) {
      run(randomStream(seed, "kmc", name, r)).forEach((record, w) => collectors[w].add(record));
    }
    return collectors.map((collector) => collector.take());
  };
}

const valuesOf = ({ dimension, elements }: Head) => dimension * elements ** dimension;

function packed(windows: readonly LineBlock[], length: number): Float64Array {
  const values = new Float64Array(length);
  values[0] = windows[0].count;
  let at = 1;
  for (const block of windows) {
    for (const part of PARTS) {
      values.set(block[part], at);
      at += block[part].length;
    }
  }
  return values;
}

/** A window's block. @throws {RangeError} of a head that tells of other blocks than there are. */
function unpacked(values: Float64Array, head: Head, window: number): LineBlock {
  const size = valuesOf(head), { windows } = head;
  if (values.length !== 1 + windows.length * PARTS.length * size) {
    throw new RangeError(`Lines of ${head.elements} elements are no ${values.length} numbers.`);
  }
  const from = 1 + window * PARTS.length * size;
  const part = (name: typeof PARTS[number]) => {
    const at = from + PARTS.indexOf(name) * size;
    return values.slice(at, at + size);
  };
  return {
    count: values[0],
    mobility: part("mobility"),
    instantaneous: part("instantaneous"),
    flux: part("flux"),
    smoothFlux: part("smoothFlux"),
    field: part("field"),
  };
}

/** Blocks' values by their numbers of realizations. */
function weightedMean(length: number): ReturnType<RecordedBlocks["summed"]> {
  const total = new Float64Array(length);
  return {
    add(block) {
      const count = block[0];
      total[0] += count;
      for (let i = 1; i < length; i++) total[i] += (block[i] - total[i]) * count / total[0];
    },
    total: () => total,
  };
}
