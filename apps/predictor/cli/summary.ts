import type { Prediction } from "../types.ts";

/** A prediction for the terminal: one line a time, then what was kept. */
export function summaryText(prediction: Prediction, written: readonly string[]): string {
  const { times, density, freeEnergy, invariants, steps, table, seconds } = prediction;
  const percent = Number((100 * prediction.level).toPrecision(6));
  const head = ["time", "min", "max", "free energy", `widest ${percent} % band`];
  const rows = times.map((t, k) => {
    const { mean, lower, upper } = density[k];
    const widest = upper.reduce((most, value, i) => Math.max(most, value - lower[i]), 0);
    return [
      String(t),
      Math.min(...mean).toFixed(5),
      Math.max(...mean).toFixed(5),
      freeEnergy.mean[k].toPrecision(6),
      widest.toExponential(2),
    ];
  });
  const widths = head.map((name, c) => Math.max(name.length, ...rows.map((row) => row[c].length)));
  const line = (cells: string[]) => cells.map((cell, c) => cell.padStart(widths[c])).join("  ");
  return [
    line(head),
    ...rows.map(line),
    "",
    `${prediction.memberCount} members, ${steps.accepted} steps, ` +
    `${(seconds.tables + seconds.integration).toFixed(2)} s` +
    (table.used ? `, tables within ${table.k1Error.toExponential(1)} of direct inference` : ""),
    `mass drift ${invariants.maxMassDrift.toExponential(1)}, largest rise of the free energy ` +
    `${invariants.maxFreeEnergyRise.toExponential(1)}, ${invariants.operatorsNotPSD} of ` +
    `${invariants.operatorsChecked} operators not positive semi-definite`,
    ...written.map((path) => `wrote ${path}`),
  ].join("\n") + "\n";
}
