import { LAW_UNITS, type UnitSystem } from "@spiediff/law";
import { type Manifest, modelUnits } from "@spiediff/model-artifact";

/** The units that a command speaks in. */
export const unitsFor = (manifest: Manifest, isDimensionless: boolean): UnitSystem =>
  isDimensionless ? LAW_UNITS : modelUnits(manifest);
