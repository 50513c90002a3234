/** Arrhenius exclusion process: exact kinetic Monte Carlo and its ensembles. @module */
export {};
