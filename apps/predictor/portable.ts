/** Prediction without a file system or a native runtime, for browsers. @module */
export { lawCsv } from "./law/output.ts";
export { learnedLaw } from "./learned_law.ts";
export type { LearnedLaw } from "./learned_law.ts";
export { openNetworks } from "./networks.ts";
export type { Networks, Runtime } from "./networks.ts";
export { predictionCsv } from "./output.ts";
export { predict, predictStream } from "./predict.ts";
export type { Band } from "@spiediff/law";
export type { Model, Prediction, PredictionFrame, PredictOptions } from "./types.ts";
