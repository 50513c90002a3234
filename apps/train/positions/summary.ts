/** What `import --check` prints: what was found, in the units of the files and of the law. */
import { AXES } from "@spiediff/trajectories";
import { lagsOf, type PositionFiles } from "./description.ts";
import { combined, type Measured, type ProfileCheck } from "./profile_check.ts";
import type { Positions } from "./read_positions.ts";

/** A window after a start. */
export interface WindowSummary {
  readonly timesteps: number;
  /** In the files' unit, and in the law's. */
  readonly time: number;
  readonly macroscopic: number;
  /** `sqrt(D h) / Delta` with the largest diffusivity measured: a quarter is the most for the mobility. */
  readonly spread: number;
  readonly serves: readonly ("mobility" | "fluxes")[];
}

export interface PositionSummary {
  readonly format: string;
  readonly realizationsBy: string;
  /** Edges of the box, and which of them densities count. */
  readonly box: readonly number[];
  readonly fills: readonly boolean[];
  readonly axis: string;
  /** Particles of a realization at density 1. */
  readonly sites: number;
  readonly densityUnit: number;
  readonly profiles: readonly (ProfileCheck & {
    readonly files: number;
    readonly frames: number;
    readonly particles: readonly [number, number];
    /** Particles per file volume. */
    readonly fileDensity: readonly [number, number];
  })[];
  readonly windows: readonly WindowSummary[];
  /** Of all profiles, from the shortest window. */
  readonly mobilityRatio: Measured;
}

export function summaryOf(
  description: PositionFiles,
  { place, box, h, profiles }: Positions,
  checks: readonly ProfileCheck[],
): PositionSummary {
  const { trajectory: { format, axes: [axis], densityUnit }, elements, frames } = description;
  const largest = Math.max(1, ...checks.map(({ diffusivity }) => diffusivity.combined.value));
  return {
    ...{ format, axis, densityUnit, realizationsBy: description.realizations.by },
    box: AXES.map((_, k) => box.edges[k][k]),
    ...{ fills: place.fills, sites: place.sites },
    profiles: profiles.map(({ runs, frames, particles }, p) => ({
      ...checks[p],
      ...{ files: runs, frames, particles },
      fileDensity: [checks[p].density[0] * densityUnit, checks[p].density[1] * densityUnit],
    })),
    windows: lagsOf(frames).map((timesteps, w) => ({
      timesteps,
      time: timesteps * place.scales.timestep,
      macroscopic: h[w],
      spread: elements * Math.sqrt(largest * h[w]),
      serves: [
        ...(frames.covariance.includes(timesteps) ? ["mobility" as const] : []),
        ...(frames.drift.includes(timesteps) ? ["fluxes" as const] : []),
      ],
    })),
    mobilityRatio: combined(checks.map(({ mobilityRatio }) => mobilityRatio)),
  };
}

const short = (value: number) => String(Number(value.toPrecision(4)));
const plusMinus = ({ value, standardError }: Measured) => {
  const digits = Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(standardError))));
  return `${value.toFixed(digits)} +- ${standardError.toFixed(digits)}`;
};

/** Ratios of m to `D0 rho` between which units are not doubted: exclusion at density 0.8 has 0.2. */
export const LIKELY_RATIO = [0.3, 2] as const;

/** The summary as text, a line for each matter. */
export function summaryText(summary: PositionSummary): string {
  const { box, fills, axis, sites, densityUnit, mobilityRatio: ratio } = summary;
  const counted = AXES.filter((_, k) => fills[k]).join(" ");
  const [low, high] = LIKELY_RATIO;
  const lines: [string, string][] = [
    ["Files", `${summary.format}, realizations by ${summary.realizationsBy}`],
    ["Box", `${box.map(short).join(" x ")}, fields along ${axis}; densities count ${counted}`],
    [
      "N",
      `${short(sites)} particles at density 1, which is ${short(densityUnit)} in the files' unit`,
    ],
  ];
  for (const one of summary.profiles) {
    const { fluxes, fluctuations, potential } = one.diffusivity;
    const ways = Object.entries({ fluxes, fluctuations, potential })
      .flatMap(([way, value]) => value ? [`${plusMinus(value)} (${way})`] : []);
    const [least, most] = one.particles;
    lines.push(
      [
        `Profile ${one.name}`,
        `${one.realizations} realizations of ${
          least === most ? least : `${least} to ${most}`
        } particles ` +
        `from ${one.files} ${one.files === 1 ? "run" : "runs"}, ${one.frames} frames`,
      ],
      ["", `density ${one.fileDensity.map(short).join(" to ")}; D/D0 = ${ways.join(", ")}`],
    );
  }
  for (const { timesteps, time, macroscopic, spread, serves } of summary.windows) {
    lines.push([
      `Window ${timesteps}`,
      `${short(time)} in the files' time, ${macroscopic.toPrecision(3)} L^2/D0, spread over ${
        spread.toFixed(2)
      } elements: ${serves.join(" and ")}`,
    ]);
  }
  const verdict = ratio.value > low && ratio.value < high
    ? "units agree"
    : "timestep, diffusivity or density unit?";
  lines.push(["m/(D0 rho)", `${plusMinus(ratio)} from the shortest window: ${verdict}`]);
  const width = Math.max(...lines.map(([name]) => name.length)) + 2;
  return lines.map(([name, text]) => name.padEnd(width) + text + "\n").join("");
}
