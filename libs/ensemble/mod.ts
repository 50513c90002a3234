/** Ensembles of realizations: blocks, moments, worker pool, records; knows no process. @module */
export {};
