/** How bands are written: columns of tables, rows of arrays, JSON. */
import { type Band, BAND_PARTS, type BandParts, type CurveBand } from "@spiediff/law";

/** The columns of a band in tables, and its rows in arrays. */
export const BAND_COLUMNS = ["mean", "lower", "upper", "curve_lower", "curve_upper"] as const;

/** The columns' values. */
export const bandRows = ({ mean, lower, upper, wholeCurve }: CurveBand): Float64Array[] => [
  ...[mean, lower, upper, wholeCurve.lower, wholeCurve.upper],
];

export const bandJson = ({ mean, lower, upper }: Band) => ({
  mean: [...mean],
  lower: [...lower],
  upper: [...upper],
});

export const curveBandJson = (band: CurveBand) => ({
  ...bandJson(band),
  wholeCurve: { lower: [...band.wholeCurve.lower], upper: [...band.wholeCurve.upper] },
});

/** Standard deviations of each part, null where one was not measured. */
export const bandPartsJson = (parts: BandParts) =>
  Object.fromEntries(BAND_PARTS.map(({ key }) => [key, parts[key] && [...parts[key]]]));

/** A band's level in percent, for people. */
export const percentOf = (level: number): number => Number((100 * level).toPrecision(6));
