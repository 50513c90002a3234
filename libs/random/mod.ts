/** Named, seeded, splittable random streams. @module */
export { randomStream } from "./stream.ts";
export type { RandomStream } from "./types.ts";
export { xoshiro128starstar } from "./xoshiro.ts";
