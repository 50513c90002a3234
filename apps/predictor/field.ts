import { type Field, fieldOf } from "@spiediff/law";
import { type Manifest, modelField } from "@spiediff/model-artifact/portable";

/** What a model's law is about. */
export const fieldOfModel = (manifest: Pick<Manifest, "system">): Field =>
  fieldOf(modelField(manifest));

/** Values that are offered to the networks stay this far inside of the field's domain. */
const MARGIN = 1e-6;

/** The values that networks are asked about. */
export const offered = ({ low, high }: Field): { readonly low: number; readonly high: number } => ({
  low: low + MARGIN,
  high: high - MARGIN,
});

/** Whether a value lies strictly inside of the domain. */
export const isInside = ({ low, high }: Field, value: number): boolean =>
  value > low && value < high;

/** What is allowed, for messages. */
export const allowedIn = ({ low, high }: Field): string =>
  high === Infinity ? `be above ${low}` : `lie strictly between ${low} and ${high}`;
