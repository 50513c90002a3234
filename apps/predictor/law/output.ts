import type { Manifest } from "@spiediff/model-artifact/portable";
import { LAW_UNITS, type UnitSystem } from "@spiediff/law";
import type { LearnedLaw } from "../learned_law.ts";
import { unitsJson, unitsLine } from "../units/unit_texts.ts";
import { BAND_COLUMNS, bandRows, curveBandJson, percentOf } from "../band_output.ts";
import { LAW_QUANTITIES } from "./quantities.ts";

/** Which members a law's bands are made of. */
export interface LawMembers {
  readonly members: number;
  readonly seed: number | string;
}

/**
 * A law as CSV: a line `# level: 0.95`, then `quantity,rho,mean,lower,upper,curve_lower,curve_upper`, one
 * row for each quantity (m, D, f'', f', f, K1) and density.
 *
 * @param units That the law is in.
 */
export function lawCsv(law: LearnedLaw, units: UnitSystem = LAW_UNITS): string {
  const about = [
    `# level: ${law.level}`,
    ...unitsLine(units, { length: "length", time: "time", energy: "energy" }),
  ];
  const lines = [...about, ["quantity", "rho", ...BAND_COLUMNS].join(",")];
  for (const { key, symbol } of LAW_QUANTITIES) {
    const rows = bandRows(law[key]);
    law.density.forEach((rho, i) =>
      lines.push([symbol, rho, ...rows.map((row) => row[i])].join(","))
    );
  }
  return lines.join("\n") + "\n";
}

/** A law as plain JSON, arrays over densities. */
export function lawJson(
  law: LearnedLaw,
  manifest: Manifest,
  ensemble: LawMembers,
  units: UnitSystem = LAW_UNITS,
): Record<string, unknown> {
  const [low, high] = manifest.coverage.density;
  return {
    format: "spiediff-law",
    version: 1,
    model: { integrity: manifest.integrity, code: manifest.code, system: manifest.system },
    units: unitsJson(units, manifest),
    coverage: { density: [low * units.density, high * units.density] },
    gauge: law.gauge,
    level: law.level,
    members: ensemble.members,
    seed: ensemble.seed,
    density: [...law.density],
    ...Object.fromEntries(LAW_QUANTITIES.map(({ key }) => [key, curveBandJson(law[key])])),
  };
}

/** Most rows of the terminal's table. */
const MOST_ROWS = 21;

/** A law for the terminal: mean and half the band's width of each quantity, some densities of many. */
export function lawText(
  law: LearnedLaw,
  manifest: Manifest,
  ensemble: LawMembers,
  written: readonly string[],
  units: UnitSystem = LAW_UNITS,
): string {
  const { density, level } = law;
  const every = Math.max(1, Math.ceil((density.length - 1) / (MOST_ROWS - 1)));
  const rows = [...density.keys()].filter((i) => i % every === 0).map((i) => [
    String(Number(density[i].toPrecision(4))),
    ...LAW_QUANTITIES.map(({ key }) => {
      const { mean, lower, upper } = law[key];
      return withError(mean[i], (upper[i] - lower[i]) / 2);
    }),
  ]);
  const head = ["rho", ...LAW_QUANTITIES.map(({ symbol }) => symbol)];
  const widths = head.map((name, c) => Math.max(name.length, ...rows.map((row) => row[c].length)));
  const line = (cells: string[]) => cells.map((cell, c) => cell.padStart(widths[c])).join("  ");
  const [low, high] = manifest.coverage.density.map((rho) => rho * units.density);
  const percent = percentOf(level);
  return [
    line(head),
    ...rows.map(line),
    "",
    `mean ± half the width of the ${percent} % band of each point, ${ensemble.members} members, ` +
    `seed ${ensemble.seed}` +
    (every > 1 ? `; one of ${every} of ${density.length} densities, --csv prints all` : ""),
    `trained on densities ${low.toPrecision(3)} to ${high.toPrecision(3)}; f and f' vanish at ` +
    `${law.gauge.referenceDensity}; K1 = -m/Delta on ${manifest.system.elements} elements`,
    ...(units.isLaw ? [] : [
      `length: ${units.names.length}, time: ${units.names.time}, energy: ${units.names.energy}, density: ` +
      units.names.density,
    ]),
    ...LAW_QUANTITIES.map(({ symbol, unit, fileUnit }) =>
      `unit of ${symbol.padEnd(3)} ${units.isLaw ? unit : fileUnit}`
    ),
    ...written.map((path) => `wrote ${path}`),
  ].join("\n") + "\n";
}

/** `0.1234 ± 0.0012`: the error to two digits, the value as far as the error reaches. */
function withError(value: number, error: number): string {
  // At the reference density nothing but rounding is left.
  if (!(error > 1e-12)) return String(Number(value.toFixed(9)));
  const digits = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(error))));
  return `${value.toFixed(digits)} ± ${error.toFixed(digits)}`;
}
