import { exclusionDensity, type Field } from "@spiediff/law";

/** What a model's law is about: so far sites hold one particle at most. */
export const FIELD: Field = exclusionDensity;

/** Values that are offered to the networks stay this far inside of the field's domain. */
const MARGIN = 1e-6;
export const OFFERED = { low: FIELD.low + MARGIN, high: FIELD.high - MARGIN } as const;

/** Whether a value lies strictly inside of the domain. */
export const isInside = (value: number): boolean => value > FIELD.low && value < FIELD.high;

/** What is allowed, for messages. */
export const ALLOWED = `lie strictly between ${FIELD.low} and ${FIELD.high}`;
