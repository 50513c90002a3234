import type { AxisUnits, Figure, Quantity, TrainedProfile } from "../types.ts";
import { genericFigure } from "./generic.ts";
import { positionLabel } from "./_profile_series.ts";
import { quantityLabel } from "./_quantity.ts";

/** The profiles whose particles a model was trained on, as they were measured. */
export function trainedProfilesFigure(
  profiles: readonly TrainedProfile[],
  quantity?: Quantity,
  axes?: AxisUnits,
  id = "trained-profiles",
): Figure {
  return genericFigure(
    profiles.map(({ name, x, density }, i) => ({
      kind: "line",
      label: name,
      x: [...x, x[0] + (axes?.period ?? 1)],
      y: [...density, density[0]],
      // There are fewer colours than profiles may be.
      dashed: i >= 5,
    })),
    {
      id,
      title: "Profiles that were trained on",
      caption:
        "Densities that the training particles started from, as measured. What lies between the least " +
        "and the greatest of them was seen in training; elsewhere the law is an extrapolation.",
      xLabel: positionLabel(axes),
      yLabel: quantityLabel(quantity),
      height: 280,
    },
  );
}
