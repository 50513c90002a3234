/** All processes with what is known of them; for tests only. */
import {
  curvatureOf,
  energyExchangeReference,
  generalisedExclusionReference,
  inclusionReference,
  kawasakiHeatBath,
  kawasakiMetropolis,
  nearestNeighbour,
  zeroRangeReference,
} from "@spiediff/exact-reference";
import { nearestNeighbourHops } from "../arrhenius/nearest_neighbour_hops.ts";
import { energyExchange } from "../energy_exchange/energy_exchange.ts";
import { generalisedExclusion } from "../generalised_exclusion/generalised_exclusion.ts";
import { inclusion } from "../inclusion/inclusion.ts";
import { kawasaki } from "../kawasaki/kawasaki.ts";
import { zeroRange } from "../zero_range/zero_range.ts";

/** Whole particles and gradient type, unless said otherwise; `start` is a small ring to enumerate. */
export const cases = [
  {
    process: zeroRange({ name: "constant" }),
    reference: zeroRangeReference(0),
    density: 1,
    start: [3, 0, 1, 0],
  },
  {
    process: zeroRange({ name: "linear" }),
    reference: zeroRangeReference(Infinity),
    density: 1,
    start: [3, 0, 1, 0],
  },
  {
    process: zeroRange({ name: "saturating", capacity: 1.7 }),
    reference: zeroRangeReference(1.7),
    density: 1,
    start: [3, 0, 1, 0],
  },
  {
    process: zeroRange({ name: "table", values: [1] }),
    reference: zeroRangeReference(0),
    density: 1,
    start: [2, 0, 1, 1],
  },
  {
    process: inclusion(0.8),
    reference: inclusionReference(0.8),
    density: 1,
    start: [2, 0, 1, 1],
  },
  {
    process: generalisedExclusion,
    reference: generalisedExclusionReference(),
    density: 1.2,
    start: [2, 0, 1, 1, 0],
  },
  {
    process: kawasaki("heat-bath", 2),
    reference: kawasakiHeatBath(2),
    density: 0.5,
    start: [1, 1, 0, 1, 0, 0, 0],
  },
  {
    process: kawasaki("heat-bath", -1.5),
    reference: kawasakiHeatBath(-1.5),
    density: 0.3,
    start: [1, 1, 0, 1, 0, 0, 0],
  },
  {
    process: nearestNeighbourHops({ sites: 40, halfWidth: 1, betaJ0: 2 }, "local-gibbs"),
    reference: nearestNeighbour({ betaJ0: 2 }),
    density: 0.4,
    start: [1, 1, 0, 1, 0, 0, 0],
  },
].map((one) => ({
  ...one,
  name: `${one.process.name}, f'' ${curvatureOf(one.reference, 0.5).toFixed(3)}`,
}));

/** Not of gradient type: no closed form of m. */
export const metropolis = {
  name: "kawasaki (metropolis)",
  process: kawasaki("metropolis", 2),
  reference: kawasakiMetropolis(2),
  density: 0.5,
  start: [1, 1, 0, 1, 0, 0, 0],
};

/** A continuous field: no configurations to enumerate. */
export const exchange = {
  name: "energy-exchange",
  process: energyExchange,
  reference: energyExchangeReference(),
  density: 1,
};
