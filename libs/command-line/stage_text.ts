/** `"43 %, 12 s left, loss 0.0021"`. */
export function progressText(share: number, elapsed: number, note?: string): string {
  const left = share > 0 && share < 1 ? `, ${secondsText(elapsed * (1 - share) / share)} left` : "";
  return `${Math.floor(100 * share)} %${left}${note ? `, ${note}` : ""}`;
}

/** `"0.4 s"`, `"12 s"`, `"3 min 20 s"`, `"2 h 5 min"`. */
export function secondsText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
