import type { Experiment } from "@spiediff/experiment";
import { fingerprint } from "@spiediff/train/stages";

/**
 * Hash of what a report shows: the whole experiment, the training that its model comes from, and the
 * version of its tables, so that one with other columns counts as older.
 */
export function reportFingerprint(experiment: Experiment, training: string): Promise<string> {
  return fingerprint({ experiment, training, tables: 4 });
}
