/** The decisions of a run towards a named precision, for its report. */
import type { Experiment } from "@spiediff/experiment";
import { type DesignFile, experimentOf, readDesign } from "./design_file.ts";

/** What was aimed at and what came of it, and every batch. */
export interface DesignRecord {
  readonly text: string[];
  readonly batches: { header: string[]; rows: string[][]; numeric: number[] };
}

/** The design that a run folder's experiment comes from; undefined where a user has chosen the profiles. */
export async function designRecord(
  folder: string,
  { profiles }: Pick<Experiment, "profiles">,
): Promise<DesignRecord | undefined> {
  const file = await readDesign(folder);
  if (file === undefined) return undefined;
  const isOfDesign = JSON.stringify(experimentOf(file).profiles) === JSON.stringify(profiles);
  return isOfDesign ? recordOf(file) : undefined;
}

const percentText = (values: readonly number[]) =>
  values.map((value) => `${Number(value.toPrecision(2))} %`).join(", ");

/** The same of a design that has been read. */
export function recordOf(
  { until, design, window, forecast, pilotSeconds, rounds, result }: DesignFile,
): DesignRecord {
  const { seconds, low, high } = forecast;
  const short = (value: number) => String(Number(value.toPrecision(2)));
  return {
    text: [
      `Aim: ${
        until.join(" and ")
      }; profiles by the design "${design}". Window ${window.h}, burn-in ` +
      `${window.burnIn} (${window.burnInReason}).`,
      `Planned: ${short(seconds)} core-seconds, 90 % ${short(low)} to ${
        short(high)
      }, after a pilot of ` +
      `${short(pilotSeconds)}. ${result?.text ?? "It has not ended yet."}`,
    ],
    batches: {
      header: ["round", "profile", "realizations", "why", "half-width after the round"],
      rows: rounds.flatMap(({ batches, after }, r) =>
        batches.map(({ profile, realizations, reason }, b) => [
          String(r + 1),
          profile.name,
          String(realizations),
          reason,
          b === 0 && after ? percentText(after.percent) : "",
        ])
      ),
      numeric: [0, 2, 4],
    },
  };
}
