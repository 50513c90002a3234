/** Numbers as a scientist writes them: few digits, a true minus sign, powers of ten. */

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function superscript(exponent: number): string {
  const digits = String(Math.abs(exponent)).split("").map((d) => SUPERSCRIPT[Number(d)]).join("");
  return exponent < 0 ? `⁻${digits}` : digits;
}

function withMinus(text: string): string {
  return text.replace("-", "−");
}

/** `value` to `digits` significant digits; powers of ten outside of [1e-3, 1e5). */
export function formatNumber(value: number, digits = 3): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return "–";
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e5) {
    const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(magnitude)));
    return withMinus(value.toFixed(Math.min(decimals, 12)));
  }
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  return withMinus(`${mantissa}\u00a0×\u00a010`) + superscript(Number(exponent));
}

/** A tick label: shortest form, powers of ten where plain digits would be long. */
export function formatTick(value: number): string {
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e5) return withMinus(String(Number(value.toPrecision(6))));
  const [mantissa, exponent] = Number(value.toPrecision(3)).toExponential().split("e");
  const power = `10${superscript(Number(exponent))}`;
  return withMinus(
    mantissa === "1" ? power : mantissa === "-1" ? `-${power}` : `${mantissa}×${power}`,
  );
}

/** At most three digits, shortest form: for bounds, times and other numbers that someone chose. */
export function formatShort(value: number): string {
  return formatTick(Number(value.toPrecision(3))).replace("×", "\u00a0×\u00a0");
}

/** A share as a percentage. */
export function formatPercent(share: number, digits = 3): string {
  return `${formatNumber(share * 100, digits)}\u00a0%`;
}

/** The probability of a band as its name has it: "95 %". */
export function formatLevel(level: number): string {
  return `${formatTick(100 * level)} %`;
}

/** A duration: "350 ms", "12.3 s", "2 min 05 s", "1 h 03 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 1) return `${formatNumber(seconds * 1000, 3)} ms`;
  if (seconds < 60) return `${formatNumber(seconds, 3)} s`;
  const whole = Math.round(seconds);
  const pad = (n: number) => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.round((whole % 3600) / 60) % 60)} min`;
}

/** A moment to the minute, "2026-11-24 12:56 UTC", from its ISO form. */
export function formatMoment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** A count with thin spaces between thousands. */
export function formatCount(count: number): string {
  return withMinus(String(Math.round(count))).replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009");
}
