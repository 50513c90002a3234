/** The mobility against the window, of elements about a few densities. */
import type { OperatorEstimate, RingEstimate, WindowMobilities } from "@spiediff/fdt-operators";
import type { MobilityWindows } from "@spiediff/report";

/** Densities that are shown. */
const GROUPS = 4;

/** An element: its density, instantaneous mobility, and what each window makes of that, with the error. */
interface Element {
  readonly density: number;
  readonly instantaneous: number;
  readonly ratio: readonly number[];
  readonly error: readonly number[];
}

type Measured =
  & Pick<RingEstimate, "elementDensity" | "windows">
  & Partial<Pick<OperatorEstimate, "hs" | "diagnostics">>;

/** Of a line as they stand; of a ring from its diagnostics. Undefined where currents were not recorded. */
function windowsIn({ windows, hs, diagnostics }: Measured): WindowMobilities | undefined {
  if (windows || !hs || !diagnostics) return windows;
  const { instantaneousK1, controlVariate, window: { shortest } } = diagnostics;
  if (!instantaneousK1 || controlVariate.length !== hs.length) return undefined;
  return {
    hs,
    shortest,
    instantaneousK1,
    closedK1: controlVariate.map(({ closedK1 }) => closedK1),
  };
}

/**
 * Means over the elements of all profiles whose densities lie in the same quarter of what was covered. Errors of
 * elements are taken as independent, that of the instantaneous mobility as small beside them.
 *
 * @param hopTime Macroscopic. @param mobility Of the known law; null where none is known.
 * @returns Undefined where currents were not recorded, or estimates do not have the same windows.
 */
export function mobilityWindows(
  estimates: readonly Measured[],
  hopTime: number,
  mobility: ((density: number) => number) | null,
): MobilityWindows | undefined {
  const found = estimates.map(windowsIn), [first] = found;
  const same = found.every((own) =>
    own && own.hs.length === first!.hs.length && own.hs.every((h, w) => h === first!.hs[w])
  );
  if (first === undefined || !same) return undefined;
  const elements = estimates.flatMap(({ elementDensity }, i) =>
    elementsOf(elementDensity, found[i]!)
  )
    .filter(({ instantaneous }) => instantaneous > 0);
  const densities = elements.map(({ density }) => density);
  const low = Math.min(...densities), step = (Math.max(...densities) - low) / GROUPS;
  const groupOf = ({ density }: Element) =>
    step > 0 ? Math.min(GROUPS - 1, Math.floor((density - low) / step)) : 0;
  const groups = Array.from({ length: GROUPS }, (_, g) => elements.filter((e) => groupOf(e) === g))
    .filter((own) => own.length > 0)
    .map((own) => meansOf(own, mobility));
  const last = meansOf(elements, null), w = first.hs.length - 1;
  const { shortest } = first;
  return {
    hopTimes: first.hs.map((h) => h / hopTime),
    groups,
    fall: { value: 1 - last.ratio[w], standardError: last.standardError[w] },
    instantaneousBelow: first.hs[0] < shortest * (1 - 1e-9) ? shortest / hopTime : null,
  };
}

function elementsOf(
  elementDensity: readonly number[],
  { instantaneousK1, closedK1 }: WindowMobilities,
): Element[] {
  const M = elementDensity.length;
  return instantaneousK1.value.map((entry, e) => ({
    density: (elementDensity[e] + elementDensity[(e + 1) % M]) / 2,
    instantaneous: -entry / M,
    ratio: closedK1.map(({ value }) => value[e] / entry),
    error: closedK1.map(({ standardError }) => standardError[e] / Math.abs(entry)),
  }));
}

function meansOf(elements: readonly Element[], mobility: ((density: number) => number) | null) {
  const n = elements.length;
  const mean = (of: (element: Element) => number) =>
    elements.reduce((sum, element) => sum + of(element) / n, 0);
  return {
    density: mean(({ density }) => density),
    instantaneous: mean(({ instantaneous }) => instantaneous),
    ratio: elements[0].ratio.map((_, w) => mean(({ ratio }) => ratio[w])),
    standardError: elements[0].error.map((_, w) =>
      Math.hypot(...elements.map(({ error }) => error[w])) / n
    ),
    reference: mobility && mean(({ density, instantaneous }) => mobility(density) / instantaneous),
  };
}
