/** From frames of particles to fields of independent realizations, at starts and at windows after them. @module */
export type { Realizations } from "./realizations.ts";
export type { Schedule } from "./schedule.ts";
export { type FieldsRequest, type Run, type SeriesFields, seriesFields } from "./series_fields.ts";
export { edgesOf, type Extent, spanOf } from "./volume.ts";
