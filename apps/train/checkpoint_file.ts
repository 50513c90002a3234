import { Buffer } from "node:buffer";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError, writeDurably } from "@spiediff/command-line";
import type { CheckpointStore, TrainingState } from "@spiediff/diffusion-train";
import type { LearningStage } from "./learn.ts";
import { readJson } from "./run_folder.ts";

/** Folder of the states of unfinished trainings, inside of a run folder. */
const FOLDER = "checkpoints";

/** A training's kept state, with the seconds that earlier attempts have spent on it. */
export interface TimedCheckpointStore extends CheckpointStore {
  readonly earlierSeconds: () => number;
}

/**
 * Keeps the state of one training in the run folder; parameters bit for bit, as base64.
 *
 * @param fingerprint Of all that decides the training; a state with another one is not taken up.
 */
export function checkpointFile(
  folder: string,
  stage: LearningStage,
  fingerprint: string,
): TimedCheckpointStore {
  const path = pathOf(folder, stage);
  const start = performance.now();
  let earlier = 0;
  return {
    earlierSeconds: () => earlier,
    load() {
      const record = readJson(path) as (Record<string, unknown> & Encoded) | undefined;
      if (record?.fingerprint !== fingerprint) return Promise.resolve(undefined);
      try {
        const state = decodeState(record);
        earlier = record.seconds ?? 0;
        return Promise.resolve(state);
      } catch (cause) {
        throw new UserError(
          `${path} is damaged (${(cause as Error).message}); delete it to train afresh.`,
        );
      }
    },
    save(state) {
      const seconds = earlier + (performance.now() - start) / 1000;
      return writeDurably(path, JSON.stringify({ fingerprint, seconds, ...encodeState(state) }));
    },
  };
}

/**
 * The state that an unfinished training last kept, on whatever backend; undefined if there is none for
 * this very training. For onlookers: a file that cannot be read counts as none.
 */
export function peekCheckpoint(
  folder: string,
  stage: LearningStage,
  trainingFingerprint: string,
): TrainingState | undefined {
  try {
    const record = readJson(pathOf(folder, stage)) as { fingerprint?: string } & Encoded;
    return record?.fingerprint?.startsWith(trainingFingerprint) ? decodeState(record) : undefined;
  } catch {
    return undefined;
  }
}

const pathOf = (folder: string, stage: LearningStage) =>
  join(folder, FOLDER, `${stage.replaceAll(" ", "-")}.json`);

/** Removes the states of a run whose model is written. */
export function removeCheckpoints(folder: string): Promise<void> {
  return rm(join(folder, FOLDER), { recursive: true, force: true });
}

interface Encoded {
  /** Spent on the training so far. */
  readonly seconds?: number;
  readonly step: number;
  readonly parameters: string[];
  readonly mean: string[];
  readonly square: string[];
  readonly average: string[];
  readonly curve: TrainingState["curve"];
  readonly best?: { readonly step: number; readonly loss: number; readonly parameters: string[] };
}

function encodeState(state: TrainingState): Encoded {
  const { best } = state;
  return {
    step: state.step,
    parameters: state.parameters.map(toBase64),
    mean: state.mean.map(toBase64),
    square: state.square.map(toBase64),
    average: state.average.map(toBase64),
    curve: state.curve,
    ...(best ? { best: { ...best, parameters: best.parameters.map(toBase64) } } : {}),
  };
}

function decodeState(record: Encoded): TrainingState {
  const { step, curve, best } = record;
  return {
    step,
    parameters: record.parameters.map(fromBase64),
    mean: record.mean.map(fromBase64),
    square: record.square.map(fromBase64),
    average: record.average.map(fromBase64),
    curve,
    ...(best ? { best: { ...best, parameters: best.parameters.map(fromBase64) } } : {}),
  };
}

function toBase64(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}

function fromBase64(text: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(text, "base64"));
  return new Float32Array(bytes.buffer);
}
