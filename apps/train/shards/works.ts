/** Works that a run folder's shards may be of. */
export const WORKS = ["simulate", "simulate-fields", "train"] as const;
export type WorkName = typeof WORKS[number];
