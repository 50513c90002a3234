/** A run's result in the units of the files that its particles came from. */
import { lawFactor, type LawFunction, type UnitSystem } from "@spiediff/law";
import type {
  AxisUnits,
  BandCurve,
  LearnedFunction,
  ProfileSeries,
  RunReportData,
  SpaceTime,
} from "@spiediff/report";
import type { ComparedLaw } from "./compare_law.ts";

const times = (values: number[], factor: number) => values.map((v) => v * factor);
const rows = (table: number[][], factor: number) => table.map((row) => times(row, factor));

/** The learned functions of a report, by the function of the density that each is. */
const FUNCTIONS = {
  mobility: "mobility",
  diffusivity: "diffusivity",
  curvature: "curvature",
  k1: "K1",
  drivingForce: "drivingForce",
  freeEnergyDensity: "freeEnergy",
} as const satisfies Record<string, LawFunction>;

/** A report's data in other units; shares, p-values and counts stay as they are. */
export function reportInUnits(data: RunReportData, units: UnitSystem): RunReportData {
  if (units.isLaw) return data;
  const { names, length, time, density, origin, particles } = units;
  const axes = { ...names, period: length };
  const keys = Object.keys(FUNCTIONS) as (keyof typeof FUNCTIONS)[];
  const functions = keys.map((key) =>
    [key, functionInUnits(data[key], units, lawFactor(units, FUNCTIONS[key]))] as const
  );
  const { prediction, course, freeEnergy, massDeviation, trainedProfiles } = data;
  return {
    ...data,
    ...Object.fromEntries(functions) as Pick<RunReportData, keyof typeof FUNCTIONS>,
    // Particles of other codes are on rings so far.
    prediction: "x" in prediction ? seriesInUnits(prediction, units, axes) : prediction,
    ...(course && { course: courseInUnits(course, units, axes) }),
    trainedProfiles: trainedProfiles.map((profile) => ({
      ...profile,
      x: profile.x.map((x) => origin + x * length),
      density: times(profile.density, density),
    })),
    freeEnergy: {
      ...freeEnergy,
      ...curveInUnits(freeEnergy, particles),
      ...{ times: times(freeEnergy.times, time), axes },
    },
    massDeviation: { ...massDeviation, times: times(massDeviation.times, time), axes },
    sampledWindow: data.sampledWindow * time,
  };
}

/** A curve with its bands times a number. */
function curveInUnits<C extends Pick<BandCurve, "mean" | "lower" | "upper" | "wholeCurve">>(
  curve: C,
  factor: number,
): C {
  const { mean, lower, upper, wholeCurve } = curve;
  return {
    ...curve,
    mean: times(mean, factor),
    lower: times(lower, factor),
    upper: times(upper, factor),
    ...(wholeCurve && {
      wholeCurve: {
        lower: times(wholeCurve.lower, factor),
        upper: times(wholeCurve.upper, factor),
      },
    }),
  };
}

function functionInUnits(
  data: LearnedFunction,
  { density, names }: UnitSystem,
  factor: number,
): LearnedFunction {
  const { learned, points, covered } = data;
  return {
    ...data,
    quantity: { name: "density", unit: names.density },
    density: times(data.density, density),
    learned: curveInUnits(learned, factor),
    references: data.references.map((one) => ({ ...one, values: times(one.values, factor) })),
    ...(points && {
      points: {
        ...points,
        x: times(points.x, density),
        value: times(points.value, factor),
        standardError: times(points.standardError, factor),
      },
    }),
    ...(covered && { covered: [covered[0] * density, covered[1] * density] }),
  };
}

function seriesInUnits(data: ProfileSeries, units: UnitSystem, axes: AxisUnits): ProfileSeries {
  const { density, names } = units, { lower, upper, wholeCurve, parts, fluctuation } = data;
  return {
    ...data,
    ...courseInUnits(data, units, axes),
    quantity: { name: "density", unit: names.density },
    ...{ lower: rows(lower, density), upper: rows(upper, density) },
    ...(wholeCurve && {
      wholeCurve: {
        lower: rows(wholeCurve.lower, density),
        upper: rows(wholeCurve.upper, density),
      },
    }),
    ...(parts && {
      parts: parts.map((part) => ({
        ...part,
        deviation: part.deviation.map((v) => v === null ? null : v * density),
      })),
    }),
    ...(fluctuation && { fluctuation: rows(fluctuation, density) }),
  };
}

const courseInUnits = (
  data: SpaceTime,
  { length, time, density, origin }: UnitSystem,
  axes: AxisUnits,
): SpaceTime => ({
  axes,
  times: times(data.times, time),
  x: data.x.map((x) => origin + x * length),
  mean: rows(data.mean, density),
});

/** A law's curves in other units, as tables have them. */
export function lawInUnits(law: ComparedLaw, units: UnitSystem): ComparedLaw {
  const curves = Object.values(FUNCTIONS).map((key) => {
    const factor = lawFactor(units, key), { reference } = law[key];
    const curve = curveInUnits({ ...law[key] }, factor);
    return [key, { ...curve, reference: reference && times(reference, factor) }];
  });
  return {
    ...law,
    ...Object.fromEntries(curves) as Pick<ComparedLaw, LawFunction>,
    density: times(law.density, units.density),
  };
}
