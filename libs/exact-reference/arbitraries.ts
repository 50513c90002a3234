import fc from "fast-check";

/** Densities away from the logarithms' ends. */
export const densities = fc.double({ min: 0.02, max: 0.98, noNaN: true });

/** `beta J0` of either sign, inside the one-phase region. */
export const strengths = fc.double({ min: -3, max: 3, noNaN: true });
