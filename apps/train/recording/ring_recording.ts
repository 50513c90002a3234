/** Records of rings: moments of currents through the elements. */
import {
  blocksOf,
  type EnsembleMoments,
  type EnsembleRecord,
  packedLength,
  packMoments,
  totalOf,
  unpackMoments,
} from "@spiediff/ensemble";
import { type Experiment, isSimulated } from "@spiediff/experiment";
import { closeCirculation, estimateOperators } from "@spiediff/fdt-operators";
import { profileEnsemble } from "../estimate.ts";
import { type PackedRecord, readPacked, writePacked } from "../record_file.ts";
import type { Recording } from "./types.ts";

type Head = Omit<EnsembleRecord, "blocks" | "total">;

/** Moments over realizations, from which errors come by leaving out one block after another. */
export const ringRecording: Recording = {
  blocks(experiment, profile) {
    const { unpack, ...blocks } = blocksOf(profileEnsemble(experiment, profile));
    return {
      ...blocks,
      summed() {
        let sum: EnsembleMoments | undefined;
        return {
          add: (block) => void (sum = totalOf(sum, unpack(block))),
          total: () => packMoments(sum!),
        };
      },
    };
  },
  estimate(record, experiment) {
    const { particles: { beta }, sampling, profiles } = experiment;
    const { windows, starts } = "windows" in sampling ? sampling : {};
    const moments = unpacked(record);
    const profile = profiles.findIndex(({ name }) => name === moments.profileName);
    const raw = estimateOperators(moments, {
      beta,
      windows,
      start: starts?.[profile] ?? undefined,
    });
    return [isSimulated(experiment) ? raw : closeCirculation(raw)];
  },
};

/** @throws {RangeError} of a head that tells of other blocks than there are. */
function unpacked({ head, blocks, total }: PackedRecord): EnsembleRecord {
  const { elements, horizons } = head as Head;
  if (total.length !== packedLength(elements, horizons.length)) {
    throw new RangeError(
      `Moments of ${elements} elements and ${horizons.length} windows are no ${total.length} numbers.`,
    );
  }
  const moments = (values: Float64Array) => unpackMoments(values, elements, horizons.length);
  return { ...head as Head, blocks: blocks.map(moments), total: moments(total) };
}

/** Keeps one profile's moments. */
export function writeRecord(
  folder: string,
  experiment: Experiment,
  { blocks, total, ...head }: EnsembleRecord,
): Promise<void> {
  return writePacked(folder, experiment, {
    head,
    blocks: blocks.map(packMoments),
    total: packMoments(total),
  });
}

/** A profile's moments, if the folder has them for this very experiment. @throws {UserError} as `readPacked`. */
export async function readRecord(
  folder: string,
  experiment: Experiment,
  profileName: string,
): Promise<EnsembleRecord | undefined> {
  const record = await readPacked(folder, experiment, profileName);
  return record && unpacked(record);
}
