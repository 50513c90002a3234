/** Below this probability a model is held to be refuted. */
export const LEAST_P_VALUE = 1e-3;
