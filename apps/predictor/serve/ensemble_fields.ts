import { z } from "zod";
import type { Limits } from "./types.ts";

/** A seed that is a word; blanks are none. */
const seedWord = z.string().regex(/\S/, "must not be blank").max(100);

/** What every request may say of the members and their bands. */
export const ensembleFields = (limits: Limits) => ({
  members: z.int().min(1).max(limits.members).default(Math.min(500, limits.members)),
  seed: z.union([z.int(), seedWord], { error: "must be a whole number or a word" }).default(1),
  level: z.number().gt(0).lt(1).default(0.95),
});
