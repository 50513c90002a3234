/** The epinets' own prior as a basis: what ln D or ln m may be before there are data. */
import { evenBends, priorScales, type PriorShape, priorUnits } from "@spiediff/epinet";

/** Change of the logarithm that a readout of 1 makes. */
const LOGARITHM = 0.5;

/** Functions of density whose coefficients are independent and standard normal before there are data. */
export interface PriorBasis {
  readonly size: number;
  /** Values `[size]` at a density. */
  values(density: number): Float64Array;
}

/**
 * The prior of docs/theory.md section 6.6 with its units in the middle of their parts in place of random ones:
 * smooth units among the data, steps outside of them, a constant.
 */
export function priorBasis(shape: PriorShape): PriorBasis {
  return basisOf(shape, priorScales(0, shape));
}

/** The same with readouts in units of 1, as `likelyBends` takes them. */
export function unitBasis(range: Omit<PriorShape, "bends">, width: number): PriorBasis {
  const shape = { ...range, bends: evenBends({ width, size: 1 }) };
  return basisOf(shape, priorScales(0, shape).map(() => 1));
}

function basisOf(shape: PriorShape, scales: readonly number[]): PriorBasis {
  const units = priorUnits(shape, () => 0.5);
  const size = scales.length, constant = size - 1;
  return {
    size,
    values(density) {
      const out = new Float64Array(size);
      for (let k = 0; k < constant; k++) {
        const { centre, width } = units[k];
        out[k] = LOGARITHM * scales[k] * Math.tanh((density - centre) / width);
      }
      out[constant] = LOGARITHM * scales[constant];
      return out;
    },
  };
}
