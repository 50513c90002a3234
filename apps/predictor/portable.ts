/** Prediction without a file system or a native runtime, for browsers. @module */
export { openNetworks } from "./networks.ts";
export type { Networks, Runtime } from "./networks.ts";
export { predict, predictStream } from "./predict.ts";
export type { Band } from "@spiediff/law";
export type { Model, Prediction, PredictionFrame, PredictOptions } from "./types.ts";
