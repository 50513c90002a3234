import { deviationsOfParts, type UnitSystem } from "@spiediff/law";
import { percentOf } from "../band_output.ts";
import type { Prediction } from "../types.ts";

/** A prediction for the terminal: one line a time, then what was kept. @param units That it is in. */
export function summaryText(
  prediction: Prediction,
  written: readonly string[],
  { isLaw, names }: UnitSystem,
): string {
  const { times, density, freeEnergy, invariants, steps, table, seconds } = prediction;
  const percent = percentOf(prediction.level);
  const head = ["time", "min density", "max density", "free energy", `widest ${percent} % band`];
  const rows = times.map((t, k) => {
    const { mean, lower, upper } = density[k];
    const widest = upper.reduce((most, value, i) => Math.max(most, value - lower[i]), 0);
    return [
      String(t),
      digits(Math.min(...mean)),
      digits(Math.max(...mean)),
      freeEnergy.mean[k].toPrecision(6),
      power(widest, 2),
    ];
  });
  const widths = head.map((name, c) => Math.max(name.length, ...rows.map((row) => row[c].length)));
  const line = (cells: string[]) => cells.map((cell, c) => cell.padStart(widths[c])).join("  ");
  return [
    line(head),
    ...rows.map(line),
    "",
    ...(isLaw ? [] : [
      `time in ${names.time}, densities in ${names.density}, free energy of a system in ${names.energy}`,
    ]),
    `${prediction.memberCount} members, ${steps.accepted} steps, ` +
    `${(seconds.tables + seconds.integration).toFixed(2)} s` +
    (table.used ? `, tables within ${power(table.k1Error)} of direct inference` : ""),
    ...(prediction.externalField === 0 ? [] : [
      `in a field E = ${prediction.externalField}, under which nothing is claimed of the free energy`,
    ]),
    `largest relative change of mass ${power(invariants.maxMassDrift)}, ` +
    (invariants.maxFreeEnergyRise === null
      ? ""
      : `largest rise of the free energy ${power(invariants.maxFreeEnergyRise)}, `) +
    `${invariants.operatorsNotPSD} of ` +
    `${invariants.operatorsChecked} operators not positive semi-definite`,
    partsText(prediction),
    ...(prediction.stationaryFrom === null
      ? []
      : [`stationary from time ${Number(prediction.stationaryFrom.toPrecision(3))} on`]),
    ...written.map((path) => `wrote ${path}`),
  ].join("\n") + "\n";
}

/** Parts of the band at the last time. */
function partsText({ parts, times }: Prediction): string {
  const told = deviationsOfParts(parts).map(({ label, deviation }) => {
    const last = deviation.at(-1)!;
    return `${label} ${last === null ? "not measured" : power(last)}`;
  });
  return `the band at time ${times.at(-1)} is made of (standard deviations): ${told.join(", ")}`;
}

/** Five decimals, and of what is small as many digits. */
const digits = (value: number) => value < 0.01 ? value.toPrecision(5) : value.toFixed(5);

const power = (value: number, digits = 1) => value === 0 ? "0" : value.toExponential(digits);
