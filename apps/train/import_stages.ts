/** Other codes' data: what reads and checks them. @module */
export { checkImportStage, importStage } from "./import_snapshots.ts";
export { type DescribedSnapshots, readLaterSnapshots } from "./later_snapshots.ts";
export { summaryText } from "./positions/summary.ts";
