import type { Prediction } from "../types.ts";
import type { UnitSystem } from "@spiediff/law";
import { predictionCsv } from "../output.ts";
import { HttpError } from "./types.ts";

/** What predictions and laws come as; the first one where nothing else is asked for. */
export const MEDIA_TYPES = ["application/json", "text/csv", "application/x-npy"] as const;
export type MediaType = typeof MEDIA_TYPES[number];

/**
 * The type that an `Accept` header likes best (RFC 9110, section 12.5.1); of several the first one.
 *
 * @throws {HttpError} 406 if it accepts none.
 */
export function acceptedType(accept = "*/*"): MediaType {
  const ranges = accept.split(",").map((part) => {
    const [range, ...parameters] = part.trim().toLowerCase().split(/\s*;\s*/);
    const q = parameters.find((parameter) => /^q=/.test(parameter))?.slice(2);
    return { range, quality: q === undefined ? 1 : Number(q) || 0 };
  });
  const quality = (type: string): number => {
    // The most specific range decides.
    const names = [type, type.replace(/\/.*/, "/*"), "*/*"];
    const found = names.map((name) => ranges.find(({ range }) => range === name));
    return found.find((one) => one !== undefined)?.quality ?? 0;
  };
  const best = MEDIA_TYPES.reduce((a, b) => quality(b) > quality(a) ? b : a);
  if (quality(best) > 0) return best;
  throw new HttpError(406, `Answers come as ${MEDIA_TYPES.join(", ")}.`);
}

/** The CSV of predictions of several profiles: that of each, with a first column `profile` from 0 on. */
export function predictionsCsv(predictions: readonly Prediction[], units: UnitSystem): string {
  const tables = predictions.map((one) => predictionCsv(one, units).trimEnd().split("\n"));
  const names = tables[0].findIndex((line) => !line.startsWith("#"));
  const rows = tables.flatMap((lines, k) => lines.slice(names + 1).map((line) => `${k},${line}`));
  const about = tables[0].slice(0, names);
  return [...about, `profile,${tables[0][names]}`, ...rows].join("\n") + "\n";
}
