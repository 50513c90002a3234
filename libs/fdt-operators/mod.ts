/** Operator entries K_ij and drift from fluctuations, with errors. @module */
export {};
