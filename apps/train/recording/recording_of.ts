import { dimensionOf, type Experiment } from "@spiediff/experiment";
import { lineRecording } from "./line_recording.ts";
import { ringRecording } from "./ring_recording.ts";
import type { Recording } from "./types.ts";

/** How an experiment's short simulations are recorded. */
export const recordingOf = (experiment: Experiment): Recording =>
  dimensionOf(experiment) > 1 ? lineRecording : ringRecording;
