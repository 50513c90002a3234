/** Works that a run folder's shards may be of. */
export const WORKS = ["simulate", "train"] as const;
export type WorkName = typeof WORKS[number];
