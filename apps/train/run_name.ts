import { join } from "node:path";
import type { Experiment } from "@spiediff/experiment";

/** Bytes. Longer names leave no room for endings on file systems that allow 255. */
const LONGEST = 160;
/** Devices of Windows, which cannot be names of files there, whatever their ending. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The run folder of an experiment where nobody names one: `runs/NAME-seed-SEED`. An experiment may be
 * called anything, so what is no plain file name becomes a hyphen: its folder never leaves `runs`.
 */
export function defaultRunFolder({ name, seed }: Pick<Experiment, "name" | "seed">): string {
  const plain = shortened(
    name.normalize("NFC").replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+/, ""),
  ).replace(/[.-]+$/, "");
  const safe = plain === "" || RESERVED.test(plain) ? `run-${plain}`.replace(/-$/, "") : plain;
  return join("runs", `${safe}-seed-${seed}`);
}

/** At most {@link LONGEST} bytes of a name, no character cut in two. */
function shortened(name: string): string {
  const buffer = new Uint8Array(LONGEST);
  const { read } = new TextEncoder().encodeInto(name, buffer);
  return name.slice(0, read);
}
