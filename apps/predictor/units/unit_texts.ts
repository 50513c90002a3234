/** How tables and JSON say what they are in. */
import type { UnitNames, UnitSystem } from "@spiediff/law";
import type { Manifest } from "@spiediff/model-artifact/portable";

/**
 * A line `# units: t in ps, x in nm, densities in particles per nm`; none in the law's own units.
 *
 * @param columns Which of the units each column has, beside densities.
 */
export function unitsLine(
  { isLaw, names }: UnitSystem,
  columns: Readonly<Record<string, keyof UnitNames>>,
): string[] {
  if (isLaw) return [];
  const told = Object.entries(columns).map(([column, unit]) => `${column} in ${names[unit]}`);
  return [`# units: ${[...told, `densities in ${names.density}`].join(", ")}`];
}

/** What each quantity of an answer is measured in. */
export const unitsJson = (
  { isLaw, names }: UnitSystem,
  { units }: Pick<Manifest, "units">,
): Record<string, string> => isLaw ? units : { ...units, ...names };
