/** A density over a square or cube: maps over time, a film, cuts along an axis, residuals. */
import { formatLevel } from "../format.ts";
import type { FieldSeries, Figure, ProfileSeries } from "../types.ts";
import { requireCurve, requireLength } from "../validate.ts";
import { densityFilmFigure, type DensityMaps, densityMapsFigure } from "./density_maps.ts";
import { profileResidualsFigure } from "./profile_residuals.ts";
import { profilesFigure } from "./profiles.ts";
import { spread } from "./_profile_series.ts";

/** Rows of maps on one page. */
const MOST_MAPS = 6;

/** A plane of constant z of a cube; the square itself. */
interface Plane {
  readonly height: number;
  /** Ends the figures' names. */
  readonly id: string;
  readonly where: string;
}

const planesOf = ({ dimension, elements }: FieldSeries): Plane[] =>
  dimension === 2
    ? [{ height: 0, id: "", where: "" }]
    : [0, 1 / 4, 1 / 2].map((z) => Math.floor(z * elements)).map((height) => ({
      height,
      id: `-${height}`,
      where: ` at z = ${+(height / elements).toFixed(4)}`,
    }));

/**
 * Maps, film and cuts of a field; of a cube those of three planes, and cuts in the middle.
 *
 * @throws {RangeError} naming the array whose shape or values are wrong.
 */
export function fieldFigures(data: FieldSeries): Figure[] {
  check(data);
  const planes = planesOf(data), middle = Math.floor(data.elements / 2);
  const cut = cutAlongX(data, data.dimension === 2 ? middle : middle * (data.elements + 1));
  const where = data.dimension === 2 ? "y = 1/2" : "y = z = 1/2";
  return [
    ...planes.map((plane) => mapsFigure(data, plane)),
    ...planes.slice(0, 1).map((plane) => filmFigure(data, plane)),
    { ...profilesFigure(cut, "field-cut"), title: `Density along x at ${where}` },
    {
      ...profileResidualsFigure(cut, "field-cut-residuals"),
      title: `Density along x at ${where}, predicted mean taken off`,
    },
  ];
}

/** @throws {RangeError} naming the array. */
function check({ dimension, elements, times, mean, lower, upper, kmc }: FieldSeries): void {
  const tables: Record<string, number[][]> = {
    ...{ mean, lower, upper },
    ...(kmc ? { "kmc.mean": kmc.mean, "kmc.standardError": kmc.standardError } : {}),
  };
  for (const [name, table] of Object.entries(tables)) {
    requireLength(`prediction.${name}`, table, times.length);
    table.forEach((row, t) => requireCurve(`prediction.${name}[${t}]`, row, elements ** dimension));
  }
}

/** `[y][x]`. */
function plane(values: readonly number[], elements: number, height: number): number[][] {
  const from = height * elements * elements;
  return Array.from(
    { length: elements },
    (_, j) => values.slice(from + j * elements, from + (j + 1) * elements),
  );
}

function mapsFigure(data: FieldSeries, { height, id, where }: Plane): Figure {
  const { times, mean, lower, upper, level, kmc, elements, members } = data;
  const shown = spread(times.length, MOST_MAPS);
  const maps = (of: (t: number) => number[]) => shown.map((t) => plane(of(t), elements, height));
  const minus = (a: number[], b: number[]) => a.map((value, i) => value - b[i]);
  const series: DensityMaps["series"] = [
    { label: "predicted mean", scale: "density", values: maps((t) => mean[t]) },
    ...(kmc
      ? [
        { label: "simulated mean", scale: "density", values: maps((t) => kmc.mean[t]) },
        { label: "predicted − simulated", values: maps((t) => minus(mean[t], kmc.mean[t])) },
      ]
      : []),
    {
      label: `width of the ${formatLevel(level)} band`,
      values: maps((t) => minus(upper[t], lower[t])),
    },
  ];
  return densityMapsFigure({ times: shown.map((t) => times[t]), series }, {
    id: `field-maps${id}`,
    title: `Density over time${where}`,
    caption:
      `x to the right, y upwards, each quantity on one scale for all times. Mean and band of ${members} ` +
      "ensemble members" +
      (kmc
        ? `; predicted and simulated means share a scale, and what is between them has the simulation's own ` +
          `scatter, that of ${kmc.realizations} realizations.`
        : "."),
  });
}

function filmFigure({ times, mean, elements }: FieldSeries, { height, id, where }: Plane): Figure {
  const values = mean.map((row) => plane(row, elements, height));
  return densityFilmFigure({ times, series: [{ label: "predicted mean", values }] }, {
    id: `field-film${id}`,
    title: `The predicted density as a film${where}`,
    caption: "Runs by itself, from the first time to the last.",
  });
}

/** The nodes of one row, from a node on. */
function cutAlongX(data: FieldSeries, row: number): ProfileSeries {
  const { quantity, times, elements, level, members, kmc } = data;
  const cut = (table: number[][]) =>
    table.map((values) => values.slice(row * elements, (row + 1) * elements));
  return {
    ...(quantity ? { quantity } : {}),
    ...{ times, level, members },
    x: Array.from({ length: elements }, (_, i) => i / elements),
    mean: cut(data.mean),
    lower: cut(data.lower),
    upper: cut(data.upper),
    ...(kmc ? { kmc: { ...kmc, mean: cut(kmc.mean), standardError: cut(kmc.standardError) } } : {}),
  };
}
