/** What predictions and direct simulations of an experiment are compared on. */
import { dimensionOf, type Experiment } from "@spiediff/experiment";

/** Nodes to each axis beyond which maps show no more, by dimension. */
const MOST = { 2: 32, 3: 12 } as const;
/** Sites of a hat's element, below which it is no coarse field. */
const LEAST_SITES = 3;

/**
 * Elements to each axis: those of the experiment on a ring, whose predictions refine their mesh by themselves; of squares
 * and cubes the finest of its multiples that cuts the sites and leaves three of them to an element.
 */
export function comparedElements(experiment: Experiment): number {
  const { elements, particles: { sites } } = experiment, dimension = dimensionOf(experiment);
  if (dimension === 1) return elements;
  const most = Math.max(elements, Math.min(MOST[dimension], sites / LEAST_SITES));
  let finest = elements;
  for (let fine = elements; fine <= most; fine += elements) {
    if (sites % fine === 0) finest = fine;
  }
  return finest;
}
