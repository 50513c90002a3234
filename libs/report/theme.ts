/**
 * Colours by role, once for light (and print) and once for dark. Hues follow the palette of Okabe
 * and Ito, which stays distinct under the common forms of colour blindness; times and heat maps use
 * ramps that are ordered by lightness.
 */

const LIGHT = {
  paper: "#ffffff",
  panel: "#f6f7f9",
  ink: "#1b1f24",
  soft: "#57606a",
  rule: "#d0d5db",
  grid: "#e8ebee",
  shade: "#eceef1",
  learned: "#0072b2",
  points: "#c24e00",
  second: "#007a5a",
  third: "#b0558f",
  fourth: "#a56f00",
  good: "#00674c",
  bad: "#a83200",
};

const DARK: typeof LIGHT = {
  paper: "#14171b",
  panel: "#1c2026",
  ink: "#e8eaed",
  soft: "#a4abb3",
  rule: "#3a414a",
  grid: "#2a3038",
  shade: "#20252b",
  learned: "#56b4e9",
  points: "#f0894f",
  second: "#3fc29a",
  third: "#e39bc6",
  fourth: "#e9b949",
  good: "#4fcfa6",
  bad: "#ff9a6b",
};

const TIME_STOPS = {
  light: ["#1d0a7a", "#6a1fa8", "#b02a8f", "#d9574a", "#e08a00"],
  dark: ["#8c8cf0", "#5aa6e0", "#3fc0a5", "#8fd65a", "#f2e45a"],
};
const HEAT_STOPS = {
  light: ["#f4f8fb", "#b9d7ec", "#6fa8d6"],
  dark: ["#1b232c", "#234a6b", "#2d78ad"],
};

/** Number of steps in each ramp. */
export const RAMP_STEPS = 9;

function mix(a: string, b: string, share: number): string {
  const channel = (offset: number) => {
    const from = parseInt(a.slice(offset, offset + 2), 16);
    const to = parseInt(b.slice(offset, offset + 2), 16);
    return Math.round(from + (to - from) * share).toString(16).padStart(2, "0");
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}

function ramp(stops: string[]): string[] {
  return Array.from({ length: RAMP_STEPS }, (_, i) => {
    const position = (i / (RAMP_STEPS - 1)) * (stops.length - 1);
    const low = Math.min(Math.floor(position), stops.length - 2);
    return mix(stops[low], stops[low + 1], position - low);
  });
}

/** A theme's colours by CSS variable name (without the dashes). */
export function themeColors(theme: "light" | "dark"): Record<string, string> {
  const colors: Record<string, string> = { ...(theme === "light" ? LIGHT : DARK) };
  ramp(TIME_STOPS[theme]).forEach((color, i) => colors[`time-${i}`] = color);
  ramp(HEAT_STOPS[theme]).forEach((color, i) => colors[`heat-${i}`] = color);
  return colors;
}

/** Declarations `--name: colour;` for a style sheet. */
export function cssVariables(theme: "light" | "dark"): string {
  return Object.entries(themeColors(theme)).map(([name, color]) => `--${name}:${color}`).join(";");
}

/** The colour of a role, as it stands in a figure. */
export function color(role: keyof typeof LIGHT): string {
  return `var(--${role})`;
}

/** Categorical colours in the order of use; black, the last of them, belongs to the palette too. */
export const SERIES_COLORS = [
  color("learned"),
  color("points"),
  color("second"),
  color("third"),
  color("fourth"),
  color("ink"),
];

/** The colour of item `index` of `count` along a ramp. */
export function rampColor(kind: "time" | "heat", index: number, count: number): string {
  const share = count > 1 ? index / (count - 1) : 0;
  return `var(--${kind}-${Math.round(share * (RAMP_STEPS - 1))})`;
}

/** Of the ramp's colours, each of an equal share of `low` to `high`, the one of a value in there. */
export function rampStep(value: number, low: number, high: number): number {
  return high > low
    ? Math.min(RAMP_STEPS - 1, Math.floor(RAMP_STEPS * (value - low) / (high - low)))
    : 0;
}

/** Replaces every `var(--name)` by the theme's colour, for files that leave the page. */
export function resolveColors(svg: string, theme: "light" | "dark" = "light"): string {
  const colors = themeColors(theme);
  return svg
    .replace(/var\(--([a-z0-9-]+)\)/g, (whole, name: string) => colors[name] ?? whole)
    .replaceAll("currentColor", colors.ink);
}
