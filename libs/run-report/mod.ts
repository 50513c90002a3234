/** The report of a run: figures, tables and metrics from its results. @module */
export {};
