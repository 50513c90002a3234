/** What is written, not drawn: numbers, tables and claims as text, without the libraries of the figures. @module */
export { metricClaims } from "./run_metrics.ts";
export { boundText, claimHolds } from "./claims.ts";
export { type Column, type CsvTable, readCsv, toCsv } from "./csv.ts";
export {
  formatCount,
  formatLevel,
  formatMoment,
  formatNumber,
  formatPercent,
  formatSeconds,
} from "./format.ts";
