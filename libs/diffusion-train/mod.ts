/** Trains the conditional DDPMs for K1 and f. @module */
export {};
